import type { Block, LogRow, Moment, ProgressStep, SaidReply, Tone } from '../core/reply.ts'
import { duration, type Locale, say, tr, utc } from '../core/text.ts'

/** How one platform writes the few things that replies are made of. Input of `escape` and `code` is raw text. */
export interface Markup {
  readonly escape: (raw: string) => string
  readonly bold: (escaped: string) => string
  readonly code: (raw: string, language?: string) => string
  readonly secret: (raw: string) => string
  /** A moment in ms since 1970. */
  readonly time: (at: number) => string
  /** A moment within a sentence; in UTC when left out. */
  readonly moment?: (moment: Moment) => string
  /** Lines of a log; as code, in UTC, when left out. */
  readonly log?: (rows: readonly LogRow[]) => string
  /** Letters of a line of code that a phone held upright shows; tables that are wider are written row by row. */
  readonly columns?: number
  /** A person of the platform, called by name; raw text goes in. */
  readonly person?: (id: string, name: string) => string
}

export const GLYPH: Readonly<Record<Tone, string>> = {
  ok: '✅',
  info: 'ℹ️',
  warn: '⚠️',
  error: '❌',
  pending: '⏳',
}

const STEP: Readonly<Record<ProgressStep['state'], string>> = {
  waiting: '▫️',
  doing: '▶️',
  done: '✅',
  failed: '❌',
  undone: '↩️',
}

/** One block in a platform's markup; a file is only announced here, the adapter attaches it. */
export function writeBlock(block: Block<string>, markup: Markup, locale: Locale): string {
  const { escape, bold, code, secret, time, log } = markup
  switch (block.type) {
    case 'text':
      return writeText(block, markup)
    case 'fields':
      return block.fields
        .map(([label, value]) => `${bold(escape(label))}: ${escape(value)}`)
        .join('\n')
    case 'times':
      return block.times.map(([label, at]) => `${bold(escape(label))}: ${time(at)}`).join('\n')
    case 'table':
      return writeTable(block, markup)
    case 'code':
      return code(block.code, block.language)
    case 'log':
      if (block.rows.length === 0) return escape('…')
      return (
        log?.(block.rows) ?? `${escape(say(IN_UTC, locale))}\n${code(logText(block.rows), 'log')}`
      )
    case 'progress':
      return block.steps.map((step) => escape(writeStep(step, locale))).join('\n')
    case 'secret':
      return `${escape(block.label)}: ${secret(block.value)}`
    case 'file':
      return escape(`📎 ${block.name} — ${block.about}`)
    case 'picture':
      return escape(`📈 ${block.about}`)
    default:
      return block satisfies never
  }
}

type TextBlock = Extract<Block<string>, { type: 'text' }>

function writeText(
  { text, times = [] }: TextBlock,
  markup: Pick<Markup, 'escape' | 'moment'>,
): string {
  const { escape, moment = inUtc } = markup
  if (times.length === 0) return escape(text)
  // Every second part is the number of a moment.
  return text
    .split(/\{(\d)\}/)
    .map((part, index) => {
      if (index % 2 === 0) return escape(part)
      const named = times[Number(part)]
      return named === undefined ? escape(`{${part}}`) : moment(named)
    })
    .join('')
}

const inUtc = ({ at, clock }: Moment): string => (clock === true ? utc(at).slice(11, 19) : utc(at))

/** A reply for programs: moments that each reader would see in the zone of their own are written out, in UTC. */
export const timesInUtc = (reply: SaidReply): SaidReply => ({
  ...reply,
  blocks: reply.blocks.map((block) =>
    block.type === 'text' && block.times !== undefined
      ? { type: 'text', text: writeText(block, { escape: (raw) => raw }) }
      : block,
  ),
})

/** Said once before lines whose own times do not say it. */
export const IN_UTC = tr('Times in UTC:', '時間為 UTC：')

/** More than one day is told by its dates: a time of day alone could be of either. */
const MANY_DAYS_MS = 20 * 3_600_000

export const overDays = (rows: readonly LogRow[]): boolean =>
  (rows.at(-1)?.at ?? 0) - (rows[0]?.at ?? 0) > MANY_DAYS_MS

/** Lines of a log without marks, each with its time in UTC. */
export function logText(rows: readonly LogRow[]): string {
  const from = overDays(rows) ? 5 : 11
  return rows
    .map(({ at, marked, from: where, level, message }) =>
      [
        `${marked === true ? '▸' : ' '} ${utc(at).slice(from, 19).replace('T', ' ')}`,
        where,
        level,
        message,
      ]
        .filter((part) => part !== undefined && part !== '')
        .join(' '),
    )
    .join('\n')
}

function writeStep({ label, state, ms }: ProgressStep<string>, locale: Locale): string {
  return `${STEP[state]} ${label}${ms === undefined ? '' : ` (${say(duration(ms), locale)})`}`
}

/** Telegram's and Discord's own programs on the narrowest phones in use. */
export const PHONE_COLUMNS = 42

type Table = Extract<Block<string>, { type: 'table' }>

function writeTable({ head, rows }: Table, markup: Markup): string {
  const { code, columns = Number.POSITIVE_INFINITY } = markup
  const drawn = grid([head, ...rows])
  if (drawn.split('\n').every((line) => width(line) <= columns)) return code(drawn)
  return rows.map((row) => writeRow(head, row, markup)).join('\n')
}

/** The first cell names the row; each other one that says something has its column's name before it, where there is one. */
function writeRow(head: readonly string[], row: readonly string[], markup: Markup): string {
  const { escape, bold } = markup
  const [name = '', ...cells] = row
  const alone = cells.length === 1
  const rest = cells.flatMap((cell, index) => {
    const label = alone ? '' : (head[index + 1] ?? '')
    if (cell === '' || cell === '–') return []
    return [escape(label === '' ? cell : `${label}: ${cell}`)]
  })
  return `• ${[bold(escape(name)), ...rest].filter((part) => part !== '').join(alone ? ': ' : ' · ')}`
}

/** Columns padded with spaces; wide (CJK) characters count double, as monospaced fonts draw them. */
function grid(rows: ReadonlyArray<readonly string[]>): string {
  const columns = Math.max(0, ...rows.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => width(row[column] ?? ''))),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g
const width = (text: string): number => Array.from(text).length + (text.match(WIDE)?.length ?? 0)
const pad = (cell: string, size: number): string =>
  cell + ' '.repeat(Math.max(0, size - width(cell)))
