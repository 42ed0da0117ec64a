import { fields, type Action, type Reply, reply, table, text } from '../reply.ts'
import { count, tr, utc } from '../text.ts'
import { type Anchor, canonical, type Link } from './chain.ts'
import type { Flaw } from './check.ts'
import type { Found } from './find.ts'
import { earlier } from './range.ts'
import { detailOf, eventName, flawWords } from './words.ts'

interface Wish {
  readonly since?: string | undefined
  readonly who?: string | undefined
  readonly app?: string | undefined
}
type Point = Pick<Link, 'seq' | 'at' | 'hash'>

/** What a check of the chain found. */
interface Checked {
  readonly ok: boolean
  readonly entries: number
  readonly flaws: readonly Flaw[]
  readonly anchors: number
  readonly first: Point | null
  readonly last: Point | null
  readonly anchor: Anchor | null
  readonly trimmed: number | null
}

interface Export {
  readonly links: readonly Link[]
  /** Something older did not fit. */
  readonly cut: boolean
  /** Nothing in between is left out. */
  readonly whole: boolean
  readonly at: number
}

/** The newest entries, and the way to those before. */
export const listed = ({ links, next }: Found, wish: Wish): Reply =>
  links.length === 0
    ? reply.info(tr('No such entries', '沒有符合的紀錄'), [text(nothing(next))], more(next, wish))
    : reply.info(
        tr('What was done', '操作紀錄'),
        [
          table(
            [
              '#',
              tr('When', '時間'),
              tr('Event', '事件'),
              tr('Who', '誰'),
              tr('Command', '指令'),
              tr('App', '應用程式'),
              tr('Job', '工作'),
              tr('Detail', '細節'),
            ],
            links.map((link) => [
              String(link.seq),
              utc(link.at),
              eventName(link.event),
              link.actor,
              link.verb,
              link.app ?? '–',
              link.job ?? '–',
              detailOf(link),
            ]),
          ),
        ],
        more(next, wish),
      )

/** Whether the chain is what was written, and what is wrong with it. */
export const checked = ({
  ok,
  entries,
  flaws,
  first,
  last,
  anchor,
  anchors,
  trimmed,
}: Checked): Reply =>
  reply[ok ? 'ok' : 'error'](
    ok
      ? tr('The record is whole', '紀錄完整')
      : tr('The record is not what was written', '紀錄與當初寫入的不符'),
    [
      ...flaws.map((flaw) => text(flawWords(flaw))),
      fields(
        [tr('Entries', '紀錄數'), entries],
        [tr('From', '起'), first === null ? undefined : `#${first.seq} ${utc(first.at)}`],
        [tr('To', '迄'), last === null ? undefined : `#${last.seq} ${utc(last.at)}`],
        [tr('Hash', '雜湊值'), last?.hash],
        [tr('Anchors', '錨點數'), anchors],
        [
          tr('Last anchor', '最近的錨點'),
          anchor === null
            ? tr('none yet', '尚無')
            : `#${anchor.seq} ${utc(anchor.at)} ${anchor.hash}`,
        ],
        [
          tr('Removed by retention', '因保存期限移除'),
          trimmed === null ? undefined : tr(`up to #${trimmed}`, `至 #${trimmed}`),
        ],
      ),
      text(ok ? BELIEVE : COMPARE),
    ],
  )

/** The entries as a file; what did not fit is said. */
export function written({ links, cut, whole, at }: Export, wish: Wish): Reply {
  const [first] = links
  if (first === undefined) return reply.info(tr('No such entries', '沒有符合的紀錄'))
  return reply.ok(tr('The record as a file', '紀錄檔案'), [
    text(whole ? WHOLE : PART),
    ...(cut
      ? [
          text(
            tr(
              `The file is full: it begins at #${first.seq}. For what comes before: /ops audit export since=${earlier(wish.since, `#${first.seq - 1}`)}`,
              `檔案已滿，從 #${first.seq} 開始。更早的紀錄：/ops audit export since=${earlier(wish.since, `#${first.seq - 1}`)}`,
            ),
          ),
        ]
      : []),
    {
      type: 'file',
      name: `audit-${utc(at).replaceAll(':', '')}.jsonl`,
      content: `${links.map((link) => canonical(link)).join('\n')}\n`,
      about: count(links.length, 'entry', 'entries', '筆紀錄'),
    },
  ])
}

const BELIEVE = tr(
  'Whoever can write to the store could write all of it anew: compare the last anchor with the one in the log.',
  '能寫入儲存區的人可以重寫全部內容：請將最近的錨點與日誌中的錨點比對。',
)
const COMPARE = tr(
  'Keep the store as it is, and compare with the log stream, which has every entry too.',
  '請保留儲存區的現狀，並與日誌比對；日誌中也有每一筆紀錄。',
)
const WHOLE = tr(
  'Each line names the hash of the one before; docs/audit.md has the few lines that check it.',
  '每行都含有前一行的雜湊值；docs/audit.md 附有檢查用的程式。',
)
const PART = tr(
  'A part of the record: each line still has its own hash, but lines in between are left out.',
  '這是部分紀錄：每行仍有自己的雜湊值，但中間省略了其他行。',
)

const nothing = (next: string | undefined) =>
  next === undefined
    ? tr('Widen since, or leave who and app out.', '請放寬 since，或不指定 who 與 app。')
    : tr(
        'None among the newest 100,000; the button looks further back.',
        '最新的 100,000 筆中沒有；按鈕會繼續往前找。',
      )

function more(next: string | undefined, wish: Wish): { readonly actions: readonly Action[] } {
  if (next === undefined) return { actions: [] }
  const input = { ...wish, since: earlier(wish.since, `@${next}`) }
  const intent = { do: 'run', command: 'ops audit list', input } as const
  return { actions: [{ label: tr('Earlier', '更早'), style: 'neutral', intent }] }
}
