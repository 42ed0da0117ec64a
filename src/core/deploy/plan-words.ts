import type { WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import { leaseWarning } from '../mutation/lease.ts'
import { type Block, table, text } from '../reply.ts'
import { count, join, say, type Text, tr } from '../text.ts'
import { type DeployChange, volumesOf } from './change.ts'
import { type Goal, isBuilt } from './goal.ts'
import { jumpWords } from './jump-words.ts'
import { shownImage } from './image-ref.ts'
import type { Deploy, ImageSeen } from './record.ts'
import { restoreWords } from './restore-words.ts'

/** What else the question is about. */
interface About {
  readonly goal: Goal
  readonly undone: Deploy | undefined
  /** Machines that have the image already. */
  readonly same: readonly string[]
  /** Machines that are left alone: other process groups, standbys. */
  readonly others: readonly string[]
  readonly machines: readonly Machine[]
}

interface Images {
  readonly from: ImageSeen
  readonly to: ImageSeen
}

/** A release where it is known, else the image's own word. */
export const nameFor = (seen: ImageSeen): string => seen.version ?? shownImage(seen.image)

export function planTitle(app: string, { kind, from, to, targets }: DeployChange): Text {
  const [a, b] = [nameFor(from), nameFor(to)]
  if (targets.length === 0) return tr(`${app} runs ${b} already`, `${app} 已在執行 ${b}`)
  return kind === 'rollback'
    ? tr(`Take ${app} back from ${a} to ${b}?`, `要把 ${app} 從 ${a} 退回 ${b} 嗎？`)
    : tr(`Deploy ${b} to ${app}, which runs ${a}?`, `要在 ${app} 部署 ${b}（目前為 ${a}）嗎？`)
}

/** Before and after, what the jump brings, what is taken and done, and how it comes back. */
export async function planBlocks(
  context: WorkContext,
  change: DeployChange,
  about: About,
): Promise<readonly Block[]> {
  const notes = [
    ...aboutImage(change, about.goal),
    ...jumpWords(change),
    ...(about.undone === undefined ? [] : await restoreWords(context, about.undone, change)),
    ...(context.phase === 'plan' ? await workWords(context, change, about) : []),
    ...snapshotWords(change),
    awayWords(change),
    backWords(change),
    ...leftWords(about),
    ...change.targets.flatMap(({ id, lease }) => leaseWarning({ id, lease })),
    tr(
      'Everything else in the machines’ config stays. Fly’s own list of releases does not show this; a later `fly deploy` puts its own image in place.',
      '機器設定的其他部分維持不變。Fly 自己的發行清單不會顯示此變更；之後的 `fly deploy` 會換上它的映像檔。',
    ),
  ]
  return [comparison(change), ...notes.filter((note) => note !== '').map(text)]
}

export function comparison({ from, to }: Images): Block {
  const unknown = tr('unknown', '未知')
  const digest = (seen: ImageSeen): Text =>
    seen.digest === null ? unknown : seen.digest.slice(0, 19)
  return table(
    [tr('What', '項目'), tr('Before', '之前'), tr('After', '之後')],
    [
      [tr('Release', '版本'), from.version ?? unknown, to.version ?? unknown],
      [tr('Image', '映像檔'), shownImage(from.image), shownImage(to.image)],
      [tr('Digest', '摘要'), digest(from), digest(to)],
    ],
  )
}

function aboutImage({ from }: DeployChange, goal: Goal): readonly Text[] {
  const built = from.image.startsWith('registry.fly.io/') && !isBuilt(goal.name)
  return [
    built
      ? tr(
          `⚠️ What runs was built by a deploy (${shownImage(from.image)}). The published image has nothing that your Dockerfile added.`,
          `⚠️ 目前的映像檔是由部署建置的（${shownImage(from.image)}）。公開映像檔不含你的 Dockerfile 所加的內容。`,
        )
      : '',
    goal.digest === null
      ? join(
          ' ',
          tr(
            '⚠️ Which image the tag stands for now could not be looked up, so Fly decides, and that it exists is not certain.',
            '⚠️ 無法查詢此標籤目前對應的映像檔，因此由 Fly 決定，也無法確定它是否存在。',
          ),
          goal.why ?? '',
        )
      : '',
  ]
}

/** Whether work is running that the reboot cuts off. */
async function workWords(
  { app, gateway }: WorkContext,
  { targets }: DeployChange,
  { machines }: About,
): Promise<readonly Text[]> {
  const ready = targets.filter(({ wasReady }) => wasReady).map(({ id }) => id)
  return Promise.all(
    machines
      .filter(({ id }) => ready.includes(id))
      .map(async (machine) => {
        const { safe, detail } = await gateway.preflight(app, machine)
        if (safe === true || detail === null) return ''
        return join(' ', safe === null ? 'ℹ️' : '⚠️', `${machine.id}:`, detail)
      }),
  )
}

function snapshotWords({ targets }: DeployChange): readonly Text[] {
  if (targets.length === 0) return []
  const volumes = volumesOf(targets)
  const bare = targets.filter((target) => target.volumes.length === 0).map(({ id }) => id)
  return [
    volumes.length === 0
      ? ''
      : tr(
          `First a snapshot of ${volumes.join(', ')} is taken and seen finished; without it nothing is changed.`,
          `首先建立 ${volumes.join('、')} 的快照並確認完成；沒有快照就不會變更。`,
        ),
    bare.length === 0
      ? ''
      : tr(
          `⚠️ ${bare.join(', ')} has no volume: there is no state that a snapshot could keep.`,
          `⚠️ ${bare.join('、')} 沒有磁碟區：沒有可用快照保留的狀態。`,
        ),
  ]
}

function awayWords({ targets }: DeployChange): Text {
  const up = targets.filter(({ started }) => started).length
  const down = targets.filter(({ started }) => !started).map(({ id }) => id)
  return join(
    ' ',
    up === 0
      ? ''
      : tr(
          `${say(count(up, 'machine reboots', 'machines reboot, one after another', ''), 'en')}: the gateway and its channels are away for 30 s to some minutes${up > 1 ? ' each' : ''}; the first start of a new release takes longest.`,
          `${up} 部機器會${up > 1 ? '逐一' : ''}重新開機：閘道與頻道${up > 1 ? '每次' : ''}會中斷 30 秒到數分鐘；新版本的第一次啟動最久。`,
        ),
    down.length === 0
      ? ''
      : tr(
          `${down.join(', ')} is not running and stays so; the image counts from its next start.`,
          `${down.join('、')} 未在執行並維持原狀；映像檔於下次啟動時生效。`,
        ),
  )
}

const backWords = ({ targets }: DeployChange): Text =>
  targets.some(({ started }) => started)
    ? tr(
        'If the gateway is not ready within 6 minutes or falls over in the minute after, the old image comes back by itself and the other machines are left alone.',
        '若閘道 6 分鐘內未就緒，或之後一分鐘內異常結束，會自動換回舊的映像檔，其他機器不會變動。',
      )
    : ''

const leftWords = ({ same, others }: About): readonly Text[] => [
  same.length === 0
    ? ''
    : tr(`${same.join(', ')} has it already.`, `${same.join('、')} 已經是這個映像檔。`),
  others.length === 0
    ? ''
    : tr(
        `Left alone, because they do not run the gateway: ${others.join(', ')}.`,
        `不會變動，因為它們不執行閘道：${others.join('、')}。`,
      ),
]
