import { mayRestartSeconds } from './downtime.ts'
import type { Action, Block } from '../reply.ts'
import { fields } from '../reply.ts'
import { count, join, type Text, tr } from '../text.ts'
import type { Target } from './targets.ts'

/** Runs `secrets apply` for this app. */
export const applyButton = (app: string): Action => ({
  label: tr('Apply', '套用'),
  style: 'primary',
  intent: { do: 'run', command: 'openclaw secrets apply', input: { app } },
})

const ids = (some: readonly Target[]): string | undefined =>
  some.length === 0 ? undefined : some.map(({ id }) => id).join(', ')

/** Which machines an apply restarts, and for how long each is away. */
export function restarts(targets: readonly Target[]): Block {
  const up = targets.filter((target) => target.up)
  const idle = targets.filter((target) => !target.up)
  return fields(
    [tr('Restarts, one after another', '依序重新啟動'), ids(up)],
    [tr('Stopped: gets them when started', '已停止：啟動時取得'), ids(idle)],
    [tr('Away', '中斷時間'), up.length === 0 ? undefined : away(up)],
  )
}

const away = (up: readonly Target[]): Text =>
  join(
    '',
    tr(`about ${mayRestartSeconds} s each`, `每部約 ${mayRestartSeconds} 秒`),
    up.length > 1 ? join('', ' (', count(up.length, 'machine', 'machines', '部機器'), ')') : '',
  )

/** Fly shows no value, so nobody can put the old one back. */
export const NO_WAY_BACK = tr(
  'This can’t be undone: Fly gives no value out again, so the old one is lost unless you have it.',
  '無法復原：Fly 不會再給出任何值，除非你自己有留，否則舊值即告遺失。',
)
