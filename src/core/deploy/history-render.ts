import { type Action, type Block, fields, type Reply, reply, table, text } from '../reply.ts'
import { join, type Text, tr, utc } from '../text.ts'
import { type History, type HistoryRow, SHOWN, tookHold } from './history.ts'
import { shortDigest, shownImage } from './image-ref.ts'
import { nameFor } from './plan-words.ts'
import type { Ended, ImageSeen } from './record.ts'

/** A table, newest first; what was made elsewhere is told apart by its number. */
export function renderHistory(history: History): Reply {
  const { app, rows } = history
  const notes = notesOf(history)
  if (rows.length === 0)
    return reply.info(
      tr(`${app}: nothing was deployed here yet`, `${app}：尚未在此部署過`),
      [nowBlock(history), ...notes].filter((block) => block !== undefined),
    )
  const [newest] = rows
  return reply.info(
    tr(`${app}: deployments, newest first`, `${app}：部署紀錄（由新到舊）`),
    [nowBlock(history), tableOf(rows), ...notes].filter((block) => block !== undefined),
    newest !== undefined && rows.some(tookHold) ? { actions: [back(app)] } : {},
  )
}

function nowBlock({ now }: History): Block | undefined {
  if (now === null)
    return text(tr('What runs now could not be read.', '無法讀取目前執行的映像檔。'))
  if (now.length === 0) return undefined
  return fields(
    ...now.map(
      ({ machine, ...seen }) =>
        [tr(`Now in ${machine}`, `${machine} 目前`), nowWords(seen)] as const,
    ),
  )
}

const nowWords = ({ image, digest }: ImageSeen): string =>
  digest === null ? shownImage(image) : `${shownImage(image)} (${shortDigest(digest)})`

const tableOf = (rows: readonly HistoryRow[]): Block =>
  table(
    [
      '#',
      tr('When', '時間'),
      tr('Before', '之前'),
      tr('After', '之後'),
      tr('By', '由誰'),
      tr('How it ended', '結果'),
    ],
    rows.map((row) => [
      row.id,
      row.at === null ? '?' : utc(row.at),
      imageWord(row.from),
      imageWord(row.to),
      row.by ?? '?',
      row.here ? join(' ', kindWord(row), endWord(row.ended as Ended)) : row.ended,
    ]),
  )

/** The tag is enough where it names a release. */
const imageWord = (seen: ImageSeen | null): string => {
  if (seen === null) return '?'
  return nameFor(seen)
    .replace(/^registry\.fly\.io\/[^:]+:/, '')
    .slice(0, 40)
}

const kindWord = ({ kind }: HistoryRow): Text =>
  kind === 'rollback' ? tr('rollback,', '退回，') : ''

const ENDS: Readonly<Record<Ended, Text>> = {
  running: tr('under way', '進行中'),
  done: tr('ready', '就緒'),
  unproven: tr('in place, not seen ready', '已就位，未確認就緒'),
  partly: tr('on some machines', '僅部分機器'),
  back: tr('taken back', '已換回'),
  unknown: tr('half-changed', '可能只變更一半'),
}
const endWord = (ended: Ended): Text => ENDS[ended]

function notesOf({ rows, more, releasesUnknown }: History): readonly Block[] {
  const notes = [
    more ? tr(`Only the newest ${SHOWN} are shown.`, `只顯示最新 ${SHOWN} 筆。`) : '',
    rows.some(({ here }) => !here)
      ? tr(
          'A number with v in front is one of Fly’s releases: it was made elsewhere, by `fly deploy` or the like.',
          '編號前有 v 的是 Fly 的發行版：在他處建立，例如 `fly deploy`。',
        )
      : '',
    releasesUnknown === null
      ? ''
      : join(
          ' ',
          tr('What was deployed elsewhere could not be read:', '無法讀取在他處的部署：'),
          releasesUnknown,
        ),
  ]
  return notes.filter((note) => note !== '').map(text)
}

const back = (app: string): Action => ({
  label: tr('Rollback', '退回'),
  style: 'neutral',
  intent: { do: 'run', command: 'openclaw deploy rollback', input: { app } },
})
