import { withoutPrinted } from '../secret-shapes.ts'
import type { Detector, Standing } from '../watch/detector.ts'
import { DETECTORS } from '../watch/detectors.ts'
import { readLines } from '../watch/read-lines.ts'
import { sightOf } from '../watch/sight-of.ts'
import type { Glance, Looked, Sight } from '../watch/sight.ts'
import { toAlerts } from '../watch/to-alerts.ts'
import type { Alert } from './alert.ts'
import { DRILL_APP, DRILL_MACHINE, type Recording } from './drill-recordings.ts'
import { drillLines, drillMachine, drillReport } from './drill-world.ts'

/** When it began, and when somebody began the cure, in ms. */
export interface Span {
  readonly since: number
  readonly curedAt?: number
}

/** A look at it while it was well. */
const BEFORE_MS = -120_000

/** When the simulated deployment is looked at, in order: once before, then as it was recorded until the cure, then after that. */
export function looksOf({ looks, cure }: Recording, { since, curedAt }: Span): readonly number[] {
  const until = curedAt ?? Infinity
  const ill = looks.map((s) => since + s * 1000).filter((at) => at <= until)
  const after = curedAt === undefined ? [] : cure.looks.map((s) => curedAt + s * 1000)
  return [since + BEFORE_MS, ...ill, ...after]
}

interface Seen {
  readonly before: Sight | undefined
  readonly standing: readonly Standing[]
  readonly alerts: readonly Alert[]
}
const NOTHING: Seen = { before: undefined, standing: [], alerts: [] }

/**
 * What all looks until now tell: each is a sight made of the one before it and judged by the watcher's own detectors, as they come and not
 * as this installation has set them. Pure, so that whoever goes on with a drill comes to the same. Nothing is written into a watch's record.
 */
export function drillAlerts(
  recording: Recording,
  { now, ...span }: Span & { readonly now: number },
  detectors: readonly Detector[] = DETECTORS,
): readonly Alert[] {
  const looks = looksOf(recording, span).filter((at) => at <= now)
  return looks.reduce<Seen>(({ before, standing, alerts }, at) => {
    const glance = glanceAt(recording, { ...span, from: before?.at ?? 0, now: at })
    const after = sightOf({ app: DRILL_APP, before, glance, now: at })
    const judged = toAlerts({ after, now: at, rules: {}, standing }, detectors)
    return { before: after, standing: judged.standing, alerts: [...alerts, ...judged.alerts] }
  }, NOTHING).alerts
}

type At = Span & { readonly from: number; readonly now: number }

/** Machine, log and gateway; everything else is not looked at, of which no detector speaks. */
function glanceAt(recording: Recording, at: At): Glance {
  const known = <T>(value: T): Looked<T> => ({ known: true, at: at.now, value })
  return {
    jobs: [],
    machines: known([drillMachine(recording, at)]),
    logs: known(readLines(drillLines(recording, at), withoutPrinted)),
    gateway: known({ machine: DRILL_MACHINE, report: drillReport(at) }),
  }
}
