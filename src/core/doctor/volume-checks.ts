import { type Finding, finding } from '../checks/finding.ts'
import type { Volume } from '../fly.ts'
import { valueOr } from '../in-time.ts'
import { bytes, tr, utc } from '../text.ts'
import { pathOf } from '../volumes/choose.ts'
import { FULL, NEARLY_FULL, nextSize } from '../volumes/list-render.ts'
import { type Check, ready } from './check.ts'
import type { Seen } from './seen.ts'

/** What is measured inside goes before what Fly says of a volume, which may be hours old. */
function useOf({ id, usedBytes, totalBytes }: Volume, { inside, machine }: Seen) {
  const path = pathOf(id, machine)
  const disk = inside.known ? inside.value.disks.find((one) => one.path === path) : undefined
  if (disk?.mounted === true)
    return { used: disk.usedBytes, total: disk.totalBytes, from: `df ${disk.path}` }
  return usedBytes === null || totalBytes === null || totalBytes === 0
    ? undefined
    : { used: usedBytes, total: totalBytes, from: 'bytes_used' }
}

const volumes = (seen: Seen): readonly Volume[] => valueOr(seen.deployment.volumes, [])

const snapshotHint = (id: string) =>
  tr(
    `Daily ones: fly volumes update ${id} --scheduled-snapshots=true`,
    `每日快照：fly volumes update ${id} --scheduled-snapshots=true`,
  )

export const VOLUME_CHECKS: readonly Check[] = [
  {
    id: 'volume.full',
    severity: 'critical',
    about: tr('Volumes have room', '磁碟區尚有空間'),
    needs: ['volumes'],
    cures: ['volumes extend'],
    find: (seen) => volumes(seen).flatMap((volume) => fullness(volume, seen)),
  },
  {
    id: 'volume.no_snapshots',
    severity: 'warning',
    about: tr('Volumes are copied each day', '磁碟區每日備份'),
    needs: ['volumes'],
    cures: ['volumes snapshot'],
    find: (seen) =>
      volumes(seen)
        .filter(({ autoBackup }) => autoBackup === false)
        .map(({ id }) => ({
          ...finding(
            'volume.no_snapshots',
            'warning',
            tr(`Volume ${id} makes no snapshots by itself.`, `磁碟區 ${id} 不會自動建立快照。`),
          ),
          evidence: 'auto_backup_enabled = false',
          run: ready('volumes snapshot', { volume: id }),
          hint: snapshotHint(id),
        })),
  },
  {
    id: 'volume.no_copy',
    severity: 'warning',
    about: tr('There is a recent snapshot', '有近期的快照'),
    needs: ['volumes', 'snapshots'],
    cures: ['volumes snapshot'],
    find: (seen) => volumes(seen).flatMap((volume) => oldCopy(volume, seen)),
  },
]

/** How full one volume is, from a share of it on; critical at nine tenths. */
export function fullness(volume: Volume, seen: Seen, from = NEARLY_FULL): readonly Finding[] {
  const use = useOf(volume, seen)
  const share = use === undefined ? 0 : use.used / use.total
  if (use === undefined || share < from) return []
  const percent = Math.round(share * 100)
  const { id, sizeGb } = volume
  return [
    {
      ...finding(
        'volume.full',
        share >= FULL ? 'critical' : 'warning',
        tr(
          `Volume ${id} is ${percent} % full; when it is, the gateway can’t write its state and does not start.`,
          `磁碟區 ${id} 已使用 ${percent} %；滿了之後閘道無法寫入狀態，也無法啟動。`,
        ),
      ),
      evidence: `${use.from}: ${bytes(use.used)} / ${bytes(use.total)}`,
      run: ready('volumes extend', { volume: id, size: String(nextSize(sizeGb)) }),
    },
  ]
}

/** Days without a snapshot after which one is missed. */
export const OLD_DAYS = 3

/** A volume without a snapshot that is young enough; one that is younger itself has none yet. */
export function oldCopy(
  { id, createdAt }: Volume,
  { snapshots, now }: Seen,
  days = OLD_DAYS,
): readonly Finding[] {
  const list = snapshots[id]
  if (list === undefined || !list.known) return []
  const oldMs = days * 86_400_000
  if (createdAt !== null && now - createdAt < oldMs) return []
  const made = list.value.filter(({ status }) => status === 'created')
  const newest = Math.max(0, ...made.map((one) => one.createdAt ?? 0))
  if (now - newest < oldMs) return []
  const words =
    newest === 0
      ? tr(
          `Volume ${id} has no snapshot: if its host is lost, so is everything on it.`,
          `磁碟區 ${id} 沒有任何快照：若主機損毀，內容將全部遺失。`,
        )
      : tr(
          `The newest snapshot of volume ${id} is of ${utc(newest)}.`,
          `磁碟區 ${id} 最新的快照為 ${utc(newest)}。`,
        )
  return [
    {
      ...finding('volume.no_copy', 'warning', words),
      evidence: `snapshots: ${made.length}`,
      run: ready('volumes snapshot', { volume: id }),
    },
  ]
}
