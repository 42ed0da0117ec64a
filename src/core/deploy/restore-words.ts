import type { WorkContext } from '../context.ts'
import { attempt } from '../mutation/attempt.ts'
import { join, type Text, tr, utc } from '../text.ts'
import type { DeployChange } from './change.ts'
import type { Deploy, Taken } from './record.ts'

/** For the way back to an image: which snapshots hold the state as that image left it, and whether they are still there. */
export async function restoreWords(
  context: WorkContext,
  undone: Deploy,
  { targets }: DeployChange,
): Promise<readonly Text[]> {
  if (targets.length === 0) return []
  const words = await Promise.all(undone.snapshots.map((taken) => oneWords(context, undone, taken)))
  return [
    tr(
      'Only the image goes back, not the state on the volume.',
      '只退回映像檔，不退回磁碟區上的狀態。',
    ),
    ...words,
  ]
}

async function oneWords(
  { app, fly, signal }: WorkContext,
  { number, at }: Deploy,
  { volume, snapshot }: Taken,
): Promise<Text> {
  const list = await attempt(fly.snapshots(app, volume), signal)
  const there = list.known ? list.value.some(({ id }) => id === snapshot) : null
  if (there === false)
    return tr(
      `The snapshot ${snapshot} of ${volume} from before deployment ${number} is gone: snapshots expire.`,
      `部署 ${number} 之前 ${volume} 的快照 ${snapshot} 已不存在：快照會過期。`,
    )
  return join(
    ' ',
    tr(
      `The state from before deployment ${number} (${utc(at)}) lies in snapshot ${snapshot} of ${volume}.`,
      `部署 ${number}（${utc(at)}）之前的狀態在 ${volume} 的快照 ${snapshot} 中。`,
    ),
    there === null
      ? tr('Whether it is still there could not be looked up.', '無法查詢它是否仍存在。')
      : '',
    useOf(snapshot),
  )
}

/** How a snapshot is used: a volume is only made anew of it, and a machine can't change volumes (FLY.md §2.3). */
const useOf = (snapshot: string): Text =>
  tr(
    `It is used by making a volume of it (fly volumes create openclaw_data --snapshot-id ${snapshot}) and a machine with that volume.`,
    `使用方式是以它建立新的磁碟區（fly volumes create openclaw_data --snapshot-id ${snapshot}），再建立使用該磁碟區的機器。`,
  )

/** What is said where a change could not be proven taken back. */
export function snapshotHint(snapshots: readonly Taken[]): Text {
  const [first] = snapshots
  if (first === undefined) return ''
  const names = snapshots.map(({ volume, snapshot }) => `${snapshot} (${volume})`).join(', ')
  return join(
    ' ',
    tr(`The state from before lies in ${names}.`, `之前的狀態在 ${names} 中。`),
    useOf(first.snapshot),
  )
}
