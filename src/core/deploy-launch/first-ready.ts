import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import type { GatewayReport } from '../gateway.ts'
import { lookPatiently } from '../mutation/settle.ts'
import { join, say, type Text, tr } from '../text.ts'
import { refuseEnded } from './make.ts'

/** What the gateway said when it was first ready. */
export interface FirstReady {
  readonly version: string | null
}

/** A first start migrates nothing but fetches what its config names; minutes were seen (OPENCLAW.md §2). */
const LIMIT_MS = 180_000
const PAUSE_MS = 2000
/** How long one look may wait inside the machine, so that waiting costs few calls. */
const INSIDE_MS = 15_000

export async function firstReady(context: WorkContext, id: string): Promise<FirstReady> {
  const { version } = await untilReady(context, await lookPatiently(context, id))
  return { version }
}

/** Looks until the gateway is ready. Rejects after 3 minutes, and at once when the machine has ended. */
export async function untilReady(context: WorkContext, machine: Machine): Promise<GatewayReport> {
  const { app, gateway, clock, signal } = context
  const giveUp = clock.now() + LIMIT_MS
  for (;;) {
    signal.throwIfAborted()
    const report = await gateway.probe(app, machine, { waitMs: INSIDE_MS })
    if (report.ready === true) return report
    refuseEnded(await lookPatiently(context, machine.id))
    if (clock.now() >= giveUp) throw notReady(machine.id, report.reason)
    await clock.sleep(PAUSE_MS, signal)
  }
}

/** What it said last is of the moment, so it is quoted: the machine may be gone by the time it is read. */
const notReady = (id: string, reason: Text | null): OpsError =>
  new OpsError(
    'not_ready',
    join(
      ' ',
      tr(
        `The gateway in ${id} was not ready within 3 minutes.`,
        `${id} 中的閘道在 3 分鐘內未就緒。`,
      ),
      reason === null
        ? ''
        : tr(`Last seen: “${say(reason, 'en')}”`, `最後狀態：「${say(reason, 'zh-TW')}」`),
    ),
    {
      hint: tr(
        'Send it again; if it stays so, try the image that is taken when image is left out.',
        '請重新送出；若仍如此，請試試省略 image 時的映像檔。',
      ),
    },
  )
