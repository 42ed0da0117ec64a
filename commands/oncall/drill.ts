import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { drill as play, drillNote, drillReply } from '#core/oncall/drill.ts'
import { SCENARIOS } from '#core/oncall/drill-recordings.ts'
import { tr } from '#core/text.ts'

const drill = defineCommand({
  name: 'drill',
  description: tr(
    'Rehearse: a recorded incident here, timed; no real app is touched',
    '演練：在此重播事件並計時；不會動到真正的應用程式',
  ),
  examples: ['drill oom', 'drill crash-loop page=true', 'drill lock'],
  options: z.object({
    scenario: z
      .enum(SCENARIOS)
      .optional()
      .meta({ about: tr('What goes wrong; oom if left out', '發生什麼事；省略時為 oom') }),
    page: z
      .boolean()
      .optional()
      .meta({
        about: tr('Page whoever is on call, too, as a drill', '同時以演練名義呼叫值班人員'),
      }),
    id: z
      .string()
      .max(20)
      .optional()
      .meta({
        about: tr('A drill that goes on: begins its cure', '進行中的演練：開始處理'),
        complete: 'id',
      }),
  }),
  role: 'operator',
  confirm: 'button',
  // It changes nothing but its own card, so a freeze does not stop it.
  risk: 'read',
  where: 'chat',
  note: (_, options) => drillNote(options),
  run: play,
  render: drillReply,
})

export default [drill]
