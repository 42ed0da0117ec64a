import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { handOver } from '../handover.ts'
import { asksOf, remember } from './cool-down.ts'
import { clearLease, releaseOwn, withLease } from './lease.ts'
import { lookPatiently, waitFor } from './settle.ts'
import {
  BEGINS,
  type Baseline,
  notSeen,
  type Power,
  type Request,
  sayingIfCancelled,
  TELLING,
} from './power-failures.ts'

export type { Baseline, Request } from './power-failures.ts'

/** Work under way gets this long to end; the gateway itself would take up to 315 s (OPENCLAW.md §3). */
const STOP_SECONDS = 60
/** "Still active" after a stop passes within seconds, a cold image pull within a minute or so (FLY.md §3.1). */
const START_MS = 90_000
/** If Fly heard a request whose answer was lost, its first event is there by then. */
const HEARD_MS = 10_000
const PAUSE_MS = 1000

export function baselineOf({ events }: Pick<Machine, 'events'>): Baseline {
  const [newest] = events.toSorted((a, b) => b.at - a.at)
  return { at: newest?.at ?? 0, event: newest?.id ?? null }
}

/** When it came up since then, in ms; `null` when it did not. */
export function startedAt(
  { events }: Pick<Machine, 'events'>,
  { at }: Pick<Baseline, 'at'>,
): number | null {
  const times = events
    .filter((event) => event.type === 'start' && event.status === 'started' && event.at > at)
    .map((event) => event.at)
  return times.length === 0 ? null : Math.max(...times)
}

/** Asks Fly and waits until the machine was seen where it has to be; gives it. */
export async function power(context: WorkContext, request: Request): Promise<Machine> {
  const { id, lease } = request
  if (lease !== null) await clearLease(context, id, lease)
  return withLease(context, id, async (nonce) => {
    if (request.action !== 'stop') await remember(context, id)
    await handOver(context, id)
    await sayingIfCancelled(context, request, () => told(context, request, nonce))
    return seen(context, request)
  })
}

/** Asks Fly and waits for nothing: for a machine that may well not come up. */
export async function ask(context: WorkContext, request: Request): Promise<void> {
  const { id, lease } = request
  if (lease !== null) await clearLease(context, id, lease)
  await withLease(context, id, async (nonce) => {
    if (request.action !== 'stop') await remember(context, id)
    await sayingIfCancelled(context, request, () => told(context, request, nonce))
  })
}

/** After a crash while Fly was asked so: whether it has begun. */
export async function asked(context: WorkContext, request: Request): Promise<boolean> {
  await releaseOwn(context, request.id)
  const own = (await asksOf(context, request.id)).some(({ job }) => job === context.job)
  return own && (await heard(context, request))
}

/** After a crash while Fly was asked: the machine once it is there, `undefined` when Fly never heard of it. */
export async function powered(
  context: WorkContext,
  request: Request,
): Promise<Machine | undefined> {
  await releaseOwn(context, request.id)
  const mayBeSent =
    request.action === 'stop' ||
    (await asksOf(context, request.id)).some(({ job }) => job === context.job)
  if (!mayBeSent || !(await heard(context, request))) return undefined
  return seen(context, request)
}

async function told(context: WorkContext, request: Request, nonce: string): Promise<void> {
  try {
    await send(context, request, nonce)
  } catch (error) {
    if (!(error instanceof OpsError) || error.code !== 'ambiguous') throw error
    // Cancelled in the middle of the request: what became of it is read by whoever says so.
    context.signal.throwIfAborted()
    if (!(await heard(context, request))) await send(context, request, nonce)
  }
}

async function send(context: WorkContext, { id, action }: Request, nonce: string): Promise<void> {
  const { app, fly } = context
  const options = { nonce, timeoutSeconds: STOP_SECONDS }
  if (action === 'start') return start(context, id, nonce)
  return action === 'stop' ? fly.stop(app, id, options) : fly.restart(app, id, options)
}

/** Fly refuses a start while the machine is on its way elsewhere, and when it runs already: its state decides. */
async function start(context: WorkContext, id: string, nonce: string): Promise<void> {
  const { app, fly, clock, signal } = context
  const giveUp = clock.now() + START_MS
  for (;;) {
    try {
      return await fly.start(app, id, nonce)
    } catch (error) {
      if (!(error instanceof OpsError) || error.code !== 'not_ready') throw error
      const { state } = await lookPatiently(context, id)
      if (state === 'started' || state === 'starting') return
      if (clock.now() >= giveUp) throw error
      await clock.sleep(PAUSE_MS, signal)
    }
  }
}

/** Whether Fly has begun with it, looking for a while because its events may come late. */
async function heard(context: WorkContext, { id, action, before }: Request): Promise<boolean> {
  const { clock, signal } = context
  const giveUp = clock.now() + HEARD_MS
  for (;;) {
    const { events, state } = await lookPatiently(context, id)
    if (events.some(({ type, at }) => at > before.at && BEGINS[action].test(type))) return true
    if (MOVES[action].has(state)) return true
    if (clock.now() >= giveUp) return false
    await clock.sleep(PAUSE_MS, signal)
  }
}

const MOVES: Readonly<Record<Power, ReadonlySet<string>>> = {
  restart: new Set(['restarting', 'stopping', 'starting']),
  start: new Set(['starting', 'started']),
  stop: new Set(['stopping', 'stopped']),
}

/** Waits until the machine is there. Whatever ends the wait, the words say that Fly had been asked. */
async function seen(context: WorkContext, request: Request): Promise<Machine> {
  try {
    return await sayingIfCancelled(context, request, () => arrived(context, request))
  } catch (error) {
    const told = error instanceof OpsError && !TELLING.has(error.code)
    throw told ? notSeen(request, error) : error
  }
}

const arrived = (context: WorkContext, { id, action, before }: Request): Promise<Machine> =>
  waitFor(
    context,
    id,
    {
      state: action === 'stop' ? 'stopped' : 'started',
      ...(before.event !== null && { fromEventId: before.event }),
    },
    (machine) =>
      action === 'stop'
        ? machine.state === 'stopped'
        : machine.state === 'started' && startedAt(machine, before) !== null,
  )
