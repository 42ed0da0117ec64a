import { type Block, code, fields, text } from '../reply.ts'
import { join, tr, utc } from '../text.ts'
import type { Found } from './found.ts'

/** The card shows as many; the thread has all that were kept. */
const LINES = 15

/** What was looked up after the first card; what could not be is one line. */
export function foundBlocks(found: Found | null): readonly Block[] {
  if (found === null) return []
  return [
    ...memoryBlocks(found),
    ...checks(found),
    ...changes(found),
    ...logs(found),
    ...similar(found),
  ]
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
    ([name, output]) => [tr(`Check ${name}`, `檢查 ${name}`), output] as const,
  )
  return [fields(...pairs)]
}

function changes({ changes: seen }: Found): readonly Block[] {
  if (seen === undefined) return []
  const label = tr('Last changes:', '最近的變更：')
  if ('why' in seen) return [text(join(' ', label, seen.why))]
  if (seen.list.length === 0) return []
  return [text(label), code(seen.list.map(({ at, what }) => `${utc(at)}  ${what}`).join('\n'))]
}

function logs({ logs: seen }: Found): readonly Block[] {
  if (seen === undefined) return []
  const label = tr('Last log lines:', '最後的紀錄：')
  if ('why' in seen) return [text(join(' ', label, seen.why))]
  const shown = seen.lines.slice(-LINES)
  return shown.length === 0 ? [] : [text(label), code(shown.join('\n'), 'log')]
}

function similar({ similar: before }: Found): readonly Block[] {
  if (before === null) return []
  const { id, at, cure } = before
  return [
    text(
      tr(
        `Seen before: ${id}, ${utc(at)}. What followed then: ${cure}.`,
        `先前發生過：${id}，${utc(at)}。當時的處理：${cure}。`,
      ),
    ),
  ]
}
