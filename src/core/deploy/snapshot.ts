import type { Recall, WorkContext } from '../context.ts'
import { type ErrorCode, OpsError } from '../errors.ts'
import type { Snapshot } from '../fly.ts'
import { passing } from '../mutation/settle.ts'
import type { Step } from '../steps.ts'
import { tr } from '../text.ts'
import type { Taken } from './record.ts'

/** A volume of some GB takes a minute or so; after this long nothing goes on without it. */
const LIMIT_MS = 600_000
/** If Fly heard a request whose answer was lost, the list shows it by then. */
const HEARD_MS = 20_000
const PAUSE_MS = 3000
/** Refused because another one is under way, or nothing was answered that could be relied on. */
const OPEN: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['ambiguous', 'not_ready'])

const listStep = (volume: string): string => `snapshots.${volume}`
const takeStep = (volume: string): string => `snapshot.${volume}`

/**
 * Steps that take a snapshot of a volume and see it there: Fly's answer to the request names nothing dependable (FLY.md §2.3), so one
 * that was not in the list before has to be `created`. Rejects when that was not seen in ten minutes.
 */
export function snapshotSteps(context: WorkContext, volume: string): readonly Step[] {
  return [
    {
      id: listStep(volume),
      label: tr(`Look at the snapshots of ${volume}`, `查看 ${volume} 的快照`),
      do: async () => (await context.fly.snapshots(context.app, volume)).map(({ id }) => id),
    },
    {
      id: takeStep(volume),
      label: tr(`Take a snapshot of ${volume}`, `建立 ${volume} 的快照`),
      do: (recall) => take(context, volume, knownOf(recall, volume)),
      done: async (recall) => {
        const known = knownOf(recall, volume)
        if (!(await heard(context, volume, known))) return undefined
        return finished(context, volume, known)
      },
    },
  ]
}

/** What the finished steps took. */
export const takenOf = (recall: Recall, volumes: readonly string[]): readonly Taken[] =>
  volumes.flatMap((volume) => {
    const snapshot = recall(takeStep(volume))
    return typeof snapshot === 'string' ? [{ volume, snapshot }] : []
  })

const knownOf = (recall: Recall, volume: string): readonly string[] =>
  recall(listStep(volume)) as readonly string[]

type Known = readonly string[]

async function take(context: WorkContext, volume: string, known: Known): Promise<string> {
  const { app, fly, clock, signal } = context
  const giveUp = clock.now() + LIMIT_MS
  for (;;) {
    try {
      await fly.createSnapshot(app, volume)
      break
    } catch (error) {
      if (!(error instanceof OpsError) || !OPEN.has(error.code)) throw error
      if (clock.now() >= giveUp) throw error
      if (error.code === 'ambiguous' && (await heard(context, volume, known))) break
      if ((await fresh(context, volume, known)).length > 0) break
      // One that was under way before may not hold what is there now: it is waited for, then asked again.
      await clock.sleep(PAUSE_MS, signal)
    }
  }
  return finished(context, volume, known)
}

async function heard(context: WorkContext, volume: string, known: Known): Promise<boolean> {
  const { clock, signal } = context
  const giveUp = clock.now() + HEARD_MS
  for (;;) {
    if ((await fresh(context, volume, known)).length > 0) return true
    if (clock.now() >= giveUp) return false
    await clock.sleep(PAUSE_MS, signal)
  }
}

async function finished(context: WorkContext, volume: string, known: Known): Promise<string> {
  const { clock, signal } = context
  const giveUp = clock.now() + LIMIT_MS
  for (;;) {
    const found = await fresh(context, volume, known)
    const made = found.find(({ status }) => status === 'created')
    if (made !== undefined) return made.id
    if (found.length > 0 && found.every(({ status }) => status === 'failed')) throw failed(volume)
    if (clock.now() >= giveUp) throw notSeen(volume)
    await clock.sleep(PAUSE_MS, signal)
  }
}

/** Snapshots that were not there before; nothing when the list could not be read this time. */
async function fresh(
  { app, fly }: WorkContext,
  volume: string,
  known: Known,
): Promise<readonly Snapshot[]> {
  const list = await passing(fly.snapshots(app, volume))
  return list instanceof OpsError ? [] : list.filter(({ id }) => !known.includes(id))
}

const failed = (volume: string): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `Fly says that the snapshot of ${volume} failed, so no machine was touched.`,
      `Fly 表示 ${volume} 的快照失敗，因此沒有變動任何機器。`,
    ),
    { hint: tr('Send the command again in a while.', '請稍後重新送出指令。') },
  )

const notSeen = (volume: string): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `No finished snapshot of ${volume} was seen within 10 minutes, so no machine was touched.`,
      `10 分鐘內未看到 ${volume} 完成的快照，因此沒有變動任何機器。`,
    ),
    {
      hint: tr(
        'Look at /openclaw volumes list, then send the command again.',
        '請查看 /openclaw volumes list，再重新送出指令。',
      ),
    },
  )
