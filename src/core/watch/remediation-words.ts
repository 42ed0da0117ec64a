import { join, type Text, tr, utc } from '../text.ts'
import type { Held, Verdict } from './remediation.ts'

export const didRun = (line: string, job: string): Text =>
  tr(`It runs /${line} by itself: ${job}.`, `自動執行 /${line}：${job}。`)

/** Why a rule's command was left undone. */
export const notRun = (line: string, why: Text): Text =>
  join('', tr(`/${line} was not run: `, `未執行 /${line}：`), why)

export const WHY_HELD: Readonly<Record<Exclude<Held, 'owned' | 'over'>, Text>> = {
  silenced: tr('somebody has silenced this.', '有人已將此靜音。'),
  maintenance: tr('maintenance is going on.', '維護進行中。'),
  inhibited: tr('this follows from something else that is down.', '這是其他故障的後果。'),
  flapping: tr('it comes and goes.', '狀況反覆發生。'),
}

export const WHY_NOT_ALONE = tr(
  'it now takes more than one yes, which no rule can say.',
  '此指令現在需要更多確認，規則無法代為同意。',
)

/** Nothing for one that ran. */
export function whyLater(verdict: Verdict): Text | undefined {
  if (verdict.do === 'cool')
    return tr(
      `it ran on this app a short while ago; not before ${utc(verdict.until)}.`,
      `此應用程式不久前才執行過；${utc(verdict.until)} 之後才會再執行。`,
    )
  if (verdict.do === 'limit')
    return tr(
      `it has run as often as it may within an hour; not before ${utc(verdict.until)}.`,
      `一小時內的執行次數已達上限；${utc(verdict.until)} 之後才會再執行。`,
    )
  return undefined
}
