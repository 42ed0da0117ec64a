import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { tr } from '#core/text.ts'
import { planRule, renderRule, type RuleData, runRule } from '#core/watch/rule-change.ts'
import { listRules, renderRules } from '#core/watch/rules-list.ts'

const id = z
  .string()
  .max(40)
  .transform((typed) => typed.trim().toLowerCase())
  .meta({
    about: tr('A rule by its name; watch for all of them', '規則名稱；watch 表示全部'),
    complete: 'id',
  })

const rules = defineCommand({
  name: 'rules',
  description: tr('What I look out for, and when it fired last', '監看項目與最近一次觸發'),
  examples: ['rules', 'rules oom.kernel'],
  options: z.object({ id: id.optional() }),
  role: 'viewer',
  where: 'chat',
  run: listRules,
  render: renderRules,
})

/** Done when: the store has the rule, and every process was told. */
const rule = defineCommand({
  name: 'rule',
  description: tr(
    'Switch a rule on or off, set its threshold, or have it run a command',
    '開關規則、設定門檻，或讓規則自動執行指令',
  ),
  examples: [
    'rule volume.full threshold=85',
    'rule certificate off',
    'rule crashloop command=restart cooldown=1h limit=2',
    'rule watch off',
  ],
  options: z.object({
    id,
    on: z
      .boolean()
      .optional()
      .meta({ about: tr('Look out for it', '開啟') }),
    off: z
      .boolean()
      .optional()
      .meta({ about: tr('Do not', '關閉') }),
    threshold: z
      .string()
      .max(12)
      .optional()
      .meta({
        about: tr(
          'From when on it tells: 85, 90s, 10m, or default',
          '門檻：85、90s、10m，或 default',
        ),
      }),
    command: z
      .string()
      .max(200)
      .optional()
      .meta({
        about: tr(
          'What it runs by itself when it fires: restart, "memory size=next", or none',
          '觸發時自動執行的指令：restart、"memory size=next"，或 none',
        ),
      }),
    cooldown: z
      .string()
      .max(10)
      .optional()
      .meta({
        about: tr(
          'Not again on the same app within: 30m (default), 5m to 1d',
          '同一應用程式的間隔：30m（預設），5m 到 1d',
        ),
      }),
    limit: z
      .int()
      .min(1)
      .max(20)
      .optional()
      .meta({
        about: tr('Times an hour on all apps: 3 (default)', '每小時所有應用程式的次數：3（預設）'),
      }),
  }),
  role: 'admin',
  confirm: 'button',
  // What it may run later changes things, so a freeze holds for making it.
  risk: ({ command }) => (command === undefined ? 'read' : 'change'),
  where: 'worker',
  kind: 'read',
  plan: planRule,
  run: (context, _options, plan) => runRule(context, plan as RuleData),
  render: (result: RuleData) => renderRule(result),
})

export default [rules, rule]
