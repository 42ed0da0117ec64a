import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { option } from '../options.ts'
import { PARTS } from '../repairs.ts'
import { tr } from '../text.ts'
import { upFollow } from './proven-up.ts'
import { planRepair, type Repair } from './repair-plan.ts'
import { renderRepair } from './repair-render.ts'
import { type Repaired, runRepair } from './repair-run.ts'

/** All of it includes the state directory, and what the old one holds is lost. */
const losesState = (what: string = 'all'): boolean => what === 'all' || what === 'state'

/**
 * Done when: the machine's config was read back with what was wrong put right and nothing else changed, the doctor finds none of it any
 * more, and the gateway answers ready from another process with its checks passing. Where it does not, or a check of ours fails, the old
 * config is put back and proven. A machine at rest stays at rest.
 */
export const repair = defineCommand({
  name: 'machine repair',
  description: tr(
    'Put right what the doctor finds in a machine’s config: autostop, checks, restart policy, state',
    '修正診斷在機器設定中發現的問題：自動停止、健康檢查、重新啟動政策、狀態目錄',
  ),
  examples: ['machine repair', 'machine repair what=autostop'],
  options: z.object({
    app: option.app().optional(),
    machine: option.machine().optional(),
    what: z
      .enum([...PARTS, 'all'])
      .optional()
      .meta({
        about: tr('One part alone; all of them if left out', '只修正其中一項；省略時為全部'),
      }),
  }),
  role: 'admin',
  confirm: ({ what }) => (losesState(what) ? 'typed' : 'button'),
  where: 'worker',
  kind: 'change',
  plan: planRepair,
  run: (context, _options, plan): Promise<Repaired> => runRepair(context, plan as Repair),
  render: renderRepair,
  follow: {
    after: (result: Repaired) => upFollow.after(result),
    look: async (context, _options, result: Repaired) => upFollow.look(context, result),
  },
})
