/** Where a registry is asked, and where it gives anybody a token to read with. */
export interface Registry {
  readonly url: string
  readonly token: string | null
}

/**
 * The public registries that are asked. The name of an image is typed by people in chats: asking whatever host it names would let them
 * send requests into the private network this process runs in.
 */
export const PUBLIC_REGISTRIES: Readonly<Record<string, Registry>> = {
  'ghcr.io': { url: 'https://ghcr.io', token: 'https://ghcr.io/token?service=ghcr.io' },
  'docker.io': {
    url: 'https://registry-1.docker.io',
    token: 'https://auth.docker.io/token?service=registry.docker.io',
  },
  'quay.io': { url: 'https://quay.io', token: null },
}

/** Other names of the same registry; Fly says the second for Docker Hub's images (FLY.md §2.7). */
const ALIASES: Readonly<Record<string, string>> = {
  'index.docker.io': 'docker.io',
  'docker-hub-mirror.fly.io': 'docker.io',
  'registry-1.docker.io': 'docker.io',
}

export const canonical = (registry: string): string => ALIASES[registry] ?? registry
