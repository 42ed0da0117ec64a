import { type AccessState, subjectKey } from '../access.ts'
import { isLive, rank } from '../reach.ts'
import type { Person } from './ports.ts'

/** Those who by name have no role that could acknowledge; members of a Discord role cannot be listed, so where one has it nobody is doubted. */
export function powerless(
  { owners, grants }: AccessState,
  people: readonly Person[],
  now: number,
): readonly Person[] {
  const able = grants.filter(
    ({ deny, role, until }) => !deny && rank(role) >= rank('responder') && isLive(until, now),
  )
  if (able.some(({ subject }) => subject.kind === 'role')) return []
  const keys = new Set([...owners, ...able.map(({ subject }) => subjectKey(subject))])
  return people.filter(
    ({ key }, n) => !keys.has(key) && people.findIndex((one) => one.key === key) === n,
  )
}
