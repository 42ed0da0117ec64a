import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { mustRuleAll } from '../oncall/desk.ts'
import { type Block, reply, type Reply, text } from '../reply.ts'
import { tr } from '../text.ts'
import { detectorOf, readRule, type RuleWish } from './rule-input.ts'
import { putSetting, readSettings, type RuleSetting } from './rule-settings.ts'
import { BY_ITSELF, ruleChanges, ruleFields, turnedOff } from './rule-words.ts'

export interface RuleData {
  readonly id: string
  readonly setting: RuleSetting
}

export async function planRule(context: WorkContext, wish: RuleWish): Promise<Plan> {
  await mustRuleAll(context, '*')
  const before = (await readSettings(context.store))[wish.id]
  const setting = { ...(await readRule(context, before, wish)), at: context.clock.now() }
  const detector = detectorOf(wish.id)
  const changes = ruleChanges(detector, before, setting)
  return {
    title: tr(`Change the rule ${wish.id}?`, `要變更規則 ${wish.id} 嗎？`),
    blocks: [
      ...(detector === undefined ? [] : [text(detector.doc)]),
      changes,
      ...consequences(wish, setting),
    ],
    fingerprint: JSON.stringify([before ?? null, { ...setting, at: 0 }]),
    data: { id: wish.id, setting } satisfies RuleData,
  }
}

function consequences(wish: RuleWish, { on, command }: RuleSetting): readonly Block[] {
  return [
    ...(on === false ? [text(turnedOff(wish.id))] : []),
    ...(command !== undefined && wish.command !== undefined ? [text(BY_ITSELF)] : []),
  ]
}

/** One step, so that a run that was cut off goes on with the plan that was confirmed. */
export async function runRule(context: WorkContext, { id, setting }: RuleData): Promise<RuleData> {
  const label = tr('Write the rule', '寫入規則')
  const write = () => putSetting(context.store, id, setting)
  await context.steps(tr('Change a rule', '變更規則'), [
    { id: 'rule', label, do: write, done: () => write().then(() => true) },
  ])
  return { id, setting }
}

export const renderRule = ({ id, setting }: RuleData): Reply =>
  reply.ok(tr(`The rule ${id} is changed`, `規則 ${id} 已變更`), [
    ruleFields(detectorOf(id), setting),
    ...consequences({ id, command: setting.command?.line }, setting),
  ])
