import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { option } from '../options.ts'
import { tr } from '../text.ts'
import type { DeployChange } from './change.ts'
import { follow } from './follow.ts'
import { IMAGE_LENGTH } from './image-ref.ts'
import { planImage } from './plan.ts'
import { renderDeploy } from './render.ts'
import { runDeploy } from './run.ts'

/**
 * Done when: a snapshot of each volume was seen finished, each machine's config was read back with the image, its gateway answered ready as
 * another boot, and for a minute nothing of it fell over and no check that passed before failed.
 */
export const image = defineCommand({
  name: 'deploy image',
  description: tr(
    'Give the machines another image: snapshot first, one at a time, back by itself if not ready',
    '更換機器的映像檔：先建立快照、逐一進行，未就緒則自動換回',
  ),
  examples: ['deploy image image=2026.9.6', 'deploy image image=latest'],
  options: z.object({
    app: option.app().optional(),
    image: z
      .string()
      .min(1)
      .max(IMAGE_LENGTH)
      .meta({
        about: tr(
          'A tag (2026.9.6, latest), a digest, or a whole name',
          '標籤（2026.9.6、latest）、摘要或完整名稱',
        ),
      }),
  }),
  role: 'operator',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: (context, { image: typed }) => planImage(context, typed),
  run: (context, _options, plan) => runDeploy(context, plan as DeployChange),
  follow,
  render: (result) => renderDeploy(result),
})
