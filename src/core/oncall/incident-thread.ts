import { code, fields, reply, type Block, type Reply, text } from '../reply.ts'
import { join, say, type Text, tr, truncate, utc } from '../text.ts'
import { drilled } from './incident-card.ts'
import { memoryBlocks } from './incident-found.ts'
import { sayLine } from './incident-line.ts'
import type { Incident, Line, LineKind } from './incident.ts'

const TITLE = 200

/** These have a message of their own in the room, or are the card itself. */
const ELSEWHERE: ReadonlySet<LineKind> = new Set(['fired', 'paged', 'reminded'])

/** Lines of the history that are still to be said in the threads, each with its place in the whole. */
export function linesOwed({ log, logged, posted = 0 }: Incident): readonly OwedLine[] {
  const first = logged - log.length
  // Of a long history the middle is gone: what is left of its end keeps its number.
  return log
    .map((entry, n) => ({ n: first + n, entry }))
    .filter(({ n, entry }) => n >= posted && !ELSEWHERE.has(entry.what))
}
export interface OwedLine {
  readonly n: number
  readonly entry: Line
}

/** What a thread is called: who it is, never how it is, so that its name stays. */
export const threadName = (incident: Incident): Text =>
  join(' ', ...drilled(incident), incident.id, incident.title)

/** One line of the history, as a message in the thread. */
export function lineReply(incident: Incident, entry: Line): Reply {
  const said = join(' ', ...drilled(incident), sayLine(entry))
  const [en, zh] = [say(said, 'en'), say(said, 'zh-TW')]
  const title = tr(truncate(en, TITLE), truncate(zh, TITLE))
  const whole = Math.max(en.length, zh.length) <= TITLE
  return { ...reply.info(title, whole ? [] : [text(said)]), glyph: GLYPH[entry.what] ?? '▫️' }
}

const GLYPH: Readonly<Partial<Record<LineKind, string>>> = {
  worse: '🔴',
  reopened: '🔴',
  still: '🔴',
  acked: '👀',
  taken: '👀',
  unacked: '↩️',
  unanswered: '↩️',
  silenced: '🔕',
  unsilenced: '🔔',
  'silence-over': '🔔',
  resolved: '🟢',
  'resolved-by-hand': '🟢',
  muted: '🔕',
  note: '📝',
  unshown: '⚠️',
  began: '▶️',
  ended: '🔧',
  drilled: '⏱️',
}

/** All that was looked up, longer than the card has room for, and the other alerts; nothing when there was nothing to see. */
export function detailsReply(incident: Incident): Reply | undefined {
  const { found, alerts } = incident
  if (found === null) return undefined
  const lines = found.logs && 'lines' in found.logs ? found.logs.lines : []
  const failing = found.checks && 'failing' in found.checks ? found.checks.failing : []
  const blocks: readonly Block[] = [
    ...(failing.length === 0 ? [] : [fields(...failing)]),
    ...memoryBlocks(found),
    ...(lines.length === 0 ? [] : [code(lines.join('\n'), 'log')]),
  ]
  if (blocks.length === 0) return undefined
  const title = join(' ', ...drilled(incident), tr('What was found', '查到的資訊'))
  return { ...reply.info(title, [...blocks, ...alerts.slice(1).map(evidenceOf)]), glyph: '🔎' }
}

const evidenceOf = ({ title, at, evidence }: Incident['alerts'][number]): Block =>
  fields([
    join(' ', title, utc(at)),
    join(' · ', ...evidence.map(([what, value]) => join(': ', what, value))),
  ])
