/** The languages people are answered in; a locale is chosen by the person's own, then by `OPS_LOCALE`. */
export type Locale = 'en' | 'zh-TW'
export const LOCALES: readonly Locale[] = ['en', 'zh-TW']

/** Something a person reads: a pair of sentences, or a plain string where language does not matter (ids, output). */
export type Text = string | { readonly en: string; readonly 'zh-TW': string }

/** A sentence in every language, written side by side so that none can be forgotten. */
export const tr = (en: string, zhTW: string): Text => ({ en, 'zh-TW': zhTW })

/** The same words in every language, where they are put together. */
export const inEach = (words: (locale: Locale) => string): Text => tr(words('en'), words('zh-TW'))

/** The words of `text` in one language. */
export const say = (text: Text, locale: Locale): string =>
  typeof text === 'string' ? text : text[locale]

/** Sets texts in a sentence: `join(' · ', a, b)`; empty ones are left out. */
export function join(separator: string, ...parts: readonly Text[]): Text {
  return inEach((locale) =>
    parts
      .map((part) => say(part, locale))
      .filter((part) => part !== '')
      .join(separator),
  )
}

/** The nearest supported language of a platform's tag (`zh-TW`, `zh-hant`, `en-GB`), or nothing. */
export function localeOf(tag: string | undefined): Locale | undefined {
  if (tag === undefined) return undefined
  if (/^zh\b/i.test(tag)) return 'zh-TW'
  return /^en\b/i.test(tag) ? 'en' : undefined
}

/** Cuts to `max` characters and says so with an ellipsis; never splits a surrogate pair. */
export function truncate(value: string, max: number): string {
  if (value.length <= max) return value
  const cut = value.slice(0, Math.max(0, max - 1))
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`
}

const UNITS = [
  ['d', '天', 86_400_000],
  ['h', '小時', 3_600_000],
  ['min', '分', 60_000],
  ['s', '秒', 1000],
] as const

/** Cuts the words of each language; what has only one stays so. */
export const cut = (text: Text, max: number): Text =>
  typeof text === 'string' ? truncate(text, max) : inEach((locale) => truncate(text[locale], max))

/** A length of time in its two largest units: `3 h 12 min`. Input in milliseconds. */
export function duration(ms: number): Text {
  let rest = Math.max(0, Math.round(ms / 1000) * 1000)
  const parts = UNITS.flatMap(([en, zh, size]) => {
    const count = Math.floor(rest / size)
    rest -= count * size
    return count > 0 ? [[`${count} ${en}`, `${count} ${zh}`] as const] : []
  }).slice(0, 2)
  if (parts.length === 0) return tr('0 s', '0 秒')
  return tr(parts.map(([en]) => en).join(' '), parts.map(([, zh]) => zh).join(' '))
}

/** `512 MB`, `2 GB`: binary units as Fly writes them. Input in bytes. */
export function bytes(count: number): string {
  const mb = Math.round(count / 1_048_576)
  if (mb < 1024) return `${mb} MB`
  return `${Number((mb / 1024).toFixed(mb % 1024 === 0 ? 0 : 1))} GB`
}

/** `1 machine`, `2 machines`; Chinese needs no plural, so it takes the noun as it is. */
export const count = (n: number, one: string, many: string, zh: string): Text =>
  tr(`${n} ${n === 1 ? one : many}`, `${n} ${zh}`)

/** A time as people in every zone read it: ISO 8601 to the second, UTC. */
export const utc = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`
