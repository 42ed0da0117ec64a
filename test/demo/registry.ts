import type { Images } from '../../src/core/images.ts'
import { createImages } from '../../src/images/index.ts'
import { digestOf } from '../fakes/fly/machine-view.ts'
import { startFakeRegistry } from '../fakes/registry/fake-registry.ts'

/** A release of the demo's registry that nobody calls the latest yet. */
export const NEXT = '2026.10.1'
const LATEST = '2026.9.6'
const TAGS = { '2026.6.11': null, '2026.8.2': null, [LATEST]: null, [NEXT]: null, latest: LATEST }

/** A registry with some releases, in place of the public ones. */
export async function openImages(): Promise<{
  readonly images: Images
  readonly close: () => Promise<void>
}> {
  const digest = (tag: string) =>
    digestOf(`ghcr.io/openclaw/openclaw:${tag === 'latest' ? LATEST : tag}`)
  const registry = await startFakeRegistry({ tags: TAGS, digest })
  const images = createImages({ registries: registry.registries })
  return {
    images,
    close: async () => {
      await images.close()
      await registry.close()
    },
  }
}
