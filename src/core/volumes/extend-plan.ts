import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { LeaseHolder, Volume } from '../fly.ts'
import { restartWaitMs } from '../mutation/cool-down.ts'
import { leaseWarning } from '../mutation/lease.ts'
import { costUsdMonth } from '../prices.ts'
import { type Block, fields, text } from '../reply.ts'
import { bytes, duration, join, say, type Text, tr } from '../text.ts'
import { chooseVolume, diskOf, type DiskLook, type Placed, present } from './choose.ts'
import { nextSize } from './list-render.ts'

/** What is typed as a size: `3`, `3gb`. */
export const SIZE_GB = /^\d{1,3}(?:\s?gb)?$/i
/** Fly's own limit for one volume. */
const MOST_GB = 500

export interface ExtendData {
  readonly volume: string
  readonly name: string
  readonly from: number
  readonly to: number
  /** Bytes of the file system before, where the machine could be looked into. */
  readonly fsBefore: number | null
  readonly machine: {
    readonly id: string
    readonly name: string
    readonly started: boolean
    readonly lease: LeaseHolder | null
  } | null
}

export interface ExtendOptions {
  readonly volume?: string | undefined
  readonly size?: string | undefined
}

/** Refuses what Fly can't do, and says what it costs, what breaks and that there is no way back. */
export async function planExtend(context: WorkContext, options: ExtendOptions): Promise<Plan> {
  const { app } = context
  const placed = await chooseVolume(context, options.volume)
  const volume = present(placed.volume)
  const to = goal(volume, options.size)
  const disk = await diskOf(context, placed)
  const data = dataOf(placed, { to, disk })
  const { id, sizeGb, state } = volume
  const { machine } = placed
  return {
    title: tr(
      `Extend ${id} of ${app} from ${sizeGb} GB to ${to} GB?`,
      `要將 ${app} 的 ${id} 從 ${sizeGb} GB 擴大為 ${to} GB 嗎？`,
    ),
    blocks: [
      changes(volume, to, disk),
      ...(await consequences(context, placed)).map(text),
      text(
        tr(
          '⚠️ It can’t be undone: volumes only grow. To get a smaller one, everything has to be copied to a new volume.',
          '⚠️ 無法復原：磁碟區只能變大。若要縮小，須將全部內容複製到新的磁碟區。',
        ),
      ),
    ],
    fingerprint: JSON.stringify([
      id,
      state,
      sizeGb,
      to,
      machine && [machine.id, machine.state, machine.lease?.owner, machine.lease?.description],
    ]),
    data,
    nothing: to === sizeGb,
  }
}

/** The size that was asked for, when Fly can give it. */
function goal({ id, sizeGb }: Volume, size: string | undefined): number {
  const hint = tr(`For example: size=${nextSize(sizeGb)}.`, `例如：size=${nextSize(sizeGb)}。`)
  if (size === undefined)
    throw new OpsError(
      'bad_input',
      tr(
        `How large shall ${id} be? It has ${sizeGb} GB.`,
        `要將 ${id} 擴大到多少？目前為 ${sizeGb} GB。`,
      ),
      { hint },
    )
  const to = Number.parseInt(size, 10)
  if (to < sizeGb)
    throw new OpsError(
      'bad_input',
      tr(
        `${id} has ${sizeGb} GB and can’t shrink to ${to} GB: volumes only grow.`,
        `${id} 目前為 ${sizeGb} GB，無法縮小為 ${to} GB：磁碟區只能變大。`,
      ),
      { hint },
    )
  if (to > MOST_GB)
    throw new OpsError(
      'bad_input',
      tr(`A volume has ${MOST_GB} GB at most.`, `磁碟區最大為 ${MOST_GB} GB。`),
      { hint },
    )
  return to
}

function dataOf(
  { volume, machine }: Placed,
  { to, disk }: { readonly to: number; readonly disk: DiskLook },
): ExtendData {
  return {
    volume: volume.id,
    name: volume.name,
    from: volume.sizeGb,
    to,
    fsBefore: disk.known ? disk.disk.totalBytes : null,
    machine:
      machine === undefined
        ? null
        : {
            id: machine.id,
            name: machine.name,
            started: machine.state === 'started',
            lease: machine.lease,
          },
  }
}

function changes(volume: Volume, to: number, disk: DiskLook): Block {
  const { id, name, sizeGb } = volume
  const usd = (gb: number) => {
    const cost = costUsdMonth({ machines: [], volumes: [{ id, name, sizeGb: gb }], addresses: [] })
    return cost.usd.toFixed(2)
  }
  return fields(
    [tr('Volume', '磁碟區'), `${id} (${name})`],
    [tr('Size', '大小'), `${sizeGb} GB → ${to} GB`],
    [
      tr('Used', '已使用'),
      disk.known
        ? `${bytes(disk.disk.usedBytes)} / ${bytes(disk.disk.totalBytes)}`
        : tr(`unknown: ${say(disk.why, 'en')}`, `未知：${say(disk.why, 'zh-TW')}`),
    ],
    [
      tr('Cost a month', '每月費用'),
      tr(`$${usd(sizeGb)} → $${usd(to)} (estimate)`, `$${usd(sizeGb)} → $${usd(to)}（估計）`),
    ],
  )
}

/** What it means for the machine. Fly tells only afterwards whether it has to be restarted. */
async function consequences(context: WorkContext, { machine }: Placed): Promise<readonly Text[]> {
  if (machine?.state !== 'started')
    return [
      tr(
        'No machine runs on it: its file system grows at the next start.',
        '沒有機器使用它執行中：檔案系統會在下次啟動時擴大。',
      ),
    ]
  const { app, gateway, phase } = context
  if (phase !== 'plan') return []
  const safety = await gateway.preflight(app, machine)
  const waitMs = await restartWaitMs(context, machine)
  return [
    tr(
      `If Fly says that ${machine.id} has to be restarted for it, it is: the gateway and its channels are away for 20 to 60 s, and work under way gets up to 60 s to end.`,
      `若 Fly 表示 ${machine.id} 須重新啟動，將會重新啟動：閘道與頻道會中斷 20 至 60 秒，進行中的工作最多有 60 秒可結束。`,
    ),
    waitMs === 0
      ? ''
      : tr(
          `${machine.id} started a short while ago, so it is not restarted within the next ${say(duration(waitMs), 'en')}: several restarts in a row would keep the channels off. The answer will say what is left to do.`,
          `${machine.id} 剛啟動不久，因此 ${say(duration(waitMs), 'zh-TW')}內不會重新啟動：連續重新啟動會讓頻道關閉。回覆會說明尚待完成的步驟。`,
        ),
    safety.safe === true || safety.detail === null
      ? ''
      : join(' ', safety.safe === null ? 'ℹ️' : '⚠️', safety.detail),
    ...leaseWarning(machine),
  ].filter((words) => words !== '')
}
