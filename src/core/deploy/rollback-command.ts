import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { option } from '../options.ts'
import { tr } from '../text.ts'
import type { DeployChange } from './change.ts'
import { follow } from './follow.ts'
import { renderDeploy } from './render.ts'
import { planRollback, TO } from './rollback.ts'
import { runDeploy } from './run.ts'

/** Done when: as `deploy image`, with the image that ran before. */
export const rollback = defineCommand({
  name: 'deploy rollback',
  description: tr(
    'Go back to the image before, or to one of the history; the state on the volume stays',
    '退回先前的映像檔或歷史中的某一筆；磁碟區上的狀態不變',
  ),
  examples: ['deploy rollback', 'deploy rollback to=3'],
  options: z.object({
    app: option.app().optional(),
    to: z
      .string()
      .regex(TO)
      .optional()
      .meta({
        about: tr(
          'Number from deploy history (3, v12) or a job id; the image before the last if left out',
          'deploy history 的編號（3、v12）或工作 ID；省略時為上一個映像檔',
        ),
        complete: 'deployment',
        form: tr(
          'a number from deploy history, such as 3 or v12, or a job id',
          ' deploy history 的編號（例如 3 或 v12）或工作 ID',
        ),
      }),
  }),
  role: 'operator',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: (context, { to }) => planRollback(context, to),
  run: (context, _options, plan) => runDeploy(context, plan as DeployChange),
  follow,
  render: (result) => renderDeploy(result),
})
