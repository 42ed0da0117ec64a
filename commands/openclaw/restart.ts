import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { planRestart, type RestartData } from '#core/mutation/restart-plan.ts'
import { renderRestart } from '#core/mutation/restart-render.ts'
import { restartFollow, type RestartResult, runRestart } from '#core/mutation/restart-run.ts'
import { option } from '#core/options.ts'
import { tr } from '#core/text.ts'

const machine = z
  .string()
  .min(1)
  .max(63)
  .meta({
    about: tr(
      'Machine id, or all; started ones if left out',
      '機器 id 或 all；省略時為執行中的機器',
    ),
    complete: 'machine',
  })

/**
 * Done when: each machine has a start event newer than any before, is started, the checks that passed before pass again, and its
 * gateway answers ready from another process. What was not seen in time is said so and looked at again.
 */
export default defineCommand({
  name: 'restart',
  description: tr(
    'Restart the gateway machines, one by one, and prove that they are back',
    '逐一重新啟動閘道機器，並確認已恢復',
  ),
  examples: ['restart', 'restart machine=148ed127b32d89', 'restart machine=all force=true'],
  options: z.object({
    app: option.app().optional(),
    machine: machine.optional(),
    force: z
      .boolean()
      .optional()
      .meta({ about: tr('Do not keep the pause between restarts', '不遵守重新啟動的間隔') }),
  }),
  role: 'responder',
  confirm: ({ force }) => (force === true ? 'typed' : 'button'),
  where: 'worker',
  kind: 'change',

  plan: planRestart,

  run: (context, _options, plan) =>
    runRestart(
      context,
      plan as RestartData,
      tr(`Restarting ${context.app}`, `正在重新啟動 ${context.app}`),
    ),

  render: (result: RestartResult, _options, { app }) => renderRestart(result, app),

  follow: restartFollow,
})
