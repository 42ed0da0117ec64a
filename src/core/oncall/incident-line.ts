import { duration, join, say, type Text, tr, utc } from '../text.ts'
import type { Incident, Line, LineKind } from './incident.ts'

/** The beginning of a long history is kept, and its newest part. */
const FIRST = 4
const LAST = 56

/** Adds a line to the history. */
export function line(incident: Incident, entry: Line): Incident {
  const log = [...incident.log, entry]
  const kept = log.length <= FIRST + LAST ? log : [...log.slice(0, FIRST), ...log.slice(-LAST)]
  return { ...incident, log: kept, logged: incident.logged + 1, rev: incident.rev + 1 }
}

const SAID: Readonly<Record<LineKind, (entry: Line) => Text>> = {
  fired: () => tr('Fired', '觸發'),
  worse: () => tr('Got worse', '惡化'),
  reopened: () => tr('Fired again', '再次觸發'),
  still: () =>
    tr(
      'Still there although it was resolved: open again. Silence it to keep it quiet, or resolve it once more to leave it',
      '標為已解決後仍然存在：重新開放。若要保持安靜請設為靜音，若要擱置請再次標為已解決',
    ),
  acked: ({ by }) => tr(`Acknowledged by ${by}`, `${by} 已確認`),
  taken: ({ by }) => tr(`Taken over by ${by}`, `${by} 已接手`),
  unacked: ({ by }) => tr(`Given back by ${by}`, `${by} 已取消確認`),
  unanswered: ({ by }) => tr(`No answer from ${by}: open again`, `${by} 沒有回應：重新開放`),
  silenced: ({ by, until = 0 }) =>
    tr(`Silenced by ${by} until ${utc(until)}`, `${by} 設為靜音至 ${utc(until)}`),
  unsilenced: ({ by }) => tr(`Silence ended by ${by}`, `${by} 已解除靜音`),
  'silence-over': () => tr('The silence is over', '靜音結束'),
  resolved: () => tr('Resolved: it is seen no more', '已恢復：不再出現'),
  'resolved-by-hand': ({ by }) => tr(`Resolved by ${by}`, `${by} 標為已解決`),
  paged: ({ by }) => tr(`Paged: ${by}`, `已呼叫：${by}`),
  reminded: ({ by }) => tr(`Reminded: ${by}`, `已提醒：${by}`),
  muted: ({ text = '' }) => text,
  unshown: ({ text = '' }) => text,
  began: ({ by, text = '' }) => join(' ', text, `(${by})`),
  ended: ({ text = '' }) => text,
  'gave-up': () => tr('Nobody brought it to an end in time', '時限內無人處理完畢'),
  drilled: ({ text = '' }) => text,
  note: ({ by, text = '' }) => join('', tr(`${by}: `, `${by}：`), text),
}

/** One line of the history as people read it, without its time. */
export const sayLine = (entry: Line): Text => SAID[entry.what](entry)

/** Why nobody is paged, as a sentence. */
export function sayMute({ mute, flips }: Pick<Incident, 'mute' | 'flips'>, windowMs: number): Text {
  if (mute === null) return ''
  switch (mute.why) {
    case 'maintenance':
      return tr(
        `Maintenance until ${utc(mute.until)}: shown, nobody is paged.`,
        `維護至 ${utc(mute.until)}：只顯示，不呼叫任何人。`,
      )
    case 'inhibited':
      return tr(
        `Follows from ${mute.by}: shown, nobody is paged for it.`,
        `起因於 ${mute.by}：只顯示，不另外呼叫。`,
      )
    case 'flapping': {
      const window = duration(windowMs)
      return tr(
        `Flapping: came back ${flips.length} times in ${say(window, 'en')}. Nobody is paged until it settles.`,
        `反覆發生：${say(window, 'zh-TW')}內重現 ${flips.length} 次。穩定之前不再呼叫。`,
      )
    }
    default:
      return mute.why satisfies never
  }
}
