import { localise } from '../core/localise.ts'
import { addressOf } from '../core/oncall/place-address.ts'
import { roomKey } from '../core/oncall/route.ts'
import { shiftAt } from '../core/oncall/schedule.ts'
import { readSchedule, SCHEDULE_NUDGE } from '../core/oncall/schedule-store.ts'
import { zoneOf } from '../core/oncall/who.ts'
import { begunAt, shiftReply } from '../core/oncall/shift-post.ts'
import type { Outbox } from '../core/outbox.ts'
import type { Clock, JobQueue, JobTurn, Log, Store } from '../core/ports.ts'
import type { Settings } from '../core/settings.ts'
import type { Locale } from '../core/text.ts'
import type { RouteBook } from './routes.ts'
import { localeIn } from './settle.ts'

/** Nudges may be lost: the next handover is looked for this often anyway. */
const LOOK_MS = 300_000

interface Deps {
  readonly store: Store
  readonly queue: Pick<JobQueue, 'enqueue'>
  readonly outbox: Outbox
  readonly routes: Pick<RouteBook, 'rooms'>
  readonly clock: Clock
  readonly log: Log
  readonly locale: Locale
  readonly settings?: Settings | undefined
}

/** Says in the routed rooms who is on call when that changes. */
export interface Shifts {
  /** Keeps the next handover in the timer lane, from now on. */
  readonly start: () => void
  /** A turn of the timer lane whose id begins with `S-`. Again changes nothing. */
  readonly turn: (turn: Pick<JobTurn, 'id'>) => Promise<void>
  readonly stop: () => void
}

export function createShifts(deps: Deps): Shifts {
  const { store, clock, log } = deps
  const stopping = new AbortController()
  let unlisten = () => {}
  const look = () =>
    plan(deps).catch((error: unknown) => {
      log.warn({ err: error }, 'the next handover could not be planned')
    })
  const watch = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await look()
      await clock.sleep(LOOK_MS, stopping.signal).catch(() => {})
    }
  }
  return {
    start() {
      unlisten = store.onNudge(SCHEDULE_NUDGE, () => void look())
      void watch()
    },
    async turn({ id }) {
      await post(deps, Number(id.slice(2)))
      await plan(deps)
    },
    stop() {
      unlisten()
      stopping.abort()
    },
  }
}

/** The timer of the next handover; each moment has one, however often it is planned. */
async function plan({ store, queue, clock }: Deps): Promise<void> {
  const now = clock.now()
  const { to } = shiftAt(await readSchedule(store), now)
  if (to === null) return
  await queue.enqueue({ id: `S-${to}`, lane: 'timer', delayMs: to - now })
}

/** Says it where it has not been said; the schedule may have changed since the timer was set. */
async function post(deps: Deps, at: number): Promise<void> {
  const { store, outbox, routes, clock } = deps
  const schedule = await readSchedule(store)
  const shift = begunAt(schedule, at, clock.now())
  if (shift === undefined) return
  const said = shiftReply(shift, zoneOf(schedule, at))
  for (const place of await routes.rooms()) {
    const key = `shift-${at}-${roomKey(place)}`
    await outbox.put({
      key,
      address: addressOf(place),
      reply: localise(said, localeIn(deps, place)),
      final: true,
      first: true,
      kind: 'news',
    })
  }
}
