import { type Reply, reply, text } from '../reply.ts'
import { duration, say, tr } from '../text.ts'
import { logButtons, stopButton } from './buttons.ts'
import type { History, LogOptions } from './history.ts'
import { endedEarly, progressOf } from './show-progress.ts'

/** No line to show: whether there were any, and where to look next. */
export function nothingFound(history: History, options: LogOptions, job: string | null): Reply {
  const { app, read, trouble, done } = history
  if (!done)
    return reply.pending(
      tr(`Reading the logs of ${app}: nothing so far`, `正在讀取 ${app} 的日誌：尚無結果`),
      [progressOf(history)],
      { actions: stopButton(job) },
    )
  const make = trouble === null ? reply.info : reply.warn
  return make(
    tr(`No lines of ${app}`, `沒有 ${app} 的日誌`),
    [
      text(read > 0 ? noneMatch(history) : noneThere(history)),
      trouble === null ? text(read > 0 ? WIDER : SILENT) : endedEarly(history, trouble),
    ],
    { actions: logButtons(app, options, []) },
  )
}

function noneMatch({ read, from, until, trouble }: History) {
  if (trouble !== null)
    return tr(
      read === 1
        ? 'The one line that was read does not match.'
        : `None of the ${read} lines that were read match.`,
      `已讀取的 ${read} 行中沒有相符的。`,
    )
  const span = duration(until - from)
  return tr(
    read === 1
      ? `The one line of the last ${say(span, 'en')} does not match.`
      : `None of the ${read} lines of the last ${say(span, 'en')} match.`,
    `最近 ${say(span, 'zh-TW')} 的 ${read} 行中沒有相符的。`,
  )
}

function noneThere({ from, until, trouble }: History) {
  if (trouble !== null) return tr('Nothing was read.', '尚未讀取任何內容。')
  const span = duration(until - from)
  return tr(
    `Fly has no lines of the last ${say(span, 'en')}.`,
    `Fly 沒有最近 ${say(span, 'zh-TW')} 的日誌。`,
  )
}

const WIDER = tr(
  'Look further back with since=1d, or for less.',
  '可用 since=1d 往回找，或放寬條件。',
)
const SILENT = tr(
  'A machine that is stopped writes nothing, and Fly shows lines a few seconds late. /openclaw status tells how the machines are.',
  '停止的機器不會寫日誌，Fly 也會慢幾秒才顯示。/openclaw status 可看機器狀態。',
)
