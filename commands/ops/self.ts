import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import {
  planSelfRestart,
  renderSelfRestart,
  runSelfRestart,
  selfFollow,
} from '#core/self/restart.ts'
import { selfStatus } from '#core/self/status.ts'
import { renderSelf } from '#core/self/status-words.ts'
import { planSelfUpdate, runSelfUpdate, updateFollow } from '#core/self/update.ts'
import type { UpdateResult } from '#core/self/update-result.ts'
import { renderUpdate } from '#core/self/update-words.ts'
import { tr } from '#core/text.ts'

/** Done when: the process looked at itself, and its machine was read from Fly or why it was not is said. */
const status = defineCommand({
  name: 'self status',
  description: tr(
    'My own process and machine: version, memory, queue, last start, warnings',
    '我自己的行程與機器：版本、記憶體、佇列、上次啟動、警告',
  ),
  examples: ['self status'],
  options: z.object({}),
  role: 'admin',
  where: 'worker',
  kind: 'read',
  run: (context) => selfStatus(context),
  render: (seen) => renderSelf(seen),
})

/** Done when: a start event newer than any before is there and another run of the bot on that machine has said that it is there. */
const restart = defineCommand({
  name: 'self restart',
  description: tr(
    'Restart the machine I run on and report when I am back',
    '重新啟動我所在的機器，恢復後回報',
  ),
  examples: ['self restart'],
  options: z.object({}),
  role: 'admin',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: planSelfRestart,
  run: (context, _options, plan) => runSelfRestart(context, plan),
  render: (result) => renderSelfRestart(result),
  follow: selfFollow,
})

/** Done when: the machine's config was read back with the new image and the bot on it is another run, of the version that the image had promised. */
const update = defineCommand({
  name: 'self update',
  description: tr(
    'Replace my own image after a trial, and report when I am back',
    '試用後更換我自己的映像檔，恢復後回報',
  ),
  examples: ['self update registry.fly.io/my-openclaw-ops:v2'],
  options: z.object({
    image: z
      .string()
      .min(1)
      .max(300)
      .meta({ about: tr('Tag, digest or whole name', '標籤、摘要或完整名稱') }),
  }),
  role: 'owner',
  confirm: 'typed',
  where: 'worker',
  kind: 'change',
  plan: (context, { image }) => planSelfUpdate(context, image),
  run: (context, _options, plan) => runSelfUpdate(context, plan),
  render: (result: UpdateResult) => renderUpdate(result),
  follow: updateFollow,
})

export default [status, restart, update]
