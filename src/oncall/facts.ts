import { FINAL, type JobRecord } from '../core/job-record.ts'
import type { Jobs } from '../core/jobs.ts'
import type { Alert } from '../core/oncall/alert.ts'
import type { Around, Incident, IncidentRules, Mute, OwnJob } from '../core/oncall/incident.ts'
import type { Quiet, QuietKind } from '../core/oncall/oncall.ts'
import type { People, Routes } from '../core/oncall/ports.ts'
import { isLeft, stillFound } from '../core/oncall/still-there.ts'
import type { Clock, Log, Store } from '../core/ports.ts'
import { SIGHTS, type SightSeen } from '../core/watch/seen-at.ts'
import type { Records } from './records.ts'

/** A trouble that begins so soon after a command of ours may come of it. */
const OURS_MS = 15 * 60_000
const SEARCHED = 100
const OURS_MAX = 3
/** As long it is taken for granted that what is down takes others with it; then it is looked at again. */
const INHIBIT_MS = 120_000

export interface FactsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly jobs: Pick<Jobs, 'recent' | 'get'>
  readonly routes: Routes
  readonly people: People
  readonly rules: IncidentRules
  readonly records: Records
}

const bucketOf = (kind: QuietKind): string => `oncall-${kind}`

/** Silences or maintenance windows that hold now. */
export async function quietsOf({ store, clock }: FactsDeps, kind: QuietKind) {
  const entries = await store.list(bucketOf(kind), { limit: 100 })
  return entries.map(({ value }) => value as Quiet).filter(({ until }) => until > clock.now())
}
export const putQuiet = ({ store, clock }: FactsDeps, kind: QuietKind, quiet: Quiet) =>
  store.put(bucketOf(kind), quiet.app, quiet, { ttlMs: quiet.until - clock.now() })
export const takeQuiet = async ({ store }: FactsDeps, kind: QuietKind, app: string) =>
  (await store.take(bucketOf(kind), app)) as Quiet | undefined

export const covers = (app: string, other: string | null): boolean => app === '*' || app === other

/** What is so around an incident that goes on. */
export async function aroundOf(deps: FactsDeps, incident: Incident): Promise<Around> {
  const { clock, rules, people } = deps
  const now = clock.now()
  const [mute, ladder, left] = await Promise.all([
    muteOf(deps, incident),
    people.ladder(incident, now),
    leftOf(deps, incident),
  ])
  return { now, rules, mute, ladder, ...left }
}

/** By what the look-out wrote down last. */
async function leftOf(
  deps: FactsDeps,
  incident: Incident,
): Promise<Pick<Around, 'lasts' | 'silenced'>> {
  const { app } = incident
  if (app === null || !isLeft(incident)) return { lasts: 'no' }
  const [seen, silenced] = await Promise.all([deps.store.get(SIGHTS, app), silenceOf(deps, app)])
  const { standing = [] } = (seen ?? {}) as Partial<SightSeen>
  return { lasts: stillFound(incident, standing), silenced }
}

async function silenceOf(deps: FactsDeps, app: string | null): Promise<Around['silenced']> {
  const found = (await quietsOf(deps, 'silence')).find((quiet) => covers(quiet.app, app))
  return found && { until: found.until, by: found.by }
}

/** What is so around an alert: everything for one that begins an incident, where and whether to speak for any. */
export async function aroundAlert(
  deps: FactsDeps,
  alert: Alert,
  id: string | undefined,
): Promise<Around> {
  const { clock, rules, routes, people } = deps
  const now = clock.now()
  const [places, mute] = await Promise.all([
    // Nobody is told of trouble less because it could not be read where to tell it.
    routes.placesFor(alert),
    muteOf(deps, {
      id: id ?? '',
      app: alert.app,
      machine: alert.machine,
      down: alert.down === true,
    }),
  ])
  if (id === undefined) return { now, rules, places, mute }
  const [ladder, ours, silenced] = await Promise.all([
    people.ladder(alert, now),
    oursOf(deps, alert, now),
    silenceOf(deps, alert.app),
  ])
  return {
    now,
    rules,
    id,
    places,
    mute,
    ladder,
    ours,
    silenced,
  }
}

type Subject = Pick<Incident, 'id' | 'app' | 'machine' | 'down'>

async function muteOf(deps: FactsDeps, subject: Subject): Promise<Mute | null> {
  const windows = await quietsOf(deps, 'maintenance')
  const window = windows.find((quiet) => covers(quiet.app, subject.app))
  if (window) return { why: 'maintenance', until: window.until, by: window.by }
  if (subject.down || subject.app === null) return null
  const parent = (await deps.records.downs()).find(
    ({ id, app, machine }) =>
      id !== subject.id && app === subject.app && (machine === null || machine === subject.machine),
  )
  return parent ? { why: 'inhibited', until: deps.clock.now() + INHIBIT_MS, by: parent.id } : null
}

/** Our own commands on the app, shortly before: the first thing to ask about. */
async function oursOf(
  { jobs, log }: FactsDeps,
  { app, since }: Alert,
  now: number,
): Promise<readonly OwnJob[]> {
  if (app === null) return []
  const recent = await jobs.recent(SEARCHED).catch((error: unknown) => {
    log.warn({ err: error }, 'own jobs before an alert could not be read')
    return []
  })
  const from = Math.min(since, now) - OURS_MS
  return recent
    .filter((job) => job.app === app && didSomething(job) && (job.endedAt ?? now) >= from)
    .slice(0, OURS_MAX)
    .map(({ id, invocation, askedAt }) => ({
      id,
      command: invocation.command,
      by: invocation.actor.name,
      at: askedAt,
    }))
}

const didSomething = ({ lane, state, steps }: JobRecord): boolean =>
  lane.startsWith('app-') && (!FINAL.has(state) || Object.keys(steps).length > 0)
