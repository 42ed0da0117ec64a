import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { roleOfFix } from '#core/doctor/cures.ts'
import { renderDoctor } from '#core/doctor/render.ts'
import { cureOf, type DoctorResult, runDoctor } from '#core/doctor/result.ts'
import { option } from '#core/options.ts'
import { tr } from '#core/text.ts'

/**
 * Done when: every check was judged by one look, and what could not be looked at is named as unknown with its reason. It changes nothing;
 * with `fix` it looks at that check and becomes the command that cures it, with that one's role and confirmation.
 */
export default defineCommand({
  name: 'doctor',
  description: tr(
    'Look for everything known to go wrong, with evidence and the command that cures it',
    '檢查所有已知問題，附上依據與處理指令',
  ),
  examples: ['doctor', 'doctor fix=memory.small'],
  options: z.object({
    app: option.app().optional(),
    fix: z
      .string()
      .min(1)
      .max(40)
      .optional()
      .meta({
        about: tr(
          'A check’s id: run the command that cures what it found',
          '檢查項目的 id：執行可處理其發現的指令',
        ),
      }),
  }),
  role: ({ fix }) => (fix === undefined ? 'viewer' : roleOfFix(fix)),
  where: 'worker',
  kind: 'read',
  run: runDoctor,
  next: (result: DoctorResult) => cureOf(result),
  render: (result: DoctorResult) => renderDoctor(result),
})
