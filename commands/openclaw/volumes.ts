import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { option } from '#core/options.ts'
import { tr } from '#core/text.ts'
import { extendFollow, type Extended, runExtend } from '#core/volumes/extend.ts'
import { type ExtendData, planExtend, SIZE_GB } from '#core/volumes/extend-plan.ts'
import { renderExtend } from '#core/volumes/extend-render.ts'
import { listVolumes } from '#core/volumes/list.ts'
import { renderVolumes } from '#core/volumes/list-render.ts'
import { runSnapshot, type Snapped, snapshotFollow } from '#core/volumes/snapshot.ts'
import { planSnapshot, type SnapshotData } from '#core/volumes/snapshot-plan.ts'
import { renderSnapshot } from '#core/volumes/snapshot-render.ts'

const volume = z
  .string()
  .min(1)
  .max(63)
  .optional()
  .meta({
    about: tr(
      'Volume id or name; may be left out when it is clear',
      '磁碟區 id 或名稱；明確時可省略',
    ),
    complete: 'volume',
  })

/** Done when: Fly listed the volumes; use and snapshots that could not be had are named as unknown. */
const list = defineCommand({
  name: 'volumes list',
  description: tr(
    'Volumes: size, use, machine, and the snapshots there are',
    '磁碟區：大小、使用量、機器與現有快照',
  ),
  examples: ['volumes list'],
  options: z.object({ app: option.app().optional() }),
  role: 'viewer',
  where: 'worker',
  kind: 'read',
  run: listVolumes,
  render: renderVolumes,
})

/** Done when: a snapshot that was not there before is listed as created. One that is not made in time is looked at again. */
const snapshot = defineCommand({
  name: 'volumes snapshot',
  description: tr('Take a snapshot of a volume now', '立即為磁碟區建立快照'),
  examples: ['volumes snapshot', 'volumes snapshot volume=vol_4xp9k1r2n8m7'],
  options: z.object({ app: option.app().optional(), volume }),
  role: 'operator',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: planSnapshot,
  run: (context, _options, plan) => runSnapshot(context, plan as SnapshotData),
  render: (result: Snapped, _options, { app }) => renderSnapshot(result, app),
  follow: snapshotFollow,
})

/**
 * Done when: Fly lists the volume with its new size, and df inside the machine shows the larger file system, after a restart where it
 * needs one. Without a running machine the list alone proves it, and the answer says that the file system follows.
 */
const extend = defineCommand({
  name: 'volumes extend',
  description: tr(
    'Make a volume larger, for good, with the restart it may need',
    '擴大磁碟區（無法復原），必要時重新啟動機器',
  ),
  examples: ['volumes extend size=3', 'volumes extend volume=vol_4xp9k1r2n8m7 size=10gb'],
  options: z.object({
    app: option.app().optional(),
    volume,
    size: z
      .string()
      .regex(SIZE_GB)
      .optional()
      .meta({
        about: tr('The new size in GB', '新的大小（GB）'),
        complete: 'disk',
        form: tr('a number of GB such as 3 or 3gb', 'GB 數值，例如 3 或 3gb'),
      }),
  }),
  role: 'admin',
  confirm: 'typed',
  where: 'worker',
  kind: 'change',
  plan: planExtend,
  run: (context, _options, plan) => runExtend(context, plan as ExtendData),
  render: (result: Extended, _options, { app }) => renderExtend(result, app),
  follow: extendFollow,
})

export default [list, snapshot, extend]
