/** JSON of a stored value; what JSON cannot say (`undefined`, functions) is stored as null. */
export const encode = (value: unknown): string => JSON.stringify(value) ?? 'null'

/** The value of stored JSON; nothing stays nothing. */
export const decode = (json: unknown): unknown =>
  typeof json === 'string' ? (JSON.parse(json) as unknown) : undefined
