import type { Person } from './ports.ts'
import type { Schedule } from './schedule.ts'

/** Everybody the schedule knows, the newest name first. */
export const peopleOf = ({ rotations, overrides }: Schedule): readonly Person[] =>
  [
    ...overrides.map(({ person }) => person),
    ...rotations.toReversed().flatMap(({ people }) => people),
  ].filter(({ key, name }) => name !== key)

/** The same people, called by the names that are known. */
export const named = (people: readonly Person[], known: readonly Person[]): readonly Person[] =>
  people.map((one) => ({
    ...one,
    name: known.find(({ key }) => key === one.key)?.name ?? one.name,
  }))
