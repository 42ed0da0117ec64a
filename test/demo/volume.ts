import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FakeFly } from '../fakes/fly/fake-fly.ts'
import { mountsOf } from '../fakes/fly/config-view.ts'
import type { Json } from '../fakes/fly/types.ts'
import { record } from '../fakes/fly/values.ts'
import { APP } from './app.ts'
import type { Mend } from './faults.ts'
import { changeConfig, READY, stateOf, untilNew } from './inside.ts'

const volumeOf = (fly: FakeFly, id: string) =>
  fly.volume(mountsOf(fly.machine(id).config)[0]?.volume ?? '')

const MB = 1_048_576
const LEFT_MB = 60

/** A file with nothing in it takes nearly all of the volume. */
export async function full(fly: FakeFly, id: string): Promise<Mend> {
  const path = join(stateOf(fly, id), 'big.log')
  await writeFile(path, '')
  await truncate(path, (volumeOf(fly, id).sizeGb * 1024 - LEFT_MB) * MB)
  return () => rm(path, { force: true })
}

/** Fly makes no copies of the volume any more. */
export function snapshots(fly: FakeFly, id: string): Mend {
  const volume = volumeOf(fly, id)
  volume.autoBackup = false
  return () => void (volume.autoBackup = true)
}

type Change = (before: Json) => Json

/** Some of the machine's config is another than the guide's. */
const config =
  (change: Change) =>
  async (fly: FakeFly, id: string): Promise<Mend> => {
    const before = fly.machine(id).config
    const other = change(before)
    await untilNew(fly, READY, () => changeConfig(fly, id, other))
    const own = Object.fromEntries(Object.keys(other).map((name) => [name, before[name]]))
    return async () => {
      await untilNew(fly, READY, () => changeConfig(fly, id, own))
    }
  }

const service = (change: Change) =>
  config(({ services }) => ({
    services: (services as readonly unknown[]).map((one) => change(record(one))),
  }))

/** Fly stops the machine when nobody comes by the web. */
export const autostop = service((one) => ({ ...one, autostop: 'stop' }))

/** Fly routes to the machine and never looks whether it answers. */
export const checks = service((one) => ({ ...one, checks: [] }))

/** Fly leaves the machine down after a crash. */
export const policy = config(() => ({ restart: { policy: 'no' } }))

/** A secret is set that no machine has. */
export function staged(fly: FakeFly): Mend {
  fly.setSecret(APP, 'OPENAI_API_KEY', 'sk-not-a-real-key-0123456789')
  return () => void fly.setSecrets(APP, { OPENAI_API_KEY: null })
}

const REFUSED = '{ meta: {}, your: "config" }'

/** The config file has a key that the gateway does not know, taken up while it runs. */
export async function invalid(fly: FakeFly, id: string): Promise<Mend> {
  const path = join(stateOf(fly, id), 'openclaw.json')
  await untilNew(fly, /config reload skipped/, () => writeFile(path, REFUSED))
  return async () => {
    const now = await readFile(path, 'utf8').catch(() => '')
    if (now === REFUSED) await rm(path, { force: true })
  }
}

const TOKEN = 'OPENCLAW_GATEWAY_TOKEN'

/** Somebody has taken the gateway's token away: it refuses to start, and Fly gives up after eleven tries. */
export async function notoken(fly: FakeFly, id: string): Promise<Mend> {
  fly.setSecrets(APP, { [TOKEN]: null })
  await untilNew(fly, /Refusing to bind gateway/, () => changeConfig(fly, id, {}))
  await fly.until(id, 'stopped')
  return async () => {
    if (fly.app(APP).secrets.has(TOKEN)) return
    fly.setSecret(APP, TOKEN, 'not-a-real-token-0123456789abcdef')
    await untilNew(fly, READY, () => changeConfig(fly, id, {}))
  }
}
