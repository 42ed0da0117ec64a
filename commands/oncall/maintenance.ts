import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { maintain, maintenanceReply } from '#core/oncall/maintenance.ts'
import { option } from '#core/options.ts'
import { tr } from '#core/text.ts'

const maintenance = defineCommand({
  name: 'maintenance',
  description: tr(
    'While work goes on: alerts are shown, nobody is paged',
    '維護期間：警示只顯示，不呼叫任何人',
  ),
  examples: ['maintenance my-openclaw for=2h reason=upgrade', 'maintenance my-openclaw off=true'],
  options: z.object({
    app: option.app().optional(),
    for: option
      .length(tr('How long: 1h (default), 30m, 4h', '多久：1h（預設）、30m、4h'))
      .optional(),
    reason: z
      .string()
      .max(200)
      .optional()
      .meta({ about: tr('Why, for those who see it', '原因，供看到的人了解') }),
    off: z
      .boolean()
      .optional()
      .meta({ about: tr('End it now', '立即結束') }),
  }),
  role: 'operator',
  confirm: 'button',
  where: 'chat',
  run: maintain,
  render: maintenanceReply,
})

export default [maintenance]
