import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FakeFly } from '../fakes/fly/fake-fly.ts'
import type { Mend } from './faults.ts'
import { atRest, READY, request, stateOf, untilNew } from './inside.ts'

const GOOD = `{
  // The demo's own.
  meta: { lastTouchedVersion: '2026.9.6' },
  agents: { defaults: { maxConcurrent: 4 } },
}
`
const fileOf = (fly: FakeFly, id: string): string => join(stateOf(fly, id), 'openclaw.json')

/** A config that has seen a start, so that the gateway has copies of it. */
async function settle(fly: FakeFly, id: string): Promise<void> {
  const file = fileOf(fly, id)
  const now = await readFile(file, 'utf8').catch(() => '')
  // Not while it runs: what it says of a new file depends on the one before.
  if (now === GOOD) await restart(fly, id, READY)
  else await atRest(fly, id, () => writeFile(file, GOOD))
}

const restart = (fly: FakeFly, id: string, line: RegExp): Promise<unknown> =>
  untilNew(fly, line, () => request(fly, `/machines/${id}/restart`, { method: 'POST' }))

/** Somebody has edited the file by hand, and left a quote out. */
export async function json(fly: FakeFly, id: string): Promise<Mend> {
  await settle(fly, id)
  const broken = GOOD.replace("'2026.9.6' }", "'2026.9.6 }")
  const file = fileOf(fly, id)
  await untilNew(fly, /config reload skipped/, () => writeFile(file, broken))
  return () => writeFile(file, GOOD)
}

/** Somebody has written the file without its meta block, and restarted. */
export async function revert(fly: FakeFly, id: string): Promise<Mend> {
  await settle(fly, id)
  const file = fileOf(fly, id)
  const lost = '{ agents: { defaults: { maxConcurrent: 8 } } }'
  await untilNew(fly, /config hot reload applied/, () => writeFile(file, lost))
  await restart(fly, id, /Config auto-restored/)
  await fly.until(id, 'started')
  return undefined
}
