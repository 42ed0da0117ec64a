import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { changeFollow } from '#core/config/follow.ts'
import { getConfig, getReply } from '#core/config/get.ts'
import { configHistory, historyReply } from '#core/config/history.ts'
import { restorePlan, setPlan, unsetPlan } from '#core/config/plan.ts'
import { changeReply } from '#core/config/result-words.ts'
import { runChange } from '#core/config/run.ts'
import { showConfig, showReply } from '#core/config/show.ts'
import { sensitiveSet, valueProblem } from '#core/config/typed.ts'
import { validateConfig, validateReply } from '#core/config/validate.ts'
import { option } from '#core/options.ts'
import { tr } from '#core/text.ts'

const app = option.app().optional()
const path = z
  .string()
  .min(1)
  .max(300)
  .meta({
    about: tr('Like gateway.auth.mode or list[0].id', '例如 gateway.auth.mode 或 list[0].id'),
  })
const value = z
  .string()
  .max(4000)
  .meta({
    about: tr(
      'JSON5, else a text; leave it out and it is asked for privately',
      'JSON5，否則視為文字；省略時會私下詢問',
    ),
  })
const id = z
  .string()
  .regex(/^(?:[\da-f]{8}|last-good|bak)$/)
  .meta({
    about: tr('Version, as config history calls it', '版本，如 config history 所示'),
    complete: 'version',
    form: tr('the 8 signs of a version, last-good or bak', '版本的 8 個字元、last-good 或 bak'),
  })

/** Done when: the file was read in the machine, and every secret in it was masked there. */
const show = defineCommand({
  name: 'config show',
  description: tr('The config file, secrets masked', '設定檔（密鑰已遮蔽）'),
  examples: ['config show', 'config show app=my-openclaw'],
  options: z.object({ app }),
  role: 'operator',
  where: 'worker',
  kind: 'read',
  run: showConfig,
  render: showReply,
})

const get = defineCommand({
  name: 'config get',
  description: tr('One value of the config file', '設定檔中的一個值'),
  examples: ['config get path=gateway.bind', 'config get path=agents.defaults.model'],
  options: z.object({ app, path }),
  role: 'operator',
  where: 'worker',
  kind: 'read',
  run: getConfig,
  render: getReply,
})

/**
 * Done when: the file was written as planned, the gateway's own line says that it took it over (or it restarted for it and is ready), and
 * the file read again is the one that was written. Refused or not up: the old file is put back. Put back by the gateway: told.
 */
const set = defineCommand({
  name: 'config set',
  description: tr('Changes one value of the config file', '變更設定檔中的一個值'),
  examples: [
    'config set path=gateway.controlUi.allowedOrigins value=\'["https://my-openclaw.fly.dev"]\'',
    'config set path=channels.telegram.botToken',
  ],
  options: z.object({ app, path, value }),
  private: {
    option: 'value',
    kind: 'absent',
    ask: tr('The new value', '新的值'),
    lines: true,
    sensitive: sensitiveSet,
    check: valueProblem,
  },
  role: 'admin',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: setPlan,
  run: runChange,
  render: changeReply,
  follow: changeFollow,
})

const unset = defineCommand({
  name: 'config unset',
  description: tr('Removes one value from the config file', '從設定檔移除一個值'),
  examples: ['config unset path=gateway.auth.token'],
  options: z.object({ app, path }),
  role: 'admin',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: unsetPlan,
  run: (context, _options, plan) => runChange(context, {}, plan),
  render: changeReply,
  follow: changeFollow,
})

/** Done when: each problem has its line and its cure, and it is said who judged. */
const validate = defineCommand({
  name: 'config validate',
  description: tr(
    'What is wrong with the config file, where, and what to do',
    '設定檔有何問題、在哪裡、如何處理',
  ),
  examples: ['config validate'],
  options: z.object({ app }),
  role: 'operator',
  where: 'worker',
  kind: 'read',
  run: validateConfig,
  render: validateReply,
})

const history = defineCommand({
  name: 'config history',
  description: tr('Earlier versions of the config file', '設定檔的先前版本'),
  examples: ['config history'],
  options: z.object({ app }),
  role: 'operator',
  where: 'worker',
  kind: 'read',
  run: configHistory,
  render: historyReply,
})

const restore = defineCommand({
  name: 'config restore',
  description: tr('Puts an earlier version of the config file back', '還原設定檔的先前版本'),
  examples: ['config restore id=3f2a91c0'],
  options: z.object({ app, id }),
  role: 'admin',
  confirm: 'button',
  where: 'worker',
  kind: 'change',
  plan: restorePlan,
  run: (context, _options, plan) => runChange(context, {}, plan),
  render: changeReply,
  follow: changeFollow,
})

export default [show, get, set, unset, validate, history, restore]
