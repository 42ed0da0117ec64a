import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { option } from '../options.ts'
import { tr } from '../text.ts'
import { exportReply } from './words.ts'
import { exported, KINDS } from './exported.ts'

/** Done when: the machine's config was read at the moment of asking, and everything in it is in the file or named. */
export const exportFile = defineCommand({
  name: 'deploy export',
  description: tr(
    'A fly.toml that reproduces the machine as it runs now, and what a file can’t say',
    '可重現目前機器狀態的 fly.toml，以及檔案無法表達的部分',
  ),
  examples: ['deploy export', 'deploy export kind=private'],
  options: z.object({
    app: option.app().optional(),
    kind: z
      .enum(KINDS)
      .optional()
      .meta({
        about: tr(
          'public or private; as it is now if left out',
          'public 或 private；省略時為目前狀態',
        ),
      }),
  }),
  role: 'viewer',
  where: 'worker',
  kind: 'read',
  run: (context, { kind }) => exported(context, kind),
  render: exportReply,
})
