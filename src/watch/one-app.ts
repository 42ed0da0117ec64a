import { OpsError } from '../core/errors.ts'
import type { Intake } from '../core/oncall/alert.ts'
import type { Clock, Log } from '../core/ports.ts'
import type { Detector, Judged, Rules } from '../core/watch/detector.ts'
import { isIdle, pauseMs } from '../core/watch/pace.ts'
import { mayExplain } from '../core/watch/moments.ts'
import { sightOf } from '../core/watch/sight-of.ts'
import type { Glance, Sight } from '../core/watch/sight.ts'
import { toAlerts } from '../core/watch/to-alerts.ts'
import { glanceAt } from './glance.ts'
import { handIn, type HandedIn, stillToTell } from './hand-in.ts'
import type { Lines } from './lines.ts'
import type { ChannelsAsked, GlanceDeps } from './looking.ts'
import { isWorthWriting, type WatchRecord, type WatchRecords } from './records.ts'

export interface OneAppDeps extends GlanceDeps {
  readonly lines: Lines
  readonly records: WatchRecords
  readonly intake: Intake
  readonly rules: () => Promise<Rules>
  readonly detectors: readonly Detector[]
  /** Runs what rules have for what was just told; the same again changes nothing. */
  readonly remedy: (judged: Judged) => Promise<void>
  /** Whether the app is still this process's to watch. */
  readonly holds: (app: string) => boolean
  /** How a look went: how late it began, in ms, and whether the machines were seen. */
  readonly onLook: (app: string, look: { readonly lateMs: number; readonly seen: boolean }) => void
  readonly random: () => number
  readonly clock: Clock
  readonly log: Log
}

/** Watches one app until stopped or no longer its owner. Never rejects. */
export async function watchApp(
  deps: OneAppDeps,
  {
    app,
    firstMs,
    signal,
  }: { readonly app: string; readonly firstMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const { clock, log } = deps
  const eyes: Eyes = {
    app,
    signal,
    channels: { at: 0 },
    kept: undefined,
    writtenAt: clock.now(),
    refused: false,
  }
  let failures = 0
  let due = clock.now() + firstMs
  for (;;) {
    await clock.sleep(Math.max(0, due - clock.now()), signal).catch(() => {})
    if (signal.aborted || !deps.holds(app)) return
    const lateMs = Math.max(0, clock.now() - due)
    const { seen, idle } = await lookOnce(deps, eyes).catch((error: unknown) =>
      failed(error, log, eyes),
    )
    if (signal.aborted) return
    deps.onLook(app, { lateMs, seen })
    failures = seen ? 0 : failures + 1
    due = clock.now() + pauseMs({ failures, idle }, deps.random())
  }
}

/** What one app's watch keeps between looks. */
interface Eyes {
  readonly app: string
  readonly signal: AbortSignal
  readonly channels: ChannelsAsked
  /** The record as text: between looks it takes a fifth of the memory, and of a thousand apps that counts. */
  kept: string | undefined
  writtenAt: number
  /** Whether it was said that something can't be handed in. */
  refused: boolean
}

function failed(error: unknown, log: Log, { app, signal }: Eyes): Looked {
  // A store that is away is told of elsewhere.
  if (!signal.aborted && !(error instanceof OpsError && error.code === 'unavailable'))
    log.error({ err: error, app }, 'an app could not be watched')
  return UNSEEN
}

/** Whether the machines were seen, and whether none of them runs. */
interface Looked {
  readonly seen: boolean
  readonly idle: boolean
}
const UNSEEN: Looked = { seen: false, idle: false }

/** One look and all that follows from it. */
async function lookOnce(deps: OneAppDeps, eyes: Eyes): Promise<Looked> {
  const { clock, detectors } = deps
  const { app, signal } = eyes
  const before = await recall(deps, eyes)
  const { standing } = before
  const handed = await tellAgain(deps, eyes, before)
  const glance = await glanceAt(deps, { ...eyes, before: before.sight })
  const read = await readLog(deps, { app, before, glance, signal })
  const seen = read.logs === undefined ? glance : { ...glance, logs: read.logs }
  const now = clock.now()
  const sight = sightOf({ app, before: before.sight, glance: seen, now })
  const rules = await deps.rules()
  const judged = toAlerts({ after: sight, now, rules, standing }, detectors)
  signal.throwIfAborted()
  // Who has taken it over meanwhile makes this look again.
  if (!deps.holds(app)) return UNSEEN
  const { position, logsEveryMs } = read
  const after = { sight, standing: judged.standing, position, logsEveryMs }
  await tell(deps, eyes, { before, after, judged, handed })
  return { seen: sight.machines.known, idle: isIdle(sight, now) }
}

const recall = async ({ records }: OneAppDeps, { app, kept }: Eyes): Promise<WatchRecord> =>
  kept === undefined ? records.read(app) : (JSON.parse(kept) as WatchRecord)

interface Telling {
  readonly before: WatchRecord
  readonly after: WatchRecord
  readonly judged: Judged
  /** What was left to be told by the looks before. */
  readonly handed: HandedIn
}

/** What is refused again and again stops no look: it is tried at each, and said once. */
async function tellAgain(
  { intake, log }: OneAppDeps,
  eyes: Eyes,
  { telling = [] }: WatchRecord,
): Promise<HandedIn> {
  const handed = await handIn(intake, telling)
  const { left, error } = handed
  if (left.length > 0 && !eyes.refused) {
    const keys = left.map(({ key }) => key)
    log.error({ err: error, app: eyes.app, keys }, 'what was found could not be handed in')
  }
  eyes.refused = left.length > 0
  return handed
}

/**
 * What is to be told is written down first, with all that was seen: whoever goes on after a kill tells it, and so knows what to tell the end
 * of. The same told twice is one.
 */
async function tell(
  { records, intake, remedy, clock }: OneAppDeps,
  eyes: Eyes,
  { before, after, judged, handed }: Telling,
): Promise<void> {
  const { app, writtenAt } = eyes
  const { alerts, standing } = judged
  const now = clock.now()
  if (alerts.length > 0) {
    await records.write(app, { ...after, telling: stillToTell([...handed.left, ...alerts], now) })
    // Whatever fails from here on, the next look goes on with what was written.
    eyes.kept = undefined
  }
  const { told, left } = await handIn(intake, alerts)
  const again = handed.told.filter(({ key }) => standing.some(({ alert }) => alert.key === key))
  const acted = [...again, ...told]
  if (acted.length > 0) await remedy({ alerts: acted, standing })
  const telling = stillToTell([...handed.left, ...left], now)
  const next = telling.length === 0 ? after : { ...after, telling }
  if (alerts.length > 0 || isWorthWriting(before, next, { writtenAt, now })) {
    await records.write(app, next)
    eyes.writtenAt = now
  }
  eyes.kept = JSON.stringify(next)
}

interface Reading {
  readonly app: string
  readonly before: WatchRecord
  readonly glance: Glance
  readonly signal: AbortSignal
}

async function readLog(
  { lines, clock }: OneAppDeps,
  { app, before, glance, signal }: Reading,
): Promise<Pick<WatchRecord, 'position' | 'logsEveryMs'> & Pick<Glance, 'logs'>> {
  const { sight, position, logsEveryMs } = before
  const now = clock.now()
  if (isAsleep(sight, now)) {
    lines.leave(app)
    return { position, logsEveryMs: null }
  }
  const failed = sight?.logs.known === false && sight.logs.at > 0
  const hurry = failed || mayExplain(glance, sight?.logs.at ?? 0, now)
  const { logs, everyMs, ...next } = await lines.read(app, { position, hurry, signal })
  if (logs === undefined) return { position: next.position, logsEveryMs }
  return { position: next.position, logs, logsEveryMs: everyMs }
}

/** Where nothing runs, nothing is written to a log. */
const isAsleep = (sight: Sight | undefined, now: number): boolean =>
  sight !== undefined && isIdle(sight, now)
