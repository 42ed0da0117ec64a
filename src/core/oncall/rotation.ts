import { Temporal } from 'temporal-polyfill'
import type { Person } from './ports.ts'

/**
 * People who take turns. Handovers are at one local time, every so many days, in one zone: a day on which the clock is changed is a shift
 * of 23 or 25 hours, and a local time that such a day leaves out is handed over at an hour later (RFC 5545's rule).
 */
export interface Rotation {
  /** In the order of their turns. */
  readonly people: readonly Person[]
  readonly days: number
  /** Local date and time of the first handover: `2026-11-23T17:30`. Those before and after it follow from it. */
  readonly anchor: string
  /** IANA name. */
  readonly zone: string
  /** From when on it counts, in ms: whatever was in force before ends then. */
  readonly since: number
  /** From when on nobody has a turn, in ms, or null. */
  readonly until: number | null
}

/** One turn: whose it is, from when until when in ms, the end left out. */
interface Turn {
  readonly n: number
  readonly from: number
  readonly to: number
}

/** When the n-th handover is, in ms. Ascending in `n`; two fall together only where a zone has left out a whole day. */
export function handover({ anchor, days, zone }: Rotation, n: number): number {
  const local = Temporal.PlainDateTime.from(anchor).add({ days: n * days })
  return local.toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds
}

/** The turn that holds this moment. */
export function turnAt(rotation: Rotation, at: number): Turn {
  let n = Math.floor(daysSince(rotation, at) / rotation.days)
  // A local time that does not exist, or exists twice, puts the guess one off.
  while (handover(rotation, n) > at) n -= 1
  while (handover(rotation, n + 1) <= at) n += 1
  return { n, from: handover(rotation, n), to: handover(rotation, n + 1) }
}

function daysSince({ anchor, zone }: Rotation, at: number): number {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  const passed = Temporal.PlainDateTime.from(anchor).until(local.toPlainDateTime(), {
    largestUnit: 'day',
  })
  return passed.total({ unit: 'day' })
}

/** Whose turn the n-th one is. */
export function personOf({ people }: Pick<Rotation, 'people'>, n: number): Person {
  const person = people[((n % people.length) + people.length) % people.length]
  if (person === undefined) throw new Error('a rotation of nobody')
  return person
}
