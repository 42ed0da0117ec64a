import { type Block, type Reply, reply, text, textAt } from '../reply.ts'
import { count, join, type Text, tr, utc } from '../text.ts'
import { logButtons, stopButton } from './buttons.ts'
import { cureOf, type Mark, marksOf } from './cures.ts'
import { nothingFound } from './show-nothing.ts'
import { endedEarly, progressOf } from './show-progress.ts'
import type { Entry } from './entry.ts'
import { type History, linesOf, type LogOptions } from './history.ts'
import { newestThatFit, rowsOf } from './rows.ts'
import { linesIn } from './search.ts'

/** What fits into one message of every platform with the words around it. */
const ROOM = 2800
const MARKS = 3

/** Lines found, what they mean, and how much is not shown and how to get it. */
export function renderHistory(history: History, options: LogOptions, job: string | null): Reply {
  const { app, found } = history
  if (found.length === 0) return nothingFound(history, options, job)
  const shown = newestThatFit(found, ROOM)
  const asFile = options.file === true || linesIn(shown) < linesIn(found)
  const blocks: Block[] = [
    { type: 'log', rows: rowsOf(shown) },
    period(shown),
    ...meanings(marksOf(found)),
    ...notes(history, options, linesIn(shown)),
    ...(asFile && history.done ? [fileOf(history)] : []),
  ]
  const make = history.trouble !== null ? reply.warn : history.done ? reply.info : reply.pending
  return make(titleOf(history), blocks, {
    actions: history.done ? logButtons(app, options, marksOf(found)) : stopButton(job),
  })
}

function titleOf({ app, found, done }: History): Text {
  const lines = linesIn(found)
  return done
    ? tr(`Logs of ${app}: ${lines} ${lines === 1 ? 'line' : 'lines'}`, `${app} 的日誌：${lines} 行`)
    : tr(`Reading the logs of ${app}: ${lines} so far`, `正在讀取 ${app} 的日誌：目前 ${lines} 行`)
}

function period(entries: readonly Entry[]): Block {
  const lines = entries.flat()
  return {
    type: 'times',
    times: [
      [tr('First line', '第一行'), lines[0]?.at ?? 0],
      [tr('Last line', '最後一行'), lines.at(-1)?.at ?? 0],
    ],
  }
}

const meanings = (marks: readonly Mark[]): readonly Block[] =>
  marks.slice(0, MARKS).map(({ signature, count: times, lastAt }) => {
    const cure = cureOf(signature.id)
    return textAt(
      join(
        ' ',
        '▸ {0}',
        signature.meaning,
        times > 1 ? tr(`(${times} times)`, `（${times} 次）`) : '',
        cure ? `→ /openclaw ${cure.command}` : '',
      ),
      { at: lastAt, clock: true },
    )
  })

function leftOut(missing: number, options: LogOptions): Text {
  const more = Math.min(1000, linesOf(options) * 4)
  const [lines, match, are] =
    missing === 1 ? ['line', 'that matches ', 'is'] : ['lines', 'that match ', 'are']
  return tr(
    `${missing} earlier ${lines} ${filtered(options) ? match : ''}${are} left out; lines=${more} or a shorter since shows others.`,
    `另有 ${missing} 行較早的${filtered(options) ? '相符' : ''}內容未列出；可用 lines=${more} 或較短的 since。`,
  )
}

/** What is not shown, why, and how to get it. */
function notes(history: History, options: LogOptions, shown: number): readonly Block[] {
  const { read, matched, found, secrets, trouble, done } = history
  const kept = linesIn(found)
  const parts = [
    shown < kept ? notAll(shown, kept, done) : '',
    matched > kept ? leftOut(matched - kept, options) : '',
    filtered(options)
      ? tr(`${read} ${read === 1 ? 'line was' : 'lines were'} read.`, `共讀取 ${read} 行。`)
      : '',
    secrets > 0
      ? tr(
          `Secrets were left out of ${secrets} ${secrets === 1 ? 'line' : 'lines'}: whoever reads the logs elsewhere sees them. Change those values.`,
          `有 ${secrets} 行的密鑰已隱去：在別處讀取日誌的人看得到，請更換這些值。`,
        )
      : '',
  ].filter((part) => part !== '')
  return [
    ...parts.map((part) => text(part)),
    ...(done ? [] : [progressOf(history)]),
    ...(trouble === null ? [] : [endedEarly(history, trouble)]),
  ]
}

const notAll = (shown: number, kept: number, done: boolean): Text =>
  done
    ? tr(
        `The newest ${shown} are shown; the file has all ${kept}.`,
        `顯示最新的 ${shown} 行；檔案內有全部 ${kept} 行。`,
      )
    : tr(`The newest ${shown} are shown.`, `顯示最新的 ${shown} 行。`)

const filtered = ({ grep, level }: LogOptions): boolean => grep !== undefined || level !== undefined

function fileOf({ app, found, until }: History): Block {
  return {
    type: 'file',
    name: `${app}-${utc(until).replaceAll(/[:]/g, '')}.log`,
    content: `${found
      .flat()
      .map(
        ({ at, machine, provider, level, message }) =>
          `${new Date(at).toISOString()} ${provider}[${machine ?? '-'}] ${level} ${message}`,
      )
      .join('\n')}\n`,
    about: join(
      '',
      count(linesIn(found), 'line', 'lines', '行'),
      tr(', times in UTC', '，時間為 UTC'),
    ),
  }
}
