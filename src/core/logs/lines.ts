import { isMarked } from './cures.ts'
import type { Entry, Line } from './entry.ts'

/** A moment as lines show it: UTC, to the second. */
export const clock = (at: number): string => new Date(at).toISOString().slice(11, 19)

/** A line as it is shown: time (UTC), what of machine, source and level is not the usual, and the message. */
const writeLine = ({ at, machine, provider, level, message }: Line, machines: number): string =>
  [
    `${isMarked(message) ? '▸' : ' '} ${clock(at)}`,
    machines > 1 ? (machine ?? '-') : '',
    provider === 'app' ? '' : `${provider}:`,
    level === 'info' ? '' : level.toUpperCase(),
    withoutTime(message),
  ]
    .filter((part) => part !== '')
    .join(' ')

/** The gateway puts its own time in front of its lines; once is enough. */
const withoutTime = (message: string): string =>
  message.replace(/^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) /, '')

export const writeEntries = (entries: readonly Entry[]): string => {
  const lines = entries.flat()
  const machines = new Set(lines.map(({ machine }) => machine)).size
  return lines.map((line) => writeLine(line, machines)).join('\n')
}

/** The newest entries whose text fits. */
export function newestThatFit(entries: readonly Entry[], room: number): readonly Entry[] {
  let left = room
  const from = entries.findLastIndex((entry) => {
    left -= writeEntries([entry]).length + 20
    return left < 0
  })
  return entries.slice(Math.min(from + 1, Math.max(0, entries.length - 1)))
}
