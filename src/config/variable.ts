import { z } from 'zod'
import type { Text } from '../core/text.ts'
import type { Form } from './form.ts'

/** What an operator should know of a variable; `docs/configuration.md` is made from it. */
export interface About {
  readonly about: string
  /** What to do when the value is wrong or missing. */
  readonly fix: Text
  /** The default as shown to people, where there is one. */
  readonly standard?: string
  /** Never shown, never logged. */
  readonly secret?: true
}
const meanings = z.registry<About>()

/** A variable that may be left out. */
export const optional = <T>(reading: Form<T>, about: About) =>
  reading.optional().register(meanings, about)

/** A variable with a default, which is read as if the operator had written it. */
export const standing = <T>(reading: Form<T>, standard: string, about: About) =>
  reading.prefault(standard).register(meanings, { ...about, standard })

/** The meaning that a variable was declared with. Throws when it was declared without one. */
export function meaning(schema: z.ZodType): About {
  const about = meanings.get(schema)
  if (about === undefined) throw new Error('A variable without a meaning.')
  return about
}
