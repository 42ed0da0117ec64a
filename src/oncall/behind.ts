import type { Incident } from '../core/oncall/incident.ts'
import { settle } from './bring.ts'
import type { SettleDeps } from './settle.ts'

/** A card is painted so often at once and then once in so long: six edits a minute at most, with the one that brings what was looked up. */
const BURST = 2
const REPAINT_MS = 20_000
/** Of so many incidents it is remembered when they were painted. */
const REMEMBERED = 2000

/** Brings incidents up to date behind the back of whoever told of them. */
export interface Behind {
  /** One at a time for each incident; what comes meanwhile is done once, behind it. A page waits for nothing, a card for its pace. */
  readonly settle: (incident: Incident) => void
  /** Waits for what is being done now, not for what is kept back. */
  readonly settled: () => Promise<void>
  /** Nothing kept back is painted here any more; whoever looks next does it. */
  readonly stop: () => void
}

interface Pace {
  /** Paints left at `at`. */
  readonly left: number
  readonly at: number
  /** The timer that was last handed to the queue. */
  readonly timer: number
}

export function createBehind(deps: SettleDeps): Behind {
  const { clock, log } = deps
  const busy = new Map<string, Promise<void>>()
  const again = new Map<string, Incident>()
  const kept = new Set<string>()
  const paces = new Map<string, Pace>()
  const stopping = new AbortController()

  const leftOf = (id: string): number => {
    const pace = paces.get(id)
    if (pace === undefined) return BURST
    return Math.min(BURST, pace.left + (clock.now() - pace.at) / REPAINT_MS)
  }
  const note = (id: string, left: number, timer: number): void => {
    paces.delete(id)
    paces.set(id, { left, at: clock.now(), timer })
    const [oldest] = paces.keys()
    if (paces.size > REMEMBERED && oldest !== undefined) paces.delete(oldest)
  }
  const keep = (incident: Incident): void => {
    const { id } = incident
    if (kept.has(id)) return
    kept.add(id)
    clock.sleep(Math.ceil((1 - leftOf(id)) * REPAINT_MS), stopping.signal).then(
      () => {
        kept.delete(id)
        take(incident)
      },
      () => {},
    )
  }
  const bring = async (id: string, card: boolean): Promise<void> => {
    try {
      await settle(deps, id, { card })
    } catch (error) {
      log.warn({ err: error, incident: id }, 'an incident could not be shown yet')
    }
    busy.delete(id)
    const next = again.get(id)
    again.delete(id)
    if (next) take(next)
  }
  const take = (incident: Incident): void => {
    const { id, timer } = incident
    if (busy.has(id)) return void again.set(id, incident)
    const left = leftOf(id)
    const card = left >= 1
    if (!card) keep(incident)
    if (!card && !isUrgent(incident, paces.get(id)?.timer)) return
    note(id, card ? left - 1 : left, timer.n)
    busy.set(id, bring(id, card))
  }
  return {
    settle: take,
    async settled() {
      while (busy.size > 0) await Promise.all(busy.values())
    },
    stop: () => stopping.abort(),
  }
}

/** Somebody is to be called, or its timer may not be in the queue yet. */
const isUrgent = ({ pages, timer }: Incident, handed: number | undefined): boolean =>
  pages.some(({ said }) => !said) || timer.n !== handed
