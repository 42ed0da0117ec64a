import type { Store } from '../ports.ts'

/** Who changed a config file through the bot; the machine's own journal knows only the job. */
export interface ConfigChangeNote {
  readonly app: string
  readonly job: string
  /** Name as it was then, and the id that stays. */
  readonly by: string
  readonly who: string
  /** The verb and the path, never a value. */
  readonly what: string
  readonly at: number
}

const BUCKET = 'config-change'
/** As long as a version may lie in a machine's history and anybody still asks about it. */
const KEEP_MS = 180 * 86_400_000

export const noteChange = (store: Store, note: ConfigChangeNote): Promise<void> =>
  store.put(BUCKET, note.job, note, { ttlMs: KEEP_MS })

/** What is known of the work with this name; work on the way back belongs to the same job. */
export const changeNote = async (
  store: Store,
  op: string | null,
): Promise<ConfigChangeNote | undefined> =>
  op === null
    ? undefined
    : ((await store.get(BUCKET, op.replace(/\.back$/, ''))) as ConfigChangeNote | undefined)
