import { OpsError } from '../core/errors.ts'
import { apply } from '../core/oncall/incident-apply.ts'
import type { Found } from '../core/oncall/found.ts'
import type { Incident, IncidentEvent } from '../core/oncall/incident.ts'
import type { JobTurn } from '../core/ports.ts'
import { tr } from '../core/text.ts'
import { aroundOf } from './facts.ts'
import { tellMissed } from './jobs-told.ts'
import { settle } from './bring.ts'
import type { SettleDeps } from './settle.ts'
import { tryRested } from './show-again.ts'

/** Looks up what helps to understand an incident; never rejects but when it is stopped. */
export type Look = (incident: Incident, signal: AbortSignal) => Promise<Found>

const AGAIN_MS = 1000
/** A timer so late was lost on its way: it gets another id, for the queue may remember the old one as done. */
const LATE_MS = 60_000
const TURN = /^(I-[0-9A-Z]{6})-(\d+)$/

/** Works off one turn of an incident's timer. While the store is away it waits. */
export function createTurn(
  deps: SettleDeps,
  look: Look | undefined,
): (turn: JobTurn) => Promise<void> {
  return async ({ id: turn, signal }) => {
    const [, id, n] = TURN.exec(turn) ?? []
    if (id === undefined) return deps.log.warn({ turn }, 'the queue gave a timer of no incident')
    for (;;) {
      try {
        return await tick(deps, { id, n: Number(n), look, signal })
      } catch (error) {
        signal.throwIfAborted()
        if (!(error instanceof OpsError && error.code === 'unavailable')) throw error
        await deps.clock.sleep(AGAIN_MS, signal)
      }
    }
  }
}

interface Tick {
  readonly id: string
  readonly n: number
  readonly look: Look | undefined
  readonly signal: AbortSignal
}

async function tick(deps: SettleDeps, { id, n, look, signal }: Tick): Promise<void> {
  const incident = await deps.records.get(id)
  if (incident === undefined || incident.timer.n !== n) return
  await pass(deps, incident, { do: 'timer' })
  if (incident.found !== null) return
  const found = look ? await look(incident, signal) : NOTHING
  await pass(deps, incident, { do: 'found', found })
}

/** What can't be looked up here is said once. */
const NOWHERE = tr('nothing to look at here.', '此處無法查詢。')
const NOTHING: Found = {
  logs: { why: NOWHERE },
  checks: { why: NOWHERE },
  changes: { why: NOWHERE },
  similar: null,
}

/** The queue's word that it is due counts, whatever this machine's clock says. */
async function pass(deps: SettleDeps, incident: Incident, event: IncidentEvent): Promise<void> {
  const around = await aroundOf(deps, incident)
  const { id, timer } = incident
  const now = event.do === 'timer' ? Math.max(around.now, timer.at ?? 0) : around.now
  const change = (current: Incident | undefined) =>
    current && apply(current, event, { ...around, now })?.incident
  const after = await deps.records.change(id, change)
  if (after) await deps.records.markDown(after)
  await settle(deps, id)
}

/** Hands over again whatever a process that died left undone. */
export async function recover(deps: SettleDeps): Promise<void> {
  const late = deps.clock.now() - LATE_MS
  for (const incident of await deps.records.list()) {
    const { id, timer, rev, written, pages, closed } = incident
    const owed = rev > written || pages.some(({ said }) => !said)
    if (closed && !owed) continue
    await tellMissed(deps, incident)
    if (timer.at !== null && timer.at < late) await deps.records.change(id, renewed(timer.n))
    await settle(deps, id)
  }
  await tryRested(deps)
}

const renewed = (n: number) => (incident: Incident | undefined) =>
  incident?.timer.n === n ? { ...incident, timer: { ...incident.timer, n: n + 1 } } : incident
