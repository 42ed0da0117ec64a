import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Volume } from '../fly.ts'
import { attempt } from '../mutation/attempt.ts'
import { passing } from '../mutation/settle.ts'
import { type Text, tr } from '../text.ts'
import { diskOf } from './choose.ts'
import type { ExtendData } from './extend-plan.ts'

const GB = 1_073_741_824
const LOOK_MS = 30_000
const PAUSE_MS = 2000

/** The file system inside the machine after it; null where it could not be measured. */
export interface Grown {
  readonly totalBytes: number | null
  readonly usedBytes: number | null
  readonly why: Text | null
}

/** One look at a volume that has to succeed because what was done depends on it: tried for half a minute. */
export async function lookAt(
  { app, fly, clock, signal }: WorkContext,
  id: string,
): Promise<Volume> {
  const giveUp = clock.now() + LOOK_MS
  for (;;) {
    const list = await passing(fly.volumes(app))
    if (!(list instanceof OpsError)) return there(list, id)
    if (clock.now() >= giveUp) throw list
    await clock.sleep(PAUSE_MS, signal)
  }
}

function there(list: readonly Volume[], id: string): Volume {
  const found = list.find((volume) => volume.id === id)
  if (found !== undefined) return found
  throw new OpsError('not_found', tr(`Volume ${id} is gone.`, `磁碟區 ${id} 已不存在。`), {
    hint: tr('Look at /openclaw volumes list.', '請查看 /openclaw volumes list。'),
  })
}

/** Measures the volume's file system as its machine sees it. Rejects only when cancelled. */
export async function inside(
  context: WorkContext,
  { volume, machine }: ExtendData,
): Promise<Grown> {
  const { app, fly, signal } = context
  const none = (why: Text): Grown => ({ totalBytes: null, usedBytes: null, why })
  if (machine === null) return none(tr('It is attached to no machine.', '它未掛載到任何機器。'))
  const looked = await attempt(
    Promise.all([fly.machine(app, machine.id), lookAt(context, volume)]),
    signal,
  )
  if (!looked.known) return none(looked.why)
  const [now, placed] = looked.value
  const disk = await diskOf(context, { volume: placed, machine: now })
  if (!disk.known) return none(disk.why)
  const { totalBytes, usedBytes } = disk.disk
  return { totalBytes, usedBytes, why: null }
}

/** Larger by at least half of what was added; without a measure of before, nearly as large as the volume. */
export function hasGrown(
  { from, to, fsBefore }: Pick<ExtendData, 'from' | 'to' | 'fsBefore'>,
  { totalBytes }: Grown,
): boolean | null {
  if (totalBytes === null) return null
  if (fsBefore === null || to === from) return totalBytes >= to * GB * 0.9
  return totalBytes - fsBefore >= ((to - from) * GB) / 2
}
