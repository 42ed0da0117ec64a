import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a registry has: tags, and the release that each image's labels name. */
export interface FakeRegistryOptions {
  readonly repository?: string
  readonly tags: Readonly<Record<string, string | null>>
  /** Digest of a tag's image; by its name unless told. */
  readonly digest?: (tag: string) => string
  /** Images for one architecture alone have no list. */
  readonly single?: boolean
  readonly annotated?: boolean
}

type Spoiled = { readonly status: number; readonly body: string } | 'hang' | undefined

/** A registry on loopback, read with the token it hands out to anybody. */
export interface FakeRegistry {
  readonly url: string
  /** To be given to the client in place of the public ones. */
  readonly registries: Readonly<Record<string, { readonly url: string; readonly token: string }>>
  /** Paths that were asked for. */
  readonly asked: readonly string[]
  readonly partOf: (tag: string) => string
  /** Answers in place of the registry. */
  spoil: (path: string) => Spoiled
  /** Rejects when something was asked for that no client may ask. */
  readonly close: () => Promise<void>
}

const TOKEN = 'for-anybody'
const sha = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`

export async function startFakeRegistry(options: FakeRegistryOptions): Promise<FakeRegistry> {
  const { repository = 'openclaw/openclaw', digest = (tag) => sha(`image ${tag}`) } = options
  const asked: string[] = []
  const mistakes: string[] = []
  const store = fill({ ...options, repository, digest })
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const path = new URL(request.url ?? '/', 'http://registry').pathname
    asked.push(path)
    const spoiled = registry.spoil(path)
    if (spoiled === 'hang') return
    if (spoiled !== undefined) return send(response, spoiled.status, {}, spoiled.body)
    const mistake = answer({ request, response, path, store, repository, elsewhere })
    if (mistake !== undefined) mistakes.push(mistake)
  }
  // Blobs lie on another host, as at the real ones.
  const servers = [createServer(take), createServer(take)] as const
  const [url, elsewhere] = await Promise.all([listen(servers[0]), listen(servers[1])])
  const token = `${url}/token?service=fake`
  const registry: FakeRegistry = {
    url,
    registries: { 'ghcr.io': { url, token } },
    asked,
    partOf: (tag) => sha(`part ${tag}`),
    spoil: () => undefined,
    close: async () => {
      await Promise.all(servers.map(shut))
      if (mistakes.length > 0) throw new Error(`fake registry: ${mistakes.join('\n')}`)
    },
  }
  return registry
}

interface Stored {
  readonly body: string
  readonly digest: string
}
interface Shelf {
  readonly manifests: ReadonlyMap<string, Stored>
  readonly blobs: ReadonlyMap<string, string>
}

function fill(options: FakeRegistryOptions & Required<Pick<FakeRegistryOptions, 'digest'>>): Shelf {
  const manifests = new Map<string, Stored>()
  const blobs = new Map<string, string>()
  for (const [tag, version] of Object.entries(options.tags)) {
    const labels = version === null ? {} : { 'org.opencontainers.image.version': version }
    const config = sha(`config ${tag}`)
    const part = sha(`part ${tag}`)
    const image = { schemaVersion: 2, config: { digest: config }, layers: [] }
    const list = {
      schemaVersion: 2,
      manifests: [
        { digest: sha(`arm ${tag}`), platform: { architecture: 'arm64', os: 'linux' } },
        { digest: part, platform: { architecture: 'amd64', os: 'linux' } },
      ],
      ...(options.annotated === true && { annotations: labels }),
    }
    const top = options.single === true ? image : list
    const stored = { body: JSON.stringify(top), digest: options.digest(tag) }
    manifests.set(tag, stored).set(stored.digest, stored)
    manifests.set(part, { body: JSON.stringify(image), digest: part })
    blobs.set(config, JSON.stringify({ config: { Labels: labels } }))
  }
  return { manifests, blobs }
}

interface Asked {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly path: string
  readonly store: Shelf
  readonly repository: string
  readonly elsewhere: string
}

/** Answers; gives what the client did wrong, if anything. */
function answer({
  request,
  response,
  path,
  store,
  repository,
  elsewhere,
}: Asked): string | undefined {
  const { authorization, accept = '' } = request.headers
  if (path === '/token') return send(response, 200, {}, JSON.stringify({ token: TOKEN }))
  const [, kind = '', name = ''] =
    /^\/(download|v2\/.+\/(?:manifests|blobs))\/([^/]+)$/.exec(path) ?? []
  if (kind === 'download') {
    send(response, 200, {}, store.blobs.get(name) ?? '')
    return authorization === undefined ? undefined : 'a token followed to where blobs are kept'
  }
  if (kind === '') return `${request.method ?? ''} ${path} is no question to a registry`
  if (authorization !== `Bearer ${TOKEN}`) return send(response, 401, {}, '{}')
  if (!kind.startsWith(`v2/${repository}/`)) return send(response, 404, {}, '{}')
  if (kind.endsWith('blobs'))
    return send(response, 307, { location: `${elsewhere}/download/${name}` }, '')
  const found = store.manifests.get(name)
  if (found === undefined)
    return send(response, 404, {}, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')
  send(response, 200, { 'docker-content-digest': found.digest }, found.body)
  return accept.includes('image.index') ? undefined : 'lists of images were not accepted'
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): undefined {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

async function shut(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
}
