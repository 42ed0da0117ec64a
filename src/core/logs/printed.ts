import type { WorkContext } from '../context.ts'
import type { Store } from '../ports.ts'

const BUCKET = 'secret-printed'
/** After this long without another hit nobody is warned any more: values were changed, or whatever printed them is mended. */
const KEEP_MS = 7 * 86_400_000

/** Lines of an app in which readers of its logs met a secret. */
export interface Printed {
  /** How often such a line was met; who reads the same lines twice counts them twice. */
  readonly lines: number
  readonly at: number
}

/** Adds to the count, here and in the metrics; nothing is written when there is nothing to add. */
export async function countPrinted(
  { store, clock, app, onPrinted }: Counting,
  lines: number,
): Promise<void> {
  if (lines === 0) return
  onPrinted?.(app, lines)
  const add = (current: unknown): Printed => ({
    lines: ((current as Printed | undefined)?.lines ?? 0) + lines,
    at: clock.now(),
  })
  await store.update(BUCKET, app, add, { ttlMs: KEEP_MS })
}
type Counting = Pick<WorkContext, 'store' | 'clock' | 'app' | 'onPrinted'>

export const printedOf = async (store: Store, app: string): Promise<Printed | undefined> =>
  (await store.get(BUCKET, app)) as Printed | undefined
