import { type Block, textAt } from '../reply.ts'
import { duration, join, say, type Text, tr } from '../text.ts'
import { type History, LONGEST_MS } from './history.ts'

type Part = Pick<History, 'from' | 'until' | 'lastAt' | 'read' | 'at'>

/** Up to when everything was read, and which part of the whole time that is. */
function reachedBy({ from, until, lastAt }: Part): { readonly to: number; readonly share: number } {
  const to = Math.max(from, lastAt ?? from)
  return { to, share: Math.min(1, (to - from) / Math.max(1, until - from)) }
}

/** How far a search is that goes on, and how long the rest will take; or that its time will not be enough. */
export function progressOf(history: Part): Block {
  const { until, read, at } = history
  const { to, share } = reachedBy(history)
  const percent = `${Math.floor(share * 100)} %`
  const done = tr(
    `Read ${percent} of the time (${read} ${read === 1 ? 'line' : 'lines'}, up to {0}); this message goes on.`,
    `已讀取時段的 ${percent}（${read} 行，到 {0}）；此訊息會持續更新。`,
  )
  const took = at - until
  // As fast as up to now; of the first moments nothing can be told.
  if (share === 0 || took <= 0) return textAt(done, { at: to })
  const whole = took / share
  return textAt(
    join(' ', done, whole > LONGEST_MS ? tooMuch(LONGEST_MS / whole) : toGo(whole - took)),
    {
      at: to,
    },
  )
}

function toGo(ms: number): Text {
  const left = duration(ms)
  return tr(`About ${say(left, 'en')} to go.`, `大約還需 ${say(left, 'zh-TW')}。`)
}

const tooMuch = (share: number): Text => {
  const percent = `${Math.floor(share * 100)} %`
  return tr(
    `It stops after ten minutes, at about ${percent}, and then says how to read the rest; machine= or a shorter since= is faster.`,
    `會在十分鐘後停在約 ${percent}，並說明如何讀取其餘部分；用 machine= 或較短的 since= 會更快。`,
  )
}

/** Why a search ended before it had read everything, and what reads the rest. */
export function endedEarly(history: Part, why: Text): Block {
  const { until, at } = history
  const { to } = reachedBy(history)
  // Whoever types it needs a moment.
  const minutes = Math.ceil((at - to) / 60_000) + 2
  const since = minutes <= 120 ? `${minutes}m` : `${Math.ceil(minutes / 60)}h`
  const early = tr(`Reading ended early: ${say(why, 'en')}`, `提前結束讀取：${say(why, 'zh-TW')}`)
  const left = tr(
    `Not read: {0} to {1}. The same with since=${since} reads that.`,
    `未讀取：{0} 至 {1}。以 since=${since} 再執行一次即可讀取。`,
  )
  return textAt(join(' ', early, left), { at: to }, { at: until })
}
