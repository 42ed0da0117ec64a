import type { Person } from './ports.ts'
import { personOf, type Rotation, turnAt } from './rotation.ts'

/** Somebody stands in for whoever has the turn. Of those that overlap the one made last counts. */
export interface Override {
  readonly from: number
  readonly until: number
  readonly person: Person
  readonly by: string
  readonly at: number
}

/** Who is on call when. At any moment the last rotation that has begun counts, and overrides before it. */
export interface Schedule {
  /** By `since`, ascending. */
  readonly rotations: readonly Rotation[]
  /** In the order in which they were made. */
  readonly overrides: readonly Override[]
  /** Counts the changes. */
  readonly rev: number
}

export const NOBODY: Schedule = { rotations: [], overrides: [], rev: 0 }

/** A stretch of time with one and the same on call: a person, or nobody. The end is left out; null: as it looks, it does not end. */
export interface Shift {
  readonly from: number
  readonly to: number | null
  readonly person: Person | null
  readonly override: boolean
}

/** Whoever changes nothing for this many handovers does not change. */
const EDGES = 400

/** Who is on call at this moment, or nobody. */
export const personAt = (schedule: Schedule, at: number): Person | null =>
  overrideAt(schedule, at)?.person ?? turnPerson(schedule, at)

/** Whose turn it would be without overrides. */
function turnPerson(schedule: Schedule, at: number): Person | null {
  const rotation = rotationAt(schedule, at)
  return rotation === undefined ? null : personOf(rotation, turnAt(rotation, at).n)
}

/** The rotation that counts at this moment, unless it is over. */
export function rotationAt({ rotations }: Schedule, at: number): Rotation | undefined {
  const rotation = rotations.findLast(({ since }) => since <= at)
  return rotation === undefined || (rotation.until ?? Infinity) <= at ? undefined : rotation
}

const overrideAt = ({ overrides }: Schedule, at: number): Override | undefined =>
  overrides.findLast(({ from, until }) => from <= at && at < until)

/** The next moment after this one at which somebody else might be on call; Infinity when there is none. */
function nextEdge(schedule: Schedule, at: number): number {
  const rotation = rotationAt(schedule, at)
  const edges = [
    rotation?.until ?? Infinity,
    // One person alone hands over to nobody.
    rotation !== undefined && rotation.people.length > 1 ? turnAt(rotation, at).to : Infinity,
    ...schedule.rotations.map(({ since }) => since),
    ...schedule.overrides.flatMap(({ from, until }) => [from, until]),
  ]
  return Math.min(Infinity, ...edges.filter((edge) => edge > at))
}

/** The shift that goes on at this moment, from this moment on. */
export function shiftAt(schedule: Schedule, at: number): Shift {
  const person = personAt(schedule, at)
  const override = overrideAt(schedule, at) !== undefined
  let to = nextEdge(schedule, at)
  for (let n = 0; to < Infinity && personAt(schedule, to)?.key === person?.key; n++)
    to = n < EDGES ? nextEdge(schedule, to) : Infinity
  return { from: at, to: to === Infinity ? null : to, person, override }
}

/** The shifts of a stretch of time, without a gap between them and none outside; neighbours are different people. */
export function shiftsIn(schedule: Schedule, from: number, to: number): readonly Shift[] {
  const shifts: Shift[] = []
  let at = from
  while (at < to) {
    const shift = shiftAt(schedule, at)
    const end = Math.min(shift.to ?? to, to)
    shifts.push({ ...shift, to: end })
    at = end
  }
  return shifts
}

/** The shifts that begin before `to`, and the one that goes on at first; the last one to its own end, as people are told it. */
export function shiftsFrom(schedule: Schedule, from: number, to: number): readonly Shift[] {
  return shiftsIn(schedule, from, to).map((shift, n, all) =>
    n === all.length - 1 ? { ...shift, to: shiftAt(schedule, shift.from).to } : shift,
  )
}

/** The one whose turn comes after the shift of this moment; nobody when there is no other. */
export function nextInTurn(schedule: Schedule, at: number): Person | null {
  const rotation = rotationAt(schedule, at)
  if (rotation === undefined) return null
  const now = personAt(schedule, at)
  const { n } = turnAt(rotation, at)
  const others = rotation.people.map((_, ahead) => personOf(rotation, n + ahead + 1))
  return others.find(({ key }) => key !== now?.key) ?? null
}
