import { createHash } from 'node:crypto'
import type { LogLine, LogPage } from '../fly.ts'
import { atLeast, continues, type Entry, type Level, levelOf, type Line } from './entry.ts'
import type { Grep } from './grep.ts'
import { tidy } from './tidy.ts'

/** What is looked for, ready to be applied to a line. */
export interface Wanted {
  readonly lines: number
  readonly machine?: string | undefined
  readonly level?: Level | undefined
  readonly grep?: Grep | undefined
  readonly redact: (message: string) => string
  /** Lines after this, in ms, were not there when it was asked. */
  readonly until: number
  readonly from: number
}

/** How far a search got; plain JSON, so that another worker can go on with it. */
export interface Search {
  /** Where the next page starts; null before the first. */
  readonly cursor: string | null
  /** What was found, oldest first: the newest of it. */
  readonly found: readonly Entry[]
  /** Messages that may still go on, one of each machine. */
  readonly open: readonly Entry[]
  readonly read: number
  readonly matched: number
  readonly firstAt: number | null
  readonly lastAt: number | null
  /** Lines at the end of the last page, which the next one gives again. */
  readonly seen: readonly string[]
  readonly done: boolean
}

export const newSearch = (cursor: string | null): Search => ({
  cursor,
  found: [],
  open: [],
  read: 0,
  matched: 0,
  firstAt: null,
  lastAt: null,
  seen: [],
  done: false,
})

/** Tells a line from others of its moment; a digest, because it is written down and a line may hold a secret. */
const keyOf = ({ stamp, machine, message }: LogLine): string =>
  `${stamp} ${createHash('sha1').update(`${machine}|${message}`).digest('base64')}`

/** Tells lines that the page before has given. Only those of its last moment come again, and only they are worth a digest. */
function unseen({ seen }: Search): (line: LogLine) => boolean {
  const keys = new Set(seen)
  const [stamp] = seen[0]?.split(' ') ?? []
  return (line) => line.stamp !== stamp || !keys.has(keyOf(line))
}

/**
 * One page more. Pages come oldest first; the next one starts a nanosecond before the last line, because lines of the same nanosecond
 * would be left out otherwise, and what comes twice is told by time, machine and message.
 */
export function addPage(search: Search, page: LogPage, wanted: Wanted): Search {
  const fresh = page.lines.filter(unseen(search))
  const mine = fresh.filter(
    ({ at, machine }) =>
      at >= wanted.from &&
      at <= wanted.until &&
      (wanted.machine === undefined || machine === wanted.machine),
  )
  const { open, closed } = grouped(search.open, mine)
  const over =
    (fresh.length === 0 && !goesOn(page, search.cursor, wanted.until)) ||
    (page.lines.at(-1)?.at ?? 0) > wanted.until
  const hits = found(over ? [...closed, ...open] : closed, wanted)
  return {
    cursor: nextCursor(page) ?? search.cursor,
    found: newest(inOrder([...search.found, ...hits]), wanted.lines),
    open: over ? [] : open,
    read: search.read + mine.length,
    matched: search.matched + linesIn(hits),
    firstAt: search.firstAt ?? mine[0]?.at ?? null,
    lastAt: mine.at(-1)?.at ?? search.lastAt,
    seen: page.lines.filter(({ stamp }) => stamp === page.lines.at(-1)?.stamp).map(keyOf),
    done: over,
  }
}

/** The same search as it may be written down: messages that may still go on have not been cleaned before. */
export const paused = (search: Search, redact: Wanted['redact']): Search => ({
  ...search,
  open: search.open.map((entry) => withoutSecrets(entry, redact)),
})

const withoutSecrets = (entry: Entry, redact: Wanted['redact']): Entry =>
  entry.map((line) => ({ ...line, message: redact(line.message) }))

export const linesIn = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { length }) => sum + length, 0)

/** Without the step back where a whole page is of one moment, or of none: it would come again for ever. */
function nextCursor({ cursor, lines }: LogPage): string | undefined {
  if (cursor === null || !NUMBER.test(cursor)) return undefined
  const oneMoment = lines.every(({ stamp }) => stamp === lines[0]?.stamp)
  return oneMoment && lines.length !== 1 ? cursor : String(BigInt(cursor) - 1n)
}
const NUMBER = /^\d+$/

/** An empty page whose cursor has moved is of a silent time, and not the end: lines may follow. */
const goesOn = ({ cursor, lines }: LogPage, from: string | null, until: number): boolean =>
  lines.length === 0 &&
  cursor !== null &&
  NUMBER.test(cursor) &&
  BigInt(cursor) > BigInt(from ?? 0) &&
  BigInt(cursor) <= BigInt(until) * 1_000_000n

const clean = (line: LogLine): Line => {
  const message = tidy(line.message)
  const { at, machine, provider } = line
  return { at, machine, provider, level: levelOf(line, message), message }
}

/** Puts lines together with the message they go on with, machine by machine, for their lines come in between each other. */
function grouped(
  before: readonly Entry[],
  lines: readonly LogLine[],
): { open: readonly Entry[]; closed: readonly Entry[] } {
  const open = new Map(before.map((entry) => [sourceOf(entry[0]), entry]))
  const closed: Entry[] = []
  for (const raw of lines) {
    const line = clean(raw)
    const source = sourceOf(line)
    const entry = open.get(source)
    if (entry && continues(entry, line)) open.set(source, [...entry, line])
    else {
      if (entry) closed.push(entry)
      open.set(source, [line])
    }
  }
  return { open: [...open.values()], closed }
}

const sourceOf = (line: Line | undefined): string => `${line?.machine} ${line?.provider}`

/** What matches, without secrets. It has to match without them too: else whoever searches could guess a secret piece by piece. */
const found = (entries: readonly Entry[], wanted: Wanted): readonly Entry[] =>
  entries
    .filter((entry) => matches(entry, wanted))
    .map((entry) => withoutSecrets(entry, wanted.redact))
    .filter((entry) => matches(entry, wanted))

const matches = (entry: Entry, { level, grep }: Wanted): boolean =>
  (level === undefined || entry.some((line) => atLeast(line.level, level))) &&
  (grep === undefined || entry.some(({ message }) => grep(message)))

const inOrder = (entries: readonly Entry[]): readonly Entry[] =>
  entries.toSorted((a, b) => (a[0]?.at ?? 0) - (b[0]?.at ?? 0))

/** Kept between two pages, in characters: a search is written down each time it pauses. */
const ROOM = 300_000

/** The last so many lines, but never part of a message. */
function newest(entries: readonly Entry[], most: number): readonly Entry[] {
  let lines = 0
  let room = ROOM
  let from = entries.length
  for (const entry of entries.toReversed()) {
    lines += entry.length
    room -= entry.reduce((sum, { message }) => sum + message.length, 0)
    if (from < entries.length && (lines > most || room < 0)) break
    from -= 1
  }
  return entries.slice(from)
}
