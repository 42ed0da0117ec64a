import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { passing } from '../mutation/settle.ts'
import { fields, text } from '../reply.ts'
import { duration, say, type Text, tr } from '../text.ts'
import { chooseVolume, type Placed, present } from './choose.ts'

export interface SnapshotData {
  readonly volume: string
  readonly name: string
  readonly sizeGb: number
}

/** Says which volume is copied, what the copy holds and what it costs. */
export async function planSnapshot(
  context: WorkContext,
  options: { readonly volume?: string | undefined },
): Promise<Plan> {
  const { app } = context
  const placed = await chooseVolume(context, options.volume)
  const { id, name, sizeGb, state } = present(placed.volume)
  const data: SnapshotData = { volume: id, name, sizeGb }
  const newest = context.phase === 'plan' ? await newestOf(context, id) : ''
  return {
    title: tr(`Take a snapshot of ${id} of ${app}?`, `要為 ${app} 的 ${id} 建立快照嗎？`),
    blocks: [
      fields(
        [tr('Volume', '磁碟區'), `${id} (${name}, ${sizeGb} GB)`],
        [tr('Machine', '機器'), placed.machine?.id ?? tr('none', '無')],
        [tr('Newest snapshot now', '目前最新快照'), newest === '' ? undefined : newest],
        [tr('Kept for', '保留'), kept(placed)],
      ),
      text(
        tr(
          'The gateway runs on meanwhile: the copy holds what is on the disk at that moment, as after a power cut. Snapshots cost $0.08 per GB a month, the first 10 GB nothing.',
          '期間閘道持續運行：快照內容為當下磁碟的狀態，如同斷電時一樣。快照每 GB 每月 $0.08，前 10 GB 免費。',
        ),
      ),
      text(
        tr('A snapshot can’t be deleted; it expires by itself.', '快照無法刪除，到期後自動移除。'),
      ),
    ],
    fingerprint: JSON.stringify([id, state]),
    data,
  }
}

const kept = ({ volume: { snapshotRetentionDays: days } }: Placed): Text | undefined =>
  days === null ? undefined : tr(`${days} days`, `${days} 天`)

async function newestOf({ app, fly, clock }: WorkContext, volume: string): Promise<Text> {
  const list = await passing(fly.snapshots(app, volume))
  if (list instanceof OpsError) return tr('unknown', '未知')
  const made = list.filter(({ status }) => status === 'created')
  const at = Math.max(0, ...made.map(({ createdAt }) => createdAt ?? 0))
  if (at === 0) return tr('none', '無')
  const ago = duration(clock.now() - at)
  return tr(`${say(ago, 'en')} ago`, `${say(ago, 'zh-TW')}前`)
}
