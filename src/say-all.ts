import { type Locale, LOCALES, say, type Text } from './core/text.ts'

/** The same value with every pair of sentences in it said in one language: what scripts read. */
export function sayAll(value: unknown, locale: Locale): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => sayAll(item, locale))
  if (typeof value !== 'object' || value === null) return value
  if (isText(value)) return say(value, locale)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sayAll(item, locale)]))
}

const isText = (value: object): value is Exclude<Text, string> => {
  const keys = Object.keys(value)
  return keys.length === LOCALES.length && LOCALES.every((locale) => keys.includes(locale))
}
