import type { TestContext } from 'node:test'
import type { Images } from '../../../src/core/images.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { tagOf } from '../../fakes/fly/config-view.ts'
import { digestOf } from '../../fakes/fly/machine-view.ts'
import { type Scene, scene, type SceneOptions, wordsOf } from '../../helpers/mutation.ts'

export const OFFICIAL = 'ghcr.io/openclaw/openclaw'

/** Releases that the official registry of these tests has; `latest` is the newest. */
const TAGS: Readonly<Record<string, string>> = {
  '2026.3.13': '2026.3.13',
  '2026.6.11': '2026.6.11',
  '2026.8.2': '2026.8.2',
  '2026.9.6': '2026.9.6',
  '2026.10.1': '2026.10.1',
  latest: '2026.9.6',
}

export const digest = (tag: string): string => digestOf(`${OFFICIAL}:${tag}`)

const NOTHING = { digest: null, same: [], version: null }

/** Knows the official image's tags, and nothing of other registries. */
export const images: Images = {
  find: async (name) => {
    if (name.registry !== 'ghcr.io')
      return { ...NOTHING, exists: null, why: `${name.registry} is not asked.` }
    const tag = TAGS[name.tag ?? '']
    const known = name.digest ?? (tag === undefined ? null : digest(tag))
    if (known === null) return { ...NOTHING, exists: false, why: 'gone' }
    return { exists: true, digest: known, same: [], version: tag ?? null, why: null }
  },
}

/** A deployment of 2026.8.2 whose machines run what their image says. */
export const OLD: SceneOptions = { deploy: { version: '2026.8.2' }, images }

export async function deployWorld(t: TestContext, options: SceneOptions = {}): Promise<Scene> {
  return alive(await scene(t, { ...OLD, ...options }))
}

/** The program in a machine is of the release that its image's tag names. */
export function alive(world: Scene): Scene {
  const { inside } = world
  const ready = inside.ready
  inside.ready = (machine, probes) => {
    const tag = tagOf(machine)
    inside.version = TAGS[tag] ?? tag
    return ready(machine, probes)
  }
  return world
}

/** Gateways of these releases never become ready. */
export function broken(world: Scene, ...tags: readonly string[]): void {
  const { inside } = world
  const before = inside.ready
  inside.ready = (machine, probes) => before(machine, probes) && !tags.includes(tagOf(machine))
}

export const said = (reply: SaidReply | undefined): string =>
  reply === undefined ? '' : wordsOf(reply).join('\n')

export const imageIn = ({ deployed }: Scene): string => String(deployed.machine.config['image'])
