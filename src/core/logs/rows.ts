import type { LogRow } from '../reply.ts'
import { isMarked } from './cures.ts'
import { continues, type Entry, type Line } from './entry.ts'

/** Lines as they are shown: with what of machine, source and level is not the usual. */
export function rowsOf(entries: readonly Entry[]): readonly LogRow[] {
  const machines = new Set(entries.flat().map(({ machine }) => machine)).size
  return entries.flatMap((entry) =>
    entry.map((line, index) => ({ ...rowOf(line, machines), ...(index > 0 && { more: true }) })),
  )
}

function rowOf({ at, machine, provider, level, message }: Line, machines: number): LogRow {
  const from = [machines > 1 ? (machine ?? '-') : '', provider === 'app' ? '' : `${provider}:`]
    .filter((part) => part !== '')
    .join(' ')
  return {
    at,
    ...(from !== '' && { from }),
    ...(level !== 'info' && { level: level.toUpperCase() }),
    message: withoutTime(message),
    ...(isMarked(message) && { marked: true }),
  }
}

/** The gateway puts its own time in front of its lines; once is enough. */
const withoutTime = (message: string): string =>
  message.replace(/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) /, '')

/** Lines that stand next to each other and belong together. */
export function adjacent(lines: readonly Line[]): readonly Entry[] {
  const entries: Line[][] = []
  for (const line of lines) {
    const last = entries.at(-1)
    if (last && continues(last, line)) last.push(line)
    else entries.push([line])
  }
  return entries
}

/** Besides its words each line has a time, and marks around it. */
const AROUND = 31

/** The newest entries whose text fits; of a last one that is too long, its newest lines; one at least. */
export function newestThatFit(entries: readonly Entry[], room: number): readonly Entry[] {
  let left = room
  const from = entries.findLastIndex((entry) => {
    left -= rowsOf([entry]).reduce((sum, row) => sum + lengthOf(row), 0)
    return left < 0
  })
  if (from < entries.length - 1) return entries.slice(from + 1)
  const last = entries.at(-1) ?? []
  if (last.length <= 1) return entries.slice(-1)
  return [
    newestThatFit(
      last.map((line) => [line]),
      room,
    ).flat(),
  ]
}

const lengthOf = ({ from = '', level = '', message }: LogRow): number =>
  from.length + level.length + message.length + AROUND
