import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Snapshot } from '../fly.ts'
import { passing } from '../mutation/settle.ts'
import type { Step } from '../steps.ts'
import { tr } from '../text.ts'
import type { SnapshotData } from './snapshot-plan.ts'

/** What came of it; field names are public. */
export interface Snapped extends SnapshotData {
  readonly snapshot: Snapshot
  /** Fly had one under way already, and that one was followed. */
  readonly adopted: boolean
  /** How often it was looked at again. */
  readonly looks: number
}

const LISTED_MS = 20_000
const MADE_MS = 60_000
const PAUSE_MS = 3000
const AGAIN_MS = 30_000
const LOOKS = 10

const PENDING = (status: string): boolean => status !== 'created' && status !== 'failed'

interface Asked {
  readonly id: string
  readonly adopted: boolean
}

/** Steps that make one snapshot and see it made: which there are before, ask, follow the new one. */
function snapshotSteps(context: WorkContext, { volume }: SnapshotData): readonly Step[] {
  const { app, fly } = context
  const before = (recall: Recall) => recall('before') as { readonly ids: readonly string[] }
  const asked = (recall: Recall) => recall('ask') as Asked
  return [
    {
      id: 'before',
      label: tr(`Note the snapshots of ${volume}`, `記下 ${volume} 現有的快照`),
      do: async () => ({ ids: (await fly.snapshots(app, volume)).map(({ id }) => id) }),
    },
    {
      id: 'ask',
      label: tr('Ask Fly for a new one', '向 Fly 要求建立新快照'),
      do: (recall) => ask(context, volume, before(recall).ids),
      done: async (recall) => {
        const found = await findNew(context, volume, before(recall).ids, PAUSE_MS)
        return found && { id: found.id, adopted: false }
      },
    },
    {
      id: 'made',
      proof: true,
      label: tr('Wait until it is made', '等待快照完成'),
      do: (recall) => followOne(context, volume, asked(recall).id),
    },
  ]
}

/** Gives the one to follow. A lost answer is read back; one that is under way already is as good as a new one. */
async function ask(
  context: WorkContext,
  volume: string,
  before: readonly string[],
): Promise<Asked> {
  for (let tries = 0; ; tries++) {
    try {
      await context.fly.createSnapshot(context.app, volume)
      break
    } catch (error) {
      if (!(error instanceof OpsError)) throw error
      if (error.code === 'not_ready') return await adopt(context, volume, error)
      if (error.code !== 'ambiguous') throw error
      context.signal.throwIfAborted()
      const found = await findNew(context, volume, before, LISTED_MS)
      if (found !== undefined) return { id: found.id, adopted: false }
      if (tries > 0) throw error
    }
  }
  const found = await findNew(context, volume, before, LISTED_MS)
  if (found !== undefined) return { id: found.id, adopted: false }
  throw new OpsError(
    'unproven',
    tr(
      'Fly took the request, but no new snapshot is in its list yet.',
      'Fly 已接受要求，但清單中尚未出現新的快照。',
    ),
    {
      hint: tr(
        'Look at /openclaw volumes list in a minute.',
        '請一分鐘後查看 /openclaw volumes list。',
      ),
    },
  )
}

/** Fly refuses a second one while one is being made (FLY.md §2.3). */
async function adopt({ app, fly }: WorkContext, volume: string, error: OpsError): Promise<Asked> {
  const list = await passing(fly.snapshots(app, volume))
  const open = list instanceof OpsError ? undefined : list.find(({ status }) => PENDING(status))
  if (open === undefined) throw error
  return { id: open.id, adopted: true }
}

/** The first one that was not there before, looking for a while because the list comes late. */
async function findNew(
  { app, fly, clock, signal }: WorkContext,
  volume: string,
  before: readonly string[],
  limitMs: number,
): Promise<Snapshot | undefined> {
  const giveUp = clock.now() + limitMs
  for (;;) {
    const list = await passing(fly.snapshots(app, volume))
    const found = list instanceof OpsError ? undefined : list.find(({ id }) => !before.includes(id))
    if (found !== undefined || clock.now() >= giveUp) return found
    await clock.sleep(PAUSE_MS, signal)
  }
}

/** Looks until it is made or failed, or time is up; then what was seen last. */
async function followOne(
  { app, fly, clock, signal }: WorkContext,
  volume: string,
  id: string,
): Promise<Snapshot> {
  const giveUp = clock.now() + MADE_MS
  let last: Snapshot = { id, status: 'unknown', sizeBytes: null, createdAt: null }
  for (;;) {
    const list = await passing(fly.snapshots(app, volume))
    if (!(list instanceof OpsError)) last = list.find((one) => one.id === id) ?? last
    if (!PENDING(last.status) || clock.now() >= giveUp) return last
    await clock.sleep(PAUSE_MS, signal)
  }
}

export async function runSnapshot(context: WorkContext, data: SnapshotData): Promise<Snapped> {
  const title = tr(`A snapshot of ${data.volume}`, `${data.volume} 的快照`)
  const recall = await context.steps(title, snapshotSteps(context, data)).catch(withAsked(data))
  const { adopted } = recall('ask') as Asked
  return { ...data, snapshot: recall('made') as Snapshot, adopted, looks: 0 }
}

/** A snapshot costs next to nothing and is no change of the machine, so a failure behind the request says only where to look. */
const withAsked =
  ({ volume }: SnapshotData) =>
  (error: unknown): never => {
    if (!(error instanceof OpsError) || error.hint !== undefined) throw error
    const { code, text: words, reference } = error
    throw new OpsError(code, words, {
      hint: tr(
        `Nothing about ${volume} was changed. /openclaw volumes list shows whether a snapshot was made.`,
        `${volume} 未被變更。請以 /openclaw volumes list 確認是否已建立快照。`,
      ),
      ...(reference !== undefined && { reference }),
    })
  }

/** Looks again at one that was not made in time. */
export const snapshotFollow = {
  after: ({ snapshot, looks }: Snapped) =>
    PENDING(snapshot.status) && looks < LOOKS ? AGAIN_MS : null,
  look: async (context: WorkContext, _options: unknown, before: Snapped): Promise<Snapped> => {
    const list = await context.fly.snapshots(context.app, before.volume)
    const snapshot = list.find(({ id }) => id === before.snapshot.id) ?? before.snapshot
    return { ...before, snapshot, looks: before.looks + 1 }
  },
}
