import { z } from 'zod'
import { ownVariables } from './own-variables.ts'
import { partyVariables } from './party-variables.ts'
import { meaning, type About } from './variable.ts'

/** The whole environment: every variable that is read, and nothing else is read. */
export const environment = z.object({ ...ownVariables, ...partyVariables })
export type Environment = z.output<typeof environment>
export type Variable = keyof Environment

/** Every variable with its meaning, in the order in which they are documented. */
export const variables: ReadonlyArray<readonly [name: Variable, about: About]> = Object.entries(
  environment.shape,
).map(([name, schema]) => [environment.keyof().parse(name), meaning(schema)])

const names: ReadonlyMap<string, About> = new Map(variables)

/** The meaning of a variable, if there is such a one. */
export const aboutVariable = (name: string): About | undefined => names.get(name)
