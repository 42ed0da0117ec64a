import { type Block, fields, type Reply, reply, text, textAt } from '../reply.ts'
import { duration, join, say, type Text, tr } from '../text.ts'
import { followButton, stopButton } from './buttons.ts'
import { cureOf, type Mark, marksOf } from './cures.ts'
import type { LogOptions } from './history.ts'
import { adjacent, newestThatFit, rowsOf } from './rows.ts'
import { linesIn } from './search.ts'
import type { Live } from './live.ts'
import type { Gap } from './tail.ts'

const ROOM = 2800
/** What a terminal gets at once, in characters. */
const STREAM_ROOM = 100_000

/** The newest lines under how they come in; once it has ended, why. */
export function renderLive(live: Live, options: LogOptions, job: string | null): Reply {
  const { app, ended } = live
  const shown = newest(live)
  const blocks: Block[] = [
    header(live, options, shown.first),
    shown,
    ...notes(live),
    ...(ended === null ? [] : [text(ended)]),
  ]
  if (ended === null)
    return reply.pending(tr(`Following ${app}`, `持續顯示 ${app}`), blocks, {
      actions: stopButton(job),
    })
  return reply.info(tr(`Followed ${app}`, `已結束顯示 ${app}`), blocks, {
    actions: [followButton(app, options)],
  })
}

function newest({ lines, next, stream }: Live) {
  const entries = newestThatFit(adjacent(lines), stream ? STREAM_ROOM : ROOM)
  return { type: 'log' as const, rows: rowsOf(entries), first: next - linesIn(entries) }
}

function header(live: Live, asked: LogOptions, gone: number): Block {
  const { total, matched, perSecond, source, lagMs, startedAt, at, stream } = live
  return fields(
    [
      tr('Lines', '行數'),
      isFiltered(asked)
        ? tr(`${matched} of ${total} match`, `${total} 行中 ${matched} 行相符`)
        : String(total),
    ],
    [tr('Rate', '速率'), `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`],
    [
      tr('Source', '來源'),
      source === 'nats' ? tr('live stream', '即時串流') : tr('log API', '日誌 API'),
    ],
    [tr('Behind', '延遲'), lagMs === null ? tr('no lines', '無新行') : duration(lagMs)],
    [tr('For', '已顯示'), duration(at - startedAt)],
    [tr('Out of view', '已移出畫面'), gone === 0 || stream ? undefined : gone],
  )
}

const isFiltered = ({ machine, level, grep }: LogOptions): boolean =>
  machine !== undefined || level !== undefined || grep !== undefined

function notes(live: Live): readonly Block[] {
  const { dropped, gaps, olderGaps, secrets, trouble, note, ended, lines } = live
  const [mark] = marksOf(lines.map((line) => [line]))
  const counted = [
    olderGaps > 0
      ? tr(
          `${olderGaps} earlier ${olderGaps === 1 ? 'gap is' : 'gaps are'} not listed.`,
          `另有 ${olderGaps} 段較早的缺口未列出。`,
        )
      : '',
    secrets > 0
      ? tr(
          `Secrets were left out of ${secrets} ${secrets === 1 ? 'line' : 'lines'}.`,
          `有 ${secrets} 行的密鑰已隱去。`,
        )
      : '',
    trouble !== null && ended === null
      ? tr(`Just now: ${say(trouble, 'en')}`, `目前：${say(trouble, 'zh-TW')}`)
      : '',
    note !== null && ended === null ? note : '',
  ]
  return [
    ...(mark ? [meaning(mark)] : []),
    ...(dropped > 0 ? [text(lost(dropped))] : []),
    ...gaps.map(notRead),
    ...counted.filter((one) => one !== '').map((one) => text(one)),
  ]
}

function meaning({ signature, lastAt }: Mark): Block {
  const cure = cureOf(signature.id)
  return textAt(join(' ', '▸ {0}', signature.meaning, cure ? `→ /openclaw ${cure.command}` : ''), {
    at: lastAt,
    clock: true,
  })
}

const lost = (dropped: number): Text =>
  tr(
    dropped === 1
      ? '1 line came faster than it could be kept and is only counted.'
      : `${dropped} lines came faster than they could be kept and are only counted.`,
    `有 ${dropped} 行來得太快，只計數未保留。`,
  )

const notRead = ({ from, to }: Gap): Block =>
  textAt(
    tr(
      'Not read: {0} to {1}; /openclaw logs shows it.',
      '未讀取：{0} 至 {1}；可用 /openclaw logs 查看。',
    ),
    { at: from, clock: true },
    { at: to, clock: true },
  )
