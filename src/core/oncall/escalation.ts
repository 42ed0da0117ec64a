import type { Severity } from './alert.ts'
import type { Level, Person } from './ports.ts'
import { nextInTurn, personAt, type Schedule } from './schedule.ts'

const MINUTE_MS = 60_000

/** After how long without an acknowledgement the next in turn is asked, then everybody who rules here. */
export const ESCALATE: Readonly<Record<Severity, readonly [nextMs: number, allMs: number]>> = {
  critical: [5 * MINUTE_MS, 15 * MINUTE_MS],
  warning: [15 * MINUTE_MS, 45 * MINUTE_MS],
  info: [60 * MINUTE_MS, 240 * MINUTE_MS],
}

/**
 * Whom to page when: whoever is on call, then the next in turn, then admins and owners. Where nobody is on call those come first, since
 * somebody has to. Times ascend from 0; no rung is empty while there is an owner.
 */
export function ladderAt(
  schedule: Schedule,
  chiefs: readonly Person[],
  { severity, now }: { readonly severity: Severity; readonly now: number },
): readonly Level[] {
  const [nextMs, allMs] = ESCALATE[severity]
  const first = personAt(schedule, now)
  const next = nextInTurn(schedule, now)
  const all = unique(chiefs)
  if (first === null) return [{ afterMs: 0, people: all }, ...rung(allMs, all)].filter(notEmpty)
  return [...rung(0, [first]), ...rung(nextMs, next === null ? [] : [next]), ...rung(allMs, all)]
}

const rung = (afterMs: number, people: readonly Person[]): readonly Level[] =>
  people.length === 0 ? [] : [{ afterMs, people }]

const notEmpty = ({ people }: Level): boolean => people.length > 0

/** One entry for each person; the first name counts. */
const unique = (people: readonly Person[]): readonly Person[] =>
  people.filter(({ key }, n) => people.findIndex((other) => other.key === key) === n)
