import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { option } from '#core/options.ts'
import { applyReply, lookAgain, lookAgainAfter } from '#core/secrets/applied.ts'
import { type ApplyData, planApply, runApply } from '#core/secrets/apply.ts'
import { listReply, listSecrets } from '#core/secrets/list.ts'
import { planSet, runSet, type SetData } from '#core/secrets/set.ts'
import { setReply } from '#core/secrets/set-words.ts'
import { wrongValue } from '#core/secrets/shapes.ts'
import { planUnset, runUnset, type UnsetData, unsetReply } from '#core/secrets/unset.ts'
import { tr } from '#core/text.ts'

const app = option.app().optional()
/** The gateway's own token has a command that proves the new one and refuses the old one. */
const nameOf = (complete: 'name' | 'key') =>
  z
    .string()
    .regex(/^(?!OPENCLAW_GATEWAY_TOKEN$)[A-Za-z_]\w{0,127}$/)
    .meta({
      about: tr('Name of the secret, e.g. ANTHROPIC_API_KEY', '密鑰名稱，例如 ANTHROPIC_API_KEY'),
      complete,
      form: tr(
        'a name such as ANTHROPIC_API_KEY; the gateway’s own token is changed by /openclaw token rotate',
        '名稱，例如 ANTHROPIC_API_KEY；閘道自己的權杖請用 /openclaw token rotate 更換',
      ),
    })

/** Done when: every secret and machine was looked at; what neither its process nor its times tell is named as unknown. */
const list = defineCommand({
  name: 'secrets list',
  description: tr(
    'Names, digests and times of the secrets, and which machine has them; never a value',
    '密鑰的名稱、摘要與時間，以及哪部機器已取得；絕不顯示其值',
  ),
  examples: ['secrets list', 'secrets list app=my-openclaw'],
  options: z.object({ app }),
  role: 'operator',
  where: 'worker',
  kind: 'read',
  run: listSecrets,
  render: listReply,
})

/** Done when: Fly lists the name after its answer to the change. Nothing restarts; that is what apply is for. */
const set = defineCommand({
  name: 'secrets set',
  description: tr(
    'Set a secret; asks for its value privately and restarts nothing until it is applied',
    '設定密鑰；私下詢問其值，套用前不會重新啟動',
  ),
  examples: ['secrets set name=ANTHROPIC_API_KEY'],
  options: z.object({ app, name: nameOf('key'), value: option.private(tr('The value', '值')) }),
  private: {
    option: 'value',
    kind: 'secret',
    ask: tr('Value of the secret', '密鑰的值'),
    check: (value, options) => wrongValue(options.name, value),
  },
  role: 'admin',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: planSet,
  run: (context, options, plan) => runSet(context, options, plan as SetData),
  render: setReply,
})

/** Done when: Fly lists the name no more. Running machines keep it until they are updated. */
const unset = defineCommand({
  name: 'secrets unset',
  description: tr(
    'Take a secret out; warns when the gateway uses it',
    '移除密鑰；若閘道正在使用會警告',
  ),
  examples: ['secrets unset name=OPENAI_API_KEY'],
  options: z.object({ app, name: nameOf('name') }),
  role: 'admin',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: planUnset,
  run: (context, options, plan) => runUnset(context, options, plan as UnsetData),
  render: unsetReply,
})

/**
 * Done when: each machine was updated with the vault's newest version, its gateway is ready from another run, and that process has every
 * secret, by SHA-256 where the bot set it, by name where it did not, and nothing of what was taken out.
 */
const apply = defineCommand({
  name: 'secrets apply',
  description: tr(
    'Restart machines with the secrets that were set, and prove that they have them',
    '以已設定的密鑰重新啟動機器，並確認已取得',
  ),
  examples: ['secrets apply', 'secrets apply app=my-openclaw'],
  options: z.object({ app }),
  role: 'admin',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: planApply,
  run: (context, _options, plan) => runApply(context, plan as ApplyData),
  render: applyReply,
  follow: {
    after: lookAgainAfter,
    look: (context, _options, result) => lookAgain(context, result),
  },
})

export default [list, set, unset, apply]
