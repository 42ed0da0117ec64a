import { utc } from '../../core/text.ts'
import { type Markup, PHONE_COLUMNS } from '../format.ts'

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}
/** Control characters that Telegram replaces or drops; tab and line feed stay. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g
/** Longer than this, output is folded away behind a tap. */
const FOLD_LINES = 12
const FOLD_CHARACTERS = 800

/** Raw text as Telegram can carry it: well-formed, without control characters. */
export const clean = (raw: string): string =>
  raw.toWellFormed().replaceAll('\r\n', '\n').replace(CONTROL, ' ')

/** The one way of any text into HTML, attributes included. */
export const escapeHtml = (raw: string): string =>
  clean(raw).replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char)

/** Outside of code Telegram calls everybody whose name stands behind an `@`; addresses and digests stay as they are. */
const defuse = (raw: string): string => raw.replace(/(?<!\w)@(?=[a-z])/gi, '@\u200B')

/** Replies in the HTML that Telegram parses; what the tags enclose is as long as in `PLAIN`. */
export const HTML: Markup = {
  columns: PHONE_COLUMNS,
  escape: (raw) => escapeHtml(defuse(raw)),
  bold: (escaped) => (escaped === '' ? '' : `<b>${escaped}</b>`),
  time: utc,
  secret: (raw) => inline(raw),
  person: (id, name) => `<a href="tg://user?id=${escapeHtml(id)}">${escapeHtml(name)}</a>`,
  code: (raw, language) => {
    if (isFolded(raw, language)) return folded(raw)
    if (!raw.includes('\n') && raw.length < 80) return inline(raw)
    const lang = languageOf(language)
    if (lang === '') return pre(raw)
    return `<pre><code class="language-${lang}">${escapeHtml(raw)}</code></pre>`
  },
}

/** The same text without marks, for when Telegram does not accept ours. */
export const PLAIN: Markup = {
  columns: PHONE_COLUMNS,
  escape: (raw) => clean(defuse(raw)),
  bold: (text) => text,
  time: utc,
  secret: clean,
  person: (_id, name) => clean(name),
  code: (raw, language) => clean(isFolded(raw, language) ? defuse(raw) : raw),
}

/** To the letter, for files. */
export const RAW: Markup = { ...PLAIN, escape: clean, code: clean }

const inline = (raw: string) => (raw === '' ? '' : `<code>${escapeHtml(raw)}</code>`)
const pre = (raw: string) => `<pre>${escapeHtml(raw)}</pre>`
const folded = (raw: string) => `<blockquote expandable>${escapeHtml(defuse(raw))}</blockquote>`
const languageOf = (language = ''): string =>
  language === 'log' ? '' : language.replace(/[^\w+-]/g, '')
/** Only a quote can be folded, and in a quote names are as alive as anywhere. */
const isFolded = (raw: string, language: string | undefined): boolean =>
  languageOf(language) === '' &&
  (raw.length > FOLD_CHARACTERS || raw.split('\n').length > FOLD_LINES)
