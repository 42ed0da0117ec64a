import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { LockFile, LockReport } from '../gateway.ts'
import { type Text, tr } from '../text.ts'
import { reachable } from './kept.ts'
import { type Baseline, baselineOf } from './power.ts'
import { lookPatiently } from './settle.ts'
import { refuseShared, sharersOf } from './sharers.ts'

/** What was read before a deletion. */
export interface Read extends Baseline {
  /** By the machine’s clock. */
  readonly now: number
  readonly files: readonly LockFile[]
}
export interface Removed {
  readonly path: string
  readonly outcome: Extract<LockReport, { known: true }>['removed'][number]['outcome']
}
/** How often an exec is tried: what it does may be done twice. */
const TRIES = 3
const PAUSE_MS = 2000

async function insist(
  context: WorkContext,
  id: string,
  remove: ReadonlyArray<Pick<LockFile, 'key' | 'mark'>> = [],
): Promise<Extract<LockReport, { known: true }>> {
  const { app, gateway, clock, signal } = context
  for (let tries = 1; ; tries++) {
    const report = await gateway.locks(app, await lookPatiently(context, id), remove)
    if (report.known) return report
    if (tries === TRIES) throw notRead(id, report.why)
    await clock.sleep(PAUSE_MS, signal)
  }
}

const notRead = (id: string, why: Text): OpsError =>
  new OpsError('unproven', why, {
    hint: tr(
      `The lock files of ${id} could not be read. Try again in a minute.`,
      `無法讀取 ${id} 的鎖定檔，請一分鐘後再試。`,
    ),
  })

/** Reads what lies there once no gateway lives in the machine. Rejects when one does, or another machine may have the volume. */
export async function readLocks(context: WorkContext, id: string): Promise<Read> {
  const all = await context.fly.machines(context.app)
  const machine = reachable(await lookPatiently(context, id))
  const sharers = await sharersOf(context, machine, all)
  refuseShared(id, sharers)
  if (sharers.unknown !== null) throw notRead(id, sharers.unknown)
  const { files, gateways, now } = await insist(context, id)
  const [owner] = gateways
  if (owner !== undefined) throw alive(id, owner.pid)
  const held = files.find(({ verdict }) => verdict === 'live' || verdict === 'fresh')
  if (held !== undefined) throw alive(id, held.pid)
  return { ...baselineOf(machine), now, files }
}

const alive = (id: string, pid: number | null): OpsError =>
  new OpsError(
    'conflict',
    tr(
      `A gateway (pid ${pid ?? '?'}) is alive in ${id}, so nothing was deleted.`,
      `${id} 中有存活的閘道（pid ${pid ?? '?'}），因此沒有刪除任何檔案。`,
    ),
    { hint: tr('/openclaw restart ends it cleanly.', '/openclaw restart 可正常結束它。') },
  )

/** Deletes what was read, each looked at again in the same breath; done twice it does no harm. */
export async function removeLocks(
  context: WorkContext,
  id: string,
  { files }: Read,
): Promise<readonly Removed[]> {
  if (files.length === 0) return []
  const { removed } = await insist(context, id, files)
  const outcomes = new Map(removed.map(({ key, outcome }) => [key, outcome]))
  return files.map(({ key, path }) => ({ path, outcome: outcomes.get(key) ?? 'failed' }))
}
