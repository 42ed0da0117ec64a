import type { WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import type { GatewayReport } from '../gateway.ts'

type Context = Pick<WorkContext, 'app' | 'gateway' | 'clock' | 'signal'>

/** Cold starts of the gateway take 20 s, the first of a new version minutes; after this long the answer is "not yet". */
const LIMIT_MS = 180_000
const PAUSE_MS = 2000
/** How long one probe may wait inside the machine, so that waiting costs few calls. */
const INSIDE_MS = 15_000

export interface Readiness {
  readonly ready: boolean
  /** Another process than before answers; null where the one before or the one now could not be told. */
  readonly newBoot: boolean | null
  readonly report: GatewayReport
}

/** Probes until the gateway is ready with another boot than `before`, or time is up; then says what was last seen. */
export const waitReady = (
  context: Context,
  machine: Machine,
  before: string | null,
): Promise<Readiness> => waitUnless(context, machine, { before, isOver: async () => false })

/** The same, ended earlier when `isOver`, asked after each look that was not enough, says that nothing more will come. */
export async function waitUnless(
  context: Context,
  machine: Machine,
  { before, isOver }: { readonly before: string | null; readonly isOver: () => Promise<boolean> },
): Promise<Readiness> {
  const { app, gateway, clock, signal } = context
  const giveUp = clock.now() + LIMIT_MS
  for (;;) {
    signal.throwIfAborted()
    const report = await gateway.probe(app, machine, {
      waitMs: INSIDE_MS,
      ...(before !== null && { otherBootThan: before }),
    })
    const newBoot = before === null || report.bootId === null ? null : report.bootId !== before
    if (report.ready === true && newBoot !== false) return { ready: true, newBoot, report }
    if (clock.now() >= giveUp || (await isOver())) return { ready: false, newBoot, report }
    await clock.sleep(PAUSE_MS, signal)
  }
}
