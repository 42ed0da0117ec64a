import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { isHopeless } from './hopeless.ts'
import { passing } from './settle.ts'
import { type Before, isReady, lookAt, type Up } from './up.ts'

const LIMIT_MS = 180_000
/** Checks run every 15 s or so; a gateway that is ready has this long to pass them. */
const CHECKS_MS = 60_000
const PAUSE_MS = 3000
/** How long one probe may wait inside the machine, so that waiting costs few calls. */
const INSIDE_MS = 10_000

/**
 * Waits for the gateway of a machine that was asked to come up, then for the checks that passed before; gives what was seen last. Ends early
 * when the machine is down again for good, for then nothing more will come.
 */
export async function comeUp(context: WorkContext, id: string, before: Before): Promise<Up> {
  const { clock, signal } = context
  const giveUp = clock.now() + LIMIT_MS
  let checks = Number.POSITIVE_INFINITY
  for (;;) {
    const seen = await passing(look(context, id, before))
    const late = clock.now() >= Math.min(giveUp, checks)
    if (seen instanceof OpsError) {
      if (late) throw seen
    } else {
      const { machine, up } = seen
      if (late || isReady(up)) return up
      // It ended too often: one look more that says nothing does not make that unknown.
      if (up.ready !== true && (await isHopeless(context, machine, before)))
        return { ...up, ready: false }
      if (up.ready === true) checks = Math.min(checks, clock.now() + CHECKS_MS)
    }
    await clock.sleep(PAUSE_MS, signal)
  }
}

async function look(context: WorkContext, id: string, before: Before) {
  const machine = await context.fly.machine(context.app, id)
  return { machine, up: await lookAt(context, machine, { before, waitMs: INSIDE_MS }) }
}
