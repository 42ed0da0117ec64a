import { createBuckets } from '../../core/buckets.ts'
import type { Alert } from '../../core/oncall/alert.ts'
import type { Receiver } from '../../core/oncall/route.ts'
import { tr } from '../../core/text.ts'
import { alertOf } from './alert-of.ts'

/** Deliveries of one source: a storm of 10,000 in a minute is let in, an endless stream is slowed down. */
const BUCKET = { size: 12_000, perMs: 60_000 }
/** So long after the last refusal the source is told to be quiet again. */
const CALM_MS = 60_000

interface Turn {
  /** Set when the source has to wait. */
  readonly waitMs: number | null
  /** What people are to be told: once when it begins, once when it is over. */
  readonly notice: Alert | null
}

/** Slows a source down that sends without end, and says so once instead of dropping in silence. */
export function createPace(now: () => number, bucket = BUCKET) {
  const buckets = createBuckets(now)
  const refused = new Map<Receiver, number>()
  return {
    turn(source: Receiver): Turn {
      const at = now()
      const slower = buckets.take(source, bucket)
      const last = refused.get(source)
      if (slower !== undefined) {
        refused.set(source, at)
        const notice = last === undefined ? noticeOf(source, { over: false, at }) : null
        return { waitMs: slower.waitMs, notice }
      }
      if (last === undefined || at - last < CALM_MS) return { waitMs: null, notice: null }
      refused.delete(source)
      return { waitMs: null, notice: noticeOf(source, { over: true, at }) }
    },
  }
}

function noticeOf(source: Receiver, { over, at }: { over: boolean; at: number }): Alert {
  return {
    ...alertOf({ source, id: 'too-many', over, severity: 'info', title: '' }, at),
    rule: 'too-many',
    title: tr(`${source} sends too much`, `${source} 傳送過多警示`),
    text: tr(
      'It is asked to wait and to send again, so alerts may come late. Fold or slow them down at the source.',
      '已要求來源稍候重送，警示可能延遲。請在來源端合併或放慢警示。',
    ),
  }
}
