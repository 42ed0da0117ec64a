import { OpsError } from '../core/errors.ts'
import type { Alert, Intake } from '../core/oncall/alert.ts'
import { apply } from '../core/oncall/incident-apply.ts'
import { type Around, type Incident, type IncidentEvent, RULES } from '../core/oncall/incident.ts'
import type { Oncall, QuietKind } from '../core/oncall/oncall.ts'
import { OUTBOX, type OutboxRecord } from '../core/outbox.ts'
import type { JobTurn } from '../core/ports.ts'
import { reply } from '../core/reply.ts'
import { aroundAlert, aroundOf, covers, putQuiet, quietsOf, takeQuiet } from './facts.ts'
import { createBehind } from './behind.ts'
import { tellingIncidents } from './jobs-told.ts'
import { createRecords } from './records.ts'
import { inThread, settle } from './bring.ts'
import { withPictures } from './pictures.ts'
import { cardKey } from './address.ts'
import { call, type SettleDeps } from './settle.ts'
import { createLook, type LookDeps } from './look.ts'
import { createTurn, recover } from './turn.ts'
import { createDelivered, type Delivered } from './delivered.ts'

type Deps = Omit<SettleDeps, 'records' | 'rules'> & {
  readonly rules?: SettleDeps['rules']
}

/** Incidents, wired: what takes alerts in, what commands use, and what the timer lane calls. */
export interface OncallParts {
  readonly intake: Intake
  readonly oncall: Oncall
  /** Hears from whoever delivers what became of calls and cards. */
  readonly delivered: Delivered
  /** What the timer lane calls, in a process that can ask Fly what surrounds an incident. */
  readonly turnWith: (look?: LookDeps) => (turn: JobTurn) => Promise<void>
  /** The handler of a worker's turns, which then also tells incidents of the commands on their app. */
  readonly telling: (handler: (turn: JobTurn) => Promise<void>) => (turn: JobTurn) => Promise<void>
  /** Does what a dead process left undone; to be called at the start and now and then. */
  readonly recover: () => Promise<void>
  /** Waits for what is still being done behind somebody's back. */
  readonly settled: () => Promise<void>
  /** What is kept back is left to the next start. */
  readonly stop: () => void
}

export function createOncall(given: Deps): OncallParts {
  const records = createRecords(given)
  const outbox = withPictures(given.outbox, given.store)
  const deps: SettleDeps = { ...given, outbox, rules: given.rules ?? RULES, records }
  const behind = createBehind(deps)
  const intake: Intake = {
    async take(alerts) {
      for (const together of grouped(alerts)) {
        // Side by side, so that an engine which writes to a disk waits for it once and not once for each.
        const changed = await Promise.all(together.map((group) => fold(deps, group)))
        for (const incident of changed) if (incident) behind.settle(incident)
      }
    },
  }
  return {
    intake,
    oncall: createPort(deps),
    delivered: createDelivered({ ...deps, owners: given.owners ?? [] }),
    turnWith: (look) => createTurn(deps, look && createLook({ ...look, records })),
    telling: (handler) => tellingIncidents(deps, handler),
    recover: () => recover(deps),
    settled: behind.settled,
    stop: behind.stop,
  }
}

type Group = readonly [Alert, ...Alert[]]

/** What is down first, and then everything else: it explains the others. */
function grouped(alerts: readonly Alert[]): ReadonlyArray<readonly Group[]> {
  const groups = new Map<string, [Alert, ...Alert[]]>()
  for (const alert of alerts) {
    const group = groups.get(alert.group)
    if (group) group.push(alert)
    else groups.set(alert.group, [alert])
  }
  const isDown = (group: Group) => group.some(({ down }) => down === true)
  const all = [...groups.values()]
  return [all.filter(isDown), all.filter((group) => !isDown(group))]
}

async function fold(
  deps: SettleDeps,
  alerts: Group,
  place?: Around['places'],
): Promise<Incident | undefined> {
  const { records } = deps
  const first = alerts.find(({ status }) => status === 'firing') ?? alerts[0]
  const id = await records.idFor(first)
  if (id === undefined) return undefined
  const there = await records.get(id)
  const looked = await aroundAlert(deps, first, there === undefined ? id : undefined)
  const around = { ...looked, id, ...(place && { places: place }) }
  const after = await records.change(id, (current) =>
    alerts.reduce<Incident | undefined>(
      (incident, alert) => apply(incident, { do: 'alert', alert }, around)?.incident,
      current,
    ),
  )
  if (after) await records.markDown(after)
  // It was over in this very moment: what fires now is another one.
  if (after?.closed === true && first.status === 'firing') return fold(deps, alerts, place)
  return after
}

/** The same reducer for people. What it could not look up, the timer does at once. */
async function act(
  deps: SettleDeps,
  id: string,
  event: IncidentEvent,
): Promise<Incident | undefined> {
  const { records, clock, rules, log } = deps
  const around = { now: clock.now(), rules }
  const after = await records.change(id, (now) => now && apply(now, event, around)?.incident)
  if (after === undefined) return undefined
  await records.markDown(after)
  await settle(deps, id).catch((error: unknown) =>
    log.warn({ err: error, incident: id }, 'an incident could not be shown yet'),
  )
  return after
}

function createPort(deps: SettleDeps): Oncall {
  const { records } = deps
  const each = async (app: string, work: (incident: Incident) => Promise<unknown>) => {
    const open = (await records.list()).filter((one) => one.state !== 'resolved')
    for (const one of open) if (covers(app, one.app)) await work(one)
  }
  const look = async (incident: Incident) => {
    const around = await aroundOf(deps, incident)
    await records.change(incident.id, (now) => now && apply(now, { do: 'timer' }, around)?.incident)
    await settle(deps, incident.id)
  }
  return {
    list: records.list,
    get: records.get,
    inThread: (place) => inThread(deps, place),
    act: (id, event) => act(deps, id, event),
    async open(alert, place) {
      const opened = await fold(deps, [alert], [place])
      if (opened === undefined) throw new OpsError('conflict', 'This alert was told before.')
      await settle(deps, opened.id)
      return opened
    },
    shown: (id, place) => shown(deps, cardKey(id, place)),
    page: ({ id, people, words, place }) =>
      call(deps, { id, people, places: place ? [place] : [], reply: reply.warn(words) }),
    quiets: (kind) => quietsOf(deps, kind),
    async keepQuiet(kind, quiet) {
      await putQuiet(deps, kind, quiet)
      const by = { key: quiet.by, name: quiet.by }
      await each(quiet.app, (one) =>
        kind === 'silence'
          ? act(deps, one.id, { do: 'silence', by, until: quiet.until })
          : look(one),
      )
    },
    endQuiet: (kind, app, by) => endQuiet(deps, { kind, app, by }, { each, look }),
  }
}

interface Ways {
  readonly each: (app: string, work: (incident: Incident) => Promise<unknown>) => Promise<void>
  readonly look: (incident: Incident) => Promise<void>
}

async function endQuiet(
  deps: SettleDeps,
  { kind, app, by }: { readonly kind: QuietKind; readonly app: string; readonly by: string },
  { each, look }: Ways,
): Promise<boolean> {
  const ended = await takeQuiet(deps, kind, app)
  if (ended === undefined) return false
  await each(app, async (one) => {
    if (kind === 'maintenance') return look(one)
    if (one.silence?.until === ended.until)
      await act(deps, one.id, { do: 'unsilence', by: { key: by, name: by } })
  })
  return true
}

const LOOK_MS = 250
const LOOKS = 40

async function shown({ store, clock }: SettleDeps, key: string) {
  for (let n = 0; n < LOOKS; n++) {
    const record = (await store.get(OUTBOX, key)) as OutboxRecord | undefined
    if (record?.ref && record.delivered > 0) return { message: record.ref.message }
    if (record?.failure !== undefined) return { problem: record.why ?? record.failure }
    await clock.sleep(LOOK_MS)
  }
  return { problem: 'timeout' }
}
