import { z } from 'zod'
import { defineCommand } from '../command.ts'
import { IMAGE_LENGTH } from '../deploy/image-ref.ts'
import { SIZE } from '../memory-size.ts'
import { option } from '../options.ts'
import { tr } from '../text.ts'
import { wrongKeys } from './keys.ts'
import { planLaunch } from './plan.ts'
import { launchIt } from './run.ts'
import type { Launch } from './target.ts'
import { launchReply } from './words.ts'

/**
 * Done when: Fly lists app, addresses, volume and machine, the machine is started, its gateway answered ready, took the first config file
 * and answered ready again. Otherwise all that was made is removed and seen gone, or what is left is named.
 */
export const launch = defineCommand({
  name: 'deploy launch',
  description: tr(
    'Make a whole new gateway: app, addresses, volume, token, machine, config; undone if it fails',
    '建立全新的閘道：應用程式、位址、磁碟區、權杖、機器、設定；失敗則復原',
  ),
  examples: ['deploy launch my-second', 'deploy launch app=my-second region=fra private=true'],
  options: z.object({
    app: option.app().optional(),
    image: z
      .string()
      .min(1)
      .max(IMAGE_LENGTH)
      .optional()
      .meta({
        about: tr(
          'Tag such as 2026.9.6, or a whole image name; the newest known one if left out',
          '標籤（例如 2026.9.6）或完整映像檔名稱；省略時為已知的最新版本',
        ),
      }),
    region: z
      .string()
      .regex(/^[a-z]{3}$/)
      .optional()
      .meta({
        about: tr(
          'Region such as iad, fra, nrt; iad if left out',
          '區域，例如 iad、fra、nrt；省略時為 iad',
        ),
        form: tr('three letters such as iad', '三個字母，例如 iad'),
      }),
    size: z
      .string()
      .regex(SIZE)
      .optional()
      .meta({
        about: tr(
          'Memory such as 2gb or 4gb; 2gb if left out',
          '記憶體，例如 2gb 或 4gb；省略時為 2gb',
        ),
        complete: 'size',
        form: tr('a size such as 2gb or 4096', '規格，例如 2gb 或 4096'),
      }),
    private: z
      .boolean()
      .optional()
      .meta({ about: tr('Not reachable from the internet', '不開放網際網路連線') }),
    keys: option.private(tr('Keys of model providers and channels', '模型供應商與頻道的金鑰')),
  }),
  private: {
    option: 'keys',
    kind: 'secret',
    ask: tr('Keys: NAME=value per line, or none', '金鑰：每行 NAME=值，或寫 none'),
    lines: true,
    check: (value) => wrongKeys(value),
  },
  role: 'owner',
  confirm: 'typed',
  where: 'worker',
  kind: 'change',
  plan: planLaunch,
  run: (context, options, plan) => launchIt(context, options, plan as Launch),
  render: launchReply,
})
