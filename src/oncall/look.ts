import { cursorAt } from '../core/fly-things.ts'
import type { Fly } from '../core/fly.ts'
import type { ErrorCode } from '../core/errors.ts'
import { type Look as Looked, look as inTime } from '../core/in-time.ts'
import type { Found, FoundMemory } from '../core/oncall/found.ts'
import { noteGraphs, noteNoGraphs } from '../core/oncall/no-graphs.ts'
import type { Incident } from '../core/oncall/incident.ts'
import { scenarioOf } from '../core/oncall/drill-play.ts'
import { rehearsed } from './drill.ts'
import { JOB_STATE } from '../core/job-words.ts'
import type { Pattern } from '../core/logs/patterns.ts'
import type { Jobs } from '../core/jobs.ts'
import { loadRedaction } from '../core/logs/redaction.ts'
import { tidy } from '../core/logs/tidy.ts'
import type { Clock, Sealer, Store } from '../core/ports.ts'
import { join, type Text, tr, truncate } from '../core/text.ts'
import { sayLine } from '../core/oncall/incident-line.ts'
import { memoryOf, type MemoryDeps } from './memory.ts'
import type { Records } from './records.ts'
import type { Look } from './turn.ts'

/** Nobody waits longer for one part; what is not there by then is one line. */
const LIMIT_MS = 10_000
/** Kept for the thread; the card shows the last fifteen, so that what was said before the trouble is among them. */
const BEFORE = 34
const AFTER = 6
const LINE_MAX = 160
const BEFORE_MS = 120_000
const SHORT_MS = 10_000
const CHECKS = 4
const CHANGES = 3
const SEARCHED = 100

export interface LookDeps extends MemoryDeps {
  readonly fly: Fly
  readonly jobs: Pick<Jobs, 'recent'>
  readonly store: Store
  readonly sealer: Pick<Sealer, 'digest'>
  readonly patterns?: readonly Pattern[] | undefined
  readonly clock: Clock
}

/** Looks at what surrounds an incident, every part for itself and none longer than ten seconds. */
type Deps = LookDeps & { readonly records: Pick<Records, 'list'> }

export const createLook =
  (deps: Deps): Look =>
  async (incident, signal) => {
    const { app } = incident
    const known = similarTo(deps, incident).catch(() => null)
    const scenario = scenarioOf(incident)
    if (scenario) return { ...(await rehearsed(deps, incident, scenario)), similar: await known }
    if (app === null) return { similar: await known }
    const within = <T>(work: (signal: AbortSignal) => Promise<T>) =>
      inTime({ clock: deps.clock, signal }, LIMIT_MS, work)
    const [logs, checks, changes, memory, similar] = await Promise.all([
      within((stop) => linesAround(deps, { app, incident, stop })),
      within((stop) => failing(deps, { app, incident, stop })),
      within((stop) => changesOf(deps, { app, incident, stop })),
      within((stop) => memoryOf(deps, { app, incident, stop })),
      known,
    ])
    const seen = await memorySeen(deps, app, memory)
    return {
      logs: logs.known ? { lines: logs.value } : { why: logs.why },
      checks: checks.known ? { failing: checks.value.failing } : { why: checks.why },
      ...(checks.known && checks.value.region && { region: checks.value.region }),
      changes: changes.known ? { list: changes.value } : { why: changes.why },
      ...(seen !== undefined && { memory: seen }),
      similar,
    }
  }

/** A token that can't read metrics reads none for any card: that is said once, elsewhere. What surprises stands on the card. */
async function memorySeen(
  { store, log }: Deps,
  app: string,
  memory: Looked<FoundMemory | undefined>,
): Promise<Found['memory']> {
  const isRefused = !memory.known && REFUSED.has(memory.error.code)
  const noted = isRefused
    ? noteNoGraphs(store, { app, why: memory.why })
    : memory.known && memory.value !== undefined
      ? noteGraphs(store, app)
      : undefined
  await noted?.catch((error: unknown) =>
    log.warn({ err: error, app }, 'whether metrics can be read was not noted'),
  )
  if (memory.known) return memory.value
  return isRefused ? undefined : { why: memory.why }
}
const REFUSED: ReadonlySet<ErrorCode> = new Set(['auth', 'scope'])

interface Asked {
  readonly app: string
  readonly incident: Incident
  readonly stop: AbortSignal
}

async function linesAround(deps: Deps, { app, incident, stop }: Asked): Promise<readonly string[]> {
  const { machine, openedAt, alerts } = incident
  const since = Math.min(openedAt, alerts.at(-1)?.since ?? openedAt)
  const where = machine === null ? {} : { machine }
  const read = (from: number) => deps.fly.with(stop).logs(app, { ...where, cursor: cursorAt(from) })
  const early = (await read(since - BEFORE_MS)).lines
  // It talked so much that the page ends before the trouble.
  const short = early.length > 0 && (early.at(-1)?.at ?? since) < since - SHORT_MS
  const lines = short ? (await read(since - SHORT_MS)).lines : early
  const redaction = await loadRedaction(deps, app)
  const found = lines.findIndex(({ at }) => at > since)
  const middle = found === -1 ? lines.length : found
  return lines.slice(Math.max(0, middle - BEFORE), middle + AFTER).map(({ at, message }) => {
    const words = truncate(redaction.apply(tidy(message)), LINE_MAX)
    return `${new Date(at).toISOString().slice(11, 19)} ${words}`
  })
}

async function failing({ fly }: Deps, { app, incident, stop }: Asked) {
  const all = await fly.with(stop).machines(app)
  const machines = all.filter(({ id }) => incident.machine === null || id === incident.machine)
  const regions = new Set(machines.map(({ region }) => region))
  const list = machines
    .flatMap(({ checks }) => checks)
    .filter(({ status }) => status !== 'passing')
    .slice(0, CHECKS)
    .map(({ name, status, output }) => [name, truncate(tidy(output ?? status), 200)] as const)
  return { failing: list, region: [...regions].join(', ') }
}

/** Our own commands and releases made elsewhere, newest first. */
async function changesOf({ fly, jobs }: Deps, { app, stop }: Asked) {
  const [recent, releases] = await Promise.all([
    jobs.recent(SEARCHED),
    fly.with(stop).releases(app, CHANGES),
  ])
  const ours = recent
    .filter((job) => job.app === app && job.lane.startsWith('app-'))
    .map(({ askedAt, id, invocation, state }) => ({
      at: askedAt,
      what: join(
        '',
        `${id} /${invocation.command} (${invocation.actor.name}, `,
        JOB_STATE[state],
        ')',
      ),
    }))
  const made = releases.flatMap(({ createdAt, version, user, status }) =>
    createdAt === null
      ? []
      : [{ at: createdAt, what: releaseWords(version, `${user ?? '?'}, ${status}`) }],
  )
  return [...ours, ...made].sort((a, b) => b.at - a.at).slice(0, CHANGES)
}

const releaseWords = (version: number, rest: string): Text =>
  tr(`release v${version} (${rest})`, `發行版 v${version}（${rest}）`)

/** The last incident of the same rule and app that is over, and what was done about it. */
async function similarTo({ records }: Deps, incident: Incident): Promise<Found['similar']> {
  const { id, rule, app } = incident
  const before = (await records.list()).find(
    (one) => one.id !== id && one.rule === rule && one.app === app && one.state === 'resolved',
  )
  if (before === undefined) return null
  return { id: before.id, at: before.openedAt, cure: cureOf(before) }
}

/** What somebody wrote down of it, and what was run; else how it ended. */
function cureOf({ log, jobs = [] }: Incident): Text {
  const note = log.findLast(({ what }) => what === 'note')
  const done = jobs.findLast(({ ok }) => ok)
  const end = log.findLast(({ what }) => what.startsWith('resolved'))
  if (note === undefined && done === undefined) return end === undefined ? '' : sayLine(end)
  const run = done === undefined ? '' : `/${done.command} (${done.by}, ${done.id})`
  return join('; ', note === undefined ? '' : sayLine(note), run)
}
