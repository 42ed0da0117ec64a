import { duration, join, say, type Text, tr, utc } from '../text.ts'
import { type History, LONGEST_MS } from './history.ts'

type Part = Pick<History, 'from' | 'until' | 'lastAt' | 'read' | 'at'>

/** Up to when everything was read, and which part of the whole time that is. */
function reachedBy({ from, until, lastAt }: Part): { readonly to: number; readonly share: number } {
  const to = Math.max(from, lastAt ?? from)
  return { to, share: Math.min(1, (to - from) / Math.max(1, until - from)) }
}

/** How far a search is that goes on, and how long the rest will take; or that its time will not be enough. */
export function progressOf(history: Part): Text {
  const { until, read, at } = history
  const { to, share } = reachedBy(history)
  const percent = `${Math.floor(share * 100)} %`
  const done = tr(
    `Read ${percent} of the time (${read} lines, up to ${utc(to)}); this message goes on.`,
    `已讀取時段的 ${percent}（${read} 行，到 ${utc(to)}）；此訊息會持續更新。`,
  )
  const took = at - until
  // As fast as up to now; of the first moments nothing can be told.
  if (share === 0 || took <= 0) return done
  const whole = took / share
  if (whole > LONGEST_MS) return join(' ', done, tooMuch(LONGEST_MS / whole))
  const left = duration(whole - took)
  return join(' ', done, tr(`About ${say(left, 'en')} to go.`, `大約還需 ${say(left, 'zh-TW')}。`))
}

const tooMuch = (share: number): Text => {
  const percent = `${Math.floor(share * 100)} %`
  return tr(
    `It stops after ten minutes, at about ${percent}, and then says how to read the rest; machine= or a shorter since= is faster.`,
    `會在十分鐘後停在約 ${percent}，並說明如何讀取其餘部分；用 machine= 或較短的 since= 會更快。`,
  )
}

/** Why a search ended before it had read everything, and what reads the rest. */
export const endedEarly = (history: Part, why: Text): Text =>
  join(
    ' ',
    tr(`Reading ended early: ${say(why, 'en')}`, `提前結束讀取：${say(why, 'zh-TW')}`),
    leftBy(history),
  )

function leftBy(history: Part): Text {
  const { until, at } = history
  const { to } = reachedBy(history)
  // Whoever types it needs a moment.
  const minutes = Math.ceil((at - to) / 60_000) + 2
  const since = minutes <= 120 ? `${minutes}m` : `${Math.ceil(minutes / 60)}h`
  return tr(
    `Not read: ${utc(to)} to ${utc(until)}. The same with since=${since} reads that.`,
    `未讀取：${utc(to)} 至 ${utc(until)}。以 since=${since} 再執行一次即可讀取。`,
  )
}
