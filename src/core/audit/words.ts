import type { AuditEntry } from '../audit.ts'
import { type Text, tr } from '../text.ts'
import type { Flaw } from './check.ts'
import type { Link } from './chain.ts'

const EVENTS: Readonly<Record<AuditEntry['event'], Text>> = {
  accepted: tr('accepted', '已接受'),
  refused: tr('refused', '已拒絕'),
  asked: tr('asked', '已詢問'),
  planned: tr('planned', '已規劃'),
  approved: tr('approved', '已核准'),
  declined: tr('declined', '已取消'),
  started: tr('started', '已開始'),
  called: tr('Fly asked', '呼叫 Fly'),
  finished: tr('finished', '已結束'),
  revealed: tr('revealed', '已揭示'),
  forged: tr('forged', '偽造'),
  gap: tr('not stored', '未能儲存'),
  trimmed: tr('old entries removed', '已移除舊紀錄'),
}

/** What happened; an event of another version by its own name. */
export const eventName = (event: string): Text =>
  Object.hasOwn(EVENTS, event) ? EVENTS[event as AuditEntry['event']] : event

/** The rest of an entry in one short line. */
export function detailOf({ call, detail, plan, through, event }: Link): Text {
  if (call) return `${call.what} → ${call.status}${call.reference ? ` (${call.reference})` : ''}`
  if (through) return tr(`up to #${through.seq}`, `至 #${through.seq}`)
  if (event === 'gap') return tr(`${detail} entries`, `${detail} 筆`)
  const facts = plan?.facts?.slice(1, 4).join(' · ')
  return detail ?? facts ?? (plan ? tr(`plan ${plan.digest}`, `計畫 ${plan.digest}`) : '')
}

/** What is wrong with the chain, and what that means. */
export function flawWords({ kind, seq }: Flaw): Text {
  switch (kind) {
    case 'foreign':
      return tr(
        `Near #${seq} lies something that is no entry: it was put there by other means.`,
        `#${seq} 附近有不是紀錄的內容：由其他方式寫入。`,
      )
    case 'edited':
      return tr(
        `#${seq} was changed after it was written: its hash does not fit.`,
        `#${seq} 在寫入後被更改：雜湊值不符。`,
      )
    case 'order':
      return tr(
        `#${seq} does not follow the entry before it: something was removed, put in or moved there.`,
        `#${seq} 與前一筆不連續：該處曾有紀錄被移除、插入或調換。`,
      )
    case 'start':
      return tr(
        `Entries before #${seq} are missing, and the retention did not remove them.`,
        `#${seq} 之前的紀錄遺失，且不是因保存期限而移除。`,
      )
    case 'end':
      return tr(
        `Entries up to #${seq} were written and are gone: the end was cut off, or the store lost it.`,
        `到 #${seq} 為止的紀錄曾寫入但已不在：結尾被截斷，或儲存區遺失了它們。`,
      )
    case 'anchor':
      return tr(
        `#${seq} is not what its anchor says: the chain was written anew from there or from before.`,
        `#${seq} 與錨點不符：紀錄鏈自該處或更早被重寫。`,
      )
    default:
      return kind satisfies never
  }
}
