import { z } from 'zod'

/* Shapes for what others send: whatever does not fit is as if it were not there, and nothing throws. */

/** A word or a number, as text. */
export const words = z
  .union([z.string(), z.number(), z.boolean()])
  .transform(String)
  .optional()
  .catch(undefined)

/** Names and values; what is neither text nor number is left out. */
export const labels = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((all) =>
    Object.entries(all).flatMap(([name, value]): ReadonlyArray<readonly [string, string]> =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, String(value)]]
        : [],
    ),
  )
export type Labels = ReadonlyArray<readonly [name: string, value: string]>

/** The values of those of these names that are there and not empty, in the order of the names. */
export const labelsOf = (all: Labels, ...names: readonly string[]): readonly string[] =>
  names.flatMap((name) => all.find(([known]) => known === name)?.[1] || [])

/** The first of them. */
export const labelled = (all: Labels, ...names: readonly string[]): string | undefined =>
  labelsOf(all, ...names)[0]

/** An object with the fields of `shape`; something else has none of them. */
export const part = <T extends z.ZodRawShape>(shape: T) =>
  z.object(shape).optional().catch(undefined)

/** A list of whatever; something else is an empty one. */
export const list = z.array(z.unknown()).catch([])

/** The body as JSON; nothing when it is none. */
export function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown
  } catch {
    return undefined
  }
}

/** The fields of a shape, or nothing when it is no object. */
export const fieldsOf = <T extends z.ZodRawShape>(
  shape: z.ZodObject<T>,
  value: unknown,
): z.output<z.ZodObject<T>> | undefined => shape.safeParse(value).data
