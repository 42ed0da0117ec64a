import { OpsError } from '../core/errors.ts'
import type { Alert, Intake } from '../core/oncall/alert.ts'
import { apply } from '../core/oncall/incident-apply.ts'
import { type Around, type Incident, type IncidentEvent, RULES } from '../core/oncall/incident.ts'
import type { Oncall, QuietKind } from '../core/oncall/oncall.ts'
import { OUTBOX, type OutboxRecord } from '../core/outbox.ts'
import type { JobTurn } from '../core/ports.ts'
import { reply } from '../core/reply.ts'
import { aroundAlert, aroundOf, covers, putQuiet, quietsOf, takeQuiet } from './facts.ts'
import { createRecords } from './records.ts'
import { call, cardKey, settle, type SettleDeps } from './settle.ts'
import { createLook, type LookDeps } from './look.ts'
import { createTurn, recover } from './turn.ts'

type Deps = Omit<SettleDeps, 'records' | 'rules'> & {
  readonly rules?: SettleDeps['rules']
}

/** Incidents, wired: what takes alerts in, what commands use, and what the timer lane calls. */
export interface OncallParts {
  readonly intake: Intake
  readonly oncall: Oncall
  /** What the timer lane calls, in a process that can ask Fly what surrounds an incident. */
  readonly turnWith: (look?: LookDeps) => (turn: JobTurn) => Promise<void>
  /** Does what a dead process left undone; to be called at the start and now and then. */
  readonly recover: () => Promise<void>
  /** Waits for what is still being done behind somebody's back. */
  readonly settled: () => Promise<void>
}

export function createOncall(given: Deps): OncallParts {
  const records = createRecords(given)
  const deps: SettleDeps = { ...given, rules: given.rules ?? RULES, records }
  const behind = createBehind(deps)
  const intake: Intake = {
    async take(alerts) {
      for (const group of grouped(alerts)) {
        const changed = await fold(deps, group)
        if (changed) behind.settle(changed.id)
      }
    },
  }
  return {
    intake,
    oncall: createPort(deps),
    turnWith: (look) => createTurn(deps, look && createLook({ ...look, records })),
    recover: () => recover(deps),
    settled: behind.settled,
  }
}

/** One incident is brought up to date by one at a time here; what comes meanwhile is done once behind it. */
function createBehind(deps: SettleDeps) {
  const busy = new Map<string, Promise<void>>()
  const again = new Set<string>()
  const start = (id: string): void => {
    if (busy.has(id)) return void again.add(id)
    const work = settle(deps, id)
      .catch((error: unknown) =>
        deps.log.warn({ err: error, incident: id }, 'an incident could not be shown yet'),
      )
      .then(() => {
        busy.delete(id)
        if (again.delete(id)) start(id)
      })
    busy.set(id, work)
  }
  const settled = async (): Promise<void> => {
    while (busy.size > 0) await Promise.all(busy.values())
  }
  return { settle: start, settled }
}

/** What is down first: it explains the others. */
function grouped(alerts: readonly Alert[]): ReadonlyArray<readonly [Alert, ...Alert[]]> {
  const groups = new Map<string, [Alert, ...Alert[]]>()
  for (const alert of alerts) {
    const group = groups.get(alert.group)
    if (group) group.push(alert)
    else groups.set(alert.group, [alert])
  }
  const weight = (group: readonly Alert[]) => (group.some(({ down }) => down === true) ? 0 : 1)
  return [...groups.values()].sort((a, b) => weight(a) - weight(b))
}

async function fold(
  deps: SettleDeps,
  alerts: readonly [Alert, ...Alert[]],
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
    if (record?.failure !== undefined) return { problem: record.failure }
    await clock.sleep(LOOK_MS)
  }
  return { problem: 'timeout' }
}
