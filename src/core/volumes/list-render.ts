import { type Action, type Block, fields, type Reply, reply, table, text } from '../reply.ts'
import { bytes, count, duration, join, say, type Text, tr } from '../text.ts'
import type { SnapshotRow, VolumeList, VolumeRow } from './list.ts'

const UNKNOWN = tr('unknown', '未知')
/** From here on it is worth a word; a gateway whose volume is full can't write its state. */
export const NEARLY_FULL = 0.8
export const FULL = 0.9

/** The volumes on one screen: a line each, then what a line has no room for. */
export function renderVolumes({ app, now, volumes, machinesRead }: VolumeList): Reply {
  if (volumes.length === 0)
    return reply.warn(tr(`${app} has no volume`, `${app} 沒有磁碟區`), [
      text(
        tr(
          'What the gateway writes is lost at every restart. /openclaw deploy launch makes a deployment with one.',
          '閘道寫入的內容在每次重新啟動時都會遺失。/openclaw deploy launch 會建立含磁碟區的部署。',
        ),
      ),
    ])
  const notes = volumes.flatMap(notesOn)
  const blocks = [
    overview(volumes, now),
    ...volumes.map((row) => detail(row, now)),
    ...(machinesRead ? [] : [tr('The machines could not be read.', '無法讀取機器。')].map(text)),
    ...notes.map(text),
  ]
  const title = tr(
    `${app}: ${say(count(volumes.length, 'volume', 'volumes', ''), 'en')}`,
    `${app}：${volumes.length} 個磁碟區`,
  )
  const calm = notes.every((note) => say(note, 'en').startsWith('ℹ️'))
  return reply[calm ? 'info' : 'warn'](title, blocks, { actions: actions(app, volumes) })
}

const overview = (volumes: readonly VolumeRow[], now: number): Block =>
  table(
    [
      tr('Volume', '磁碟區'),
      tr('Size', '大小'),
      tr('Used', '已使用'),
      tr('Region', '區域'),
      tr('Machine', '機器'),
      tr('Newest snapshot', '最新快照'),
    ],
    volumes.map((row) => [
      row.id,
      `${row.sizeGb} GB`,
      used(row),
      row.region,
      row.attachedMachine ?? tr('none', '無'),
      newest(row, now),
    ]),
  )

/** A share in whole percent; the figure of Fly itself may be old and says so. */
function used(row: VolumeRow): Text {
  const part = shareOf(row)
  if (part === null) return UNKNOWN
  const words = `${bytes(row.usedBytes ?? 0)} (${Math.round(part * 100)} %)`
  return row.usedFrom === 'fly' ? tr(`${words}, by Fly`, `${words}，依 Fly`) : words
}

const shareOf = ({
  usedBytes,
  totalBytes,
}: Pick<VolumeRow, 'usedBytes' | 'totalBytes'>): number | null =>
  usedBytes === null || totalBytes === null || totalBytes === 0 ? null : usedBytes / totalBytes

function newest({ snapshots }: VolumeRow, now: number): Text {
  if (!snapshots.known) return UNKNOWN
  const made = snapshots.newest.find(({ status }) => status === 'created')
  if (made === undefined) return tr('none', '無')
  return age(made, now)
}

const age = ({ createdAt }: SnapshotRow, now: number): Text =>
  createdAt === null
    ? UNKNOWN
    : tr(
        `${say(duration(now - createdAt), 'en')} ago`,
        `${say(duration(now - createdAt), 'zh-TW')}前`,
      )

function detail(row: VolumeRow, now: number): Block {
  const { id, name, state, zone, hostStatus, encrypted, path, machineState, usdMonth } = row
  return fields(
    [tr('Volume', '磁碟區'), `${id} (${name}, ${state})`],
    [tr('Mounted at', '掛載於'), mounted(path, machineState)],
    [tr('Host', '主機'), zone === null ? hostStatus : `${hostStatus} (${zone})`],
    [tr('Encrypted', '加密'), yesNo(encrypted)],
    [tr('Daily snapshots', '每日快照'), scheduled(row)],
    [tr('Snapshots', '快照'), copies(row, now)],
    [tr('Cost', '費用'), tr(`$${usdMonth.toFixed(2)} a month`, `每月 $${usdMonth.toFixed(2)}`)],
  )
}

function mounted(path: string | null, machine: string | null): Text {
  if (path === null) return UNKNOWN
  return machine === null || machine === 'started'
    ? path
    : tr(`${path} (machine ${machine})`, `${path}（機器 ${machine}）`)
}

const yesNo = (value: boolean | null): Text =>
  value === null ? UNKNOWN : value ? tr('yes', '是') : tr('no', '否')

function scheduled({ scheduled: on, retentionDays }: VolumeRow): Text {
  const kept =
    retentionDays === null ? '' : tr(`, kept ${retentionDays} days`, `，保留 ${retentionDays} 天`)
  return on === true ? join('', tr('on', '開啟'), kept) : on === null ? UNKNOWN : tr('off', '關閉')
}

function copies({ snapshots }: VolumeRow, now: number): Text {
  if (!snapshots.known)
    return tr(
      `could not be read: ${say(snapshots.why, 'en')}`,
      `無法讀取：${say(snapshots.why, 'zh-TW')}`,
    )
  if (snapshots.count === 0) return tr('none', '無')
  const lines = snapshots.newest.map((one) => join('', snapshotWords(one), ' · ', age(one, now)))
  const more = snapshots.count - snapshots.newest.length
  return join('\n', ...lines, more > 0 ? tr(`and ${more} older`, `另有 ${more} 個較舊`) : '')
}

const snapshotWords = ({ id, status, sizeBytes }: SnapshotRow): string =>
  [id, status === 'created' ? '' : status, sizeBytes === null ? '' : bytes(sizeBytes)]
    .filter((word) => word !== '')
    .join(' · ')

/** What of this somebody should do something about. */
function notesOn(row: VolumeRow): readonly Text[] {
  const { id, scheduled: on, hostStatus, snapshots, usedWhy, usedFrom } = row
  const share = shareOf(row)
  return [
    share !== null && share >= NEARLY_FULL
      ? tr(
          `🟡 ${id} is ${Math.round(share * 100)} % full. /openclaw volumes extend makes it larger.`,
          `🟡 ${id} 已使用 ${Math.round(share * 100)} %。/openclaw volumes extend 可擴大。`,
        )
      : '',
    on === false
      ? tr(
          `🟡 ${id} makes no daily snapshots: fly volumes update ${id} --scheduled-snapshots=true`,
          `🟡 ${id} 沒有每日快照：fly volumes update ${id} --scheduled-snapshots=true`,
        )
      : '',
    snapshots.known && snapshots.count === 0
      ? tr(
          `🟡 ${id} has no snapshot: if its host is lost, so is everything on it.`,
          `🟡 ${id} 沒有任何快照：若主機損毀，內容將全部遺失。`,
        )
      : '',
    hostStatus === 'ok'
      ? ''
      : tr(`🔴 The host of ${id} is ${hostStatus}.`, `🔴 ${id} 的主機狀態為 ${hostStatus}。`),
    usedFrom === 'inside' || usedWhy === null
      ? ''
      : tr(
          `ℹ️ The use of ${id} was not measured inside: ${say(usedWhy, 'en')}`,
          `ℹ️ 未從內部測量 ${id} 的使用量：${say(usedWhy, 'zh-TW')}`,
        ),
  ].filter((note) => note !== '')
}

function actions(app: string, volumes: readonly VolumeRow[]): readonly Action[] {
  const [only, ...more] = volumes
  if (only === undefined || more.length > 0) return []
  const run = (label: Text, command: string, input: Readonly<Record<string, string>>): Action => ({
    label,
    style: 'neutral',
    intent: { do: 'run', command: `openclaw volumes ${command}`, input: { app, ...input } },
  })
  const share = shareOf(only)
  const larger = String(nextSize(only.sizeGb))
  return [
    run(tr('Snapshot', '建立快照'), 'snapshot', { volume: only.id }),
    ...(share !== null && share >= NEARLY_FULL
      ? [run(tr('Extend', '擴大'), 'extend', { volume: only.id, size: larger })]
      : []),
  ]
}

/** The size that is offered: twice as much where that is little, else ten more. */
export const nextSize = (sizeGb: number): number =>
  Math.max(sizeGb + 1, Math.min(sizeGb * 2, sizeGb + 10))
