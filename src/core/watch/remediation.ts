import type { Incident } from '../oncall/incident.ts'
import type { RuleCommand } from './rule-settings.ts'

/** One run of a rule's command. */
export interface RuleRun {
  readonly incident: string
  readonly app: string
  readonly at: number
}

const HOUR_MS = 3_600_000
/** Longer than any cool-down. */
const KEEP_MS = 86_400_000
const MOST = 100

export type Verdict =
  | { readonly do: 'run' }
  /** Once an incident: what comes back was not cured by it, and people are asked. */
  | { readonly do: 'was'; readonly at: number }
  | { readonly do: 'cool'; readonly until: number }
  | { readonly do: 'limit'; readonly until: number }

/** Whether a rule's command may run for an incident, by the runs there were, oldest first; with it the runs to remember. Pure. */
export function mayRun(
  runs: readonly RuleRun[],
  { incident, app, at: now }: RuleRun,
  { coolDownMs, perHour }: Pick<RuleCommand, 'coolDownMs' | 'perHour'>,
): { readonly verdict: Verdict; readonly runs: readonly RuleRun[] } {
  const kept = runs.filter(({ at }) => now - at < KEEP_MS).slice(-MOST)
  const was = kept.find((run) => run.incident === incident)
  if (was !== undefined) return { verdict: { do: 'was', at: was.at }, runs: kept }
  const last = kept.findLast((run) => run.app === app)
  if (last !== undefined && now - last.at < coolDownMs)
    return { verdict: { do: 'cool', until: last.at + coolDownMs }, runs: kept }
  const [first] = kept.filter(({ at }) => now - at < HOUR_MS).slice(-perHour)
  const full = kept.filter(({ at }) => now - at < HOUR_MS).length >= perHour
  if (full && first !== undefined)
    return { verdict: { do: 'limit', until: first.at + HOUR_MS }, runs: kept }
  return { verdict: { do: 'run' }, runs: [...kept, { incident, app, at: now }] }
}

export type Held = 'owned' | 'over' | 'silenced' | NonNullable<Incident['mute']>['why']

/** Why nothing is done by itself about an incident now; null when nothing speaks against it. */
export function heldBack(
  { state, mute, silence }: Pick<Incident, 'state' | 'mute' | 'silence'>,
  now: number,
): Held | null {
  if (state === 'acknowledged') return 'owned'
  if (state === 'resolved') return 'over'
  if (mute !== null && mute.until > now) return mute.why
  return silence !== null && silence.until > now ? 'silenced' : null
}
