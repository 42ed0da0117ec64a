import { type Block, code, fields, text } from '../reply.ts'
import { cut, join, say, tr, truncate, utc } from '../text.ts'
import type { Found } from './found.ts'

/** The card shows as many, if they fit; the thread has all that were kept. */
const LINES = 15
/** Fewer say nothing. */
const LEAST = 3
const OUTPUT_MAX = 120
const CURE_MAX = 120

/** What was looked up after the first card, but for the log; what could not be is one line. */
export function foundBlocks(found: Found | null): readonly Block[] {
  if (found === null) return []
  return [...memoryBlocks(found), ...checks(found), ...changes(found), ...similar(found)]
}

/** The machine's memory in one line, with its picture where one was drawn. */
export function memoryBlocks({ memory }: Found): readonly Block[] {
  if (memory === undefined) return []
  if ('why' in memory) return [text(join(' ', tr('Memory:', '記憶體：'), memory.why))]
  const { spark, peakMb, totalMb, picture } = memory
  const about = tr(
    `Memory ${spark} at most ${peakMb} of ${totalMb} MB in the last hour`,
    `記憶體 ${spark} 一小時內最高 ${peakMb} MB，共 ${totalMb} MB`,
  )
  return [picture === null ? text(about) : { type: 'picture', name: picture, png: '', about }]
}

function checks({ checks: seen }: Found): readonly Block[] {
  if (seen === undefined) return []
  if ('why' in seen) return [text(join(' ', tr('Checks:', '檢查：'), seen.why))]
  if (seen.failing.length === 0)
    return [text(tr('Checks: none is failing.', '檢查：沒有失敗的項目。'))]
  const pairs = seen.failing.map(
    ([name, output]) =>
      [tr(`Check ${name}`, `檢查 ${name}`), truncate(output, OUTPUT_MAX)] as const,
  )
  return [fields(...pairs)]
}

function changes({ changes: seen }: Found): readonly Block[] {
  if (seen === undefined) return []
  const label = tr('Last changes:', '最近的變更：')
  if ('why' in seen) return [text(join(' ', label, seen.why))]
  if (seen.list.length === 0) return []
  const lines = seen.list.map(({ at, what }) => join('  ', utc(at), what))
  return [text(label), code(join('\n', ...lines))]
}

/** The last lines of the log, as many as there is room for. */
export function logBlocks(found: Found | null, room: number): readonly Block[] {
  const seen = found?.logs
  if (seen === undefined) return []
  const label = tr('Last log lines:', '最後的紀錄：')
  if ('why' in seen) return [text(join(' ', label, seen.why))]
  const last = seen.lines.slice(-LINES)
  const shown = last.filter((_, n) => last.slice(n).join('\n').length <= room)
  if (shown.length >= Math.min(LEAST, last.length) && shown.length > 0)
    return [text(label), code(shown.join('\n'), 'log')]
  return last.length === 0 ? [] : [text(tr('The log lines are below.', '紀錄在下方。'))]
}

function similar({ similar: before }: Found): readonly Block[] {
  if (before === null) return []
  const { id, at } = before
  const cure = cut(before.cure, CURE_MAX)
  return [
    text(
      tr(
        `Seen before: ${id}, ${utc(at)}. What followed then: ${say(cure, 'en')}.`,
        `先前發生過：${id}，${utc(at)}。當時的處理：${say(cure, 'zh-TW')}。`,
      ),
    ),
  ]
}
