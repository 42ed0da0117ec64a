import { tr, type Text } from '../core/text.ts'
import type { ROLES } from './own-variables.ts'
import type { Given, Problem } from './problem.ts'
import { aboutVariable, type Variable } from './schema.ts'

export type Role = (typeof ROLES)[number]
/** What is being started: the service, one command from the shell, or the demonstration. */
export type Mode = 'start' | 'cli' | 'demo'

export interface Circumstances {
  readonly given: Given
  readonly role: Role
  readonly mode: Mode
  readonly selfOnly: boolean
}

interface Rule {
  readonly variables: readonly Variable[]
  readonly broken: (circumstances: Circumstances) => boolean
  readonly problem: Text
  /** What to do, where it is not what the variable's own meaning says. */
  readonly fix?: Text
}

const without = (...names: readonly Variable[]): Rule['broken'] => {
  return ({ given }) => names.every((name) => given[name] === undefined)
}
const needs = (one: Variable, other: Variable): Rule['broken'] => {
  return ({ given }) => given[one] !== undefined && given[other] === undefined
}
const MISSING = tr('is missing', '尚未設定')

/** What no variable can tell alone. */
const RULES: readonly Rule[] = [
  {
    variables: ['OPS_APPS'],
    broken: (now) => !now.selfOnly && without('OPS_APPS')(now),
    problem: MISSING,
  },
  {
    variables: ['OPS_SELF_ONLY'],
    broken: (now) => now.selfOnly && !without('OPS_APPS')(now),
    problem: tr('is on while OPS_APPS is set', '已啟用，但同時設定了 OPS_APPS'),
    fix: tr('Remove one of the two.', '請移除其中之一。'),
  },
  {
    variables: ['OPS_SELF_ONLY'],
    broken: (now) => now.selfOnly && without('FLY_APP_NAME')(now),
    problem: tr('is on, but FLY_APP_NAME is not set', '已啟用，但未設定 FLY_APP_NAME'),
    fix: tr(
      'It only works inside a Fly machine: remove it and set OPS_APPS.',
      '它只能在 Fly 機器內使用：請移除它並改設 OPS_APPS。',
    ),
  },
  {
    variables: ['OPS_OWNERS'],
    broken: (now) => now.mode !== 'demo' && without('OPS_OWNERS')(now),
    problem: MISSING,
  },
  {
    variables: ['DISCORD_BOT_TOKEN', 'TELEGRAM_BOT_TOKEN'],
    broken: (now) =>
      now.mode === 'start' &&
      now.role !== 'worker' &&
      without('DISCORD_BOT_TOKEN', 'TELEGRAM_BOT_TOKEN')(now),
    problem: tr('both are missing', '兩者皆未設定'),
    fix: tr('Set at least one of the two.', '請至少設定其中之一。'),
  },
  {
    variables: ['REDIS_URL'],
    broken: (now) => now.role !== 'all' && without('REDIS_URL')(now),
    problem: tr('is missing, and OPS_ROLE is not all', '尚未設定，而 OPS_ROLE 不是 all'),
    fix: tr(
      'Separate processes meet in Redis: set REDIS_URL, or use OPS_ROLE=all.',
      '分開的行程需要 Redis：請設定 REDIS_URL，或使用 OPS_ROLE=all。',
    ),
  },
  {
    variables: ['OPS_SECRET_KEY'],
    broken: (now) => now.role !== 'all' && without('OPS_SECRET_KEY')(now),
    problem: tr('is missing, and OPS_ROLE is not all', '尚未設定，而 OPS_ROLE 不是 all'),
  },
  {
    variables: ['FLY_API_TOKEN'],
    broken: (now) => now.mode !== 'demo' && now.role !== 'bot' && without('FLY_API_TOKEN')(now),
    problem: MISSING,
  },
  {
    variables: ['DISCORD_PUBLIC_KEY'],
    broken: needs('DISCORD_PUBLIC_KEY', 'DISCORD_BOT_TOKEN'),
    problem: tr('is set without DISCORD_BOT_TOKEN', '已設定，但缺少 DISCORD_BOT_TOKEN'),
    fix: tr('Set DISCORD_BOT_TOKEN too, or remove it.', '請一併設定 DISCORD_BOT_TOKEN，或移除它。'),
  },
  {
    variables: ['TELEGRAM_WEBHOOK_SECRET'],
    broken: needs('TELEGRAM_WEBHOOK_SECRET', 'OPS_PUBLIC_URL'),
    problem: tr('is set without OPS_PUBLIC_URL', '已設定，但缺少 OPS_PUBLIC_URL'),
    fix: tr(
      'Set OPS_PUBLIC_URL, or remove it to use long polling.',
      '請設定 OPS_PUBLIC_URL，或移除它改用長輪詢。',
    ),
  },
  {
    variables: ['OPS_PUBLIC_URL'],
    broken: ({ given }) =>
      given.TELEGRAM_WEBHOOK_SECRET !== undefined &&
      given.TELEGRAM_API_URL === undefined &&
      /^http:/i.test(given.OPS_PUBLIC_URL ?? ''),
    problem: tr(
      'is not https://, which Telegram insists on',
      '不是 https://，而 Telegram 要求使用它',
    ),
    fix: tr(
      'Use an https:// address, or remove TELEGRAM_WEBHOOK_SECRET to use long polling.',
      '請使用 https:// 網址，或移除 TELEGRAM_WEBHOOK_SECRET 改用長輪詢。',
    ),
  },
  {
    variables: ['FLY_NATS_URL'],
    broken: needs('FLY_NATS_URL', 'FLY_ORG'),
    problem: tr('is set without FLY_ORG', '已設定，但缺少 FLY_ORG'),
    fix: tr('Set FLY_ORG to the organization’s slug.', '請將 FLY_ORG 設為組織代號。'),
  },
]

/** What is wrong between variables: something missing, or two that do not go together. */
export const brokenRules = (now: Circumstances): readonly Problem[] =>
  RULES.filter((rule) => rule.broken(now)).map(({ variables, problem, fix }) => ({
    variable: variables.join(', '),
    problem,
    fix: fix ?? variables.flatMap((name) => aboutVariable(name)?.fix ?? [])[0] ?? '',
  }))
