import { OpsError } from '../errors.ts'
import { type Text, tr } from '../text.ts'
import type { Detector, Threshold } from './detector.ts'

/** The threshold as it shall be, in the detector's unit; nothing: the one it comes with. Throws `bad_input`. */
export function thresholdOf(
  detector: Detector | undefined,
  before: number | undefined,
  typed: string | undefined,
): number | undefined {
  if (typed === undefined) return before
  if (typed.trim().toLowerCase() === 'default') return undefined
  const limits = detector?.threshold
  if (!limits) throw bad(tr(`${detector?.id} has no threshold.`, `${detector?.id} 沒有門檻值。`))
  const value = readThreshold(typed, limits)
  if (value === undefined || value < limits.min || value > limits.max)
    throw bad(
      tr(
        `The threshold of ${detector.id} is from ${limits.min} to ${limits.max} ${UNITS[limits.unit].en}, or: default.`,
        `${detector.id} 的門檻值為 ${limits.min} 到 ${limits.max} ${UNITS[limits.unit]['zh-TW']}，或寫 default。`,
      ),
    )
  return value
}

export const UNITS: Readonly<Record<Threshold['unit'], { en: string; 'zh-TW': string }>> = {
  s: { en: 's', 'zh-TW': '秒' },
  min: { en: 'min', 'zh-TW': '分鐘' },
  h: { en: 'h', 'zh-TW': '小時' },
  d: { en: 'd', 'zh-TW': '天' },
  '%': { en: '%', 'zh-TW': '%' },
  x: { en: 'times', 'zh-TW': '次' },
}
const SECONDS: Readonly<Record<string, number>> = { s: 1, min: 60, m: 60, h: 3600, d: 86_400 }

/** A bare number is in the detector's own unit; a length of time may be written in any. */
export function readThreshold(
  typed: string,
  { unit }: Pick<Threshold, 'unit'>,
): number | undefined {
  const [, digits, named = ''] =
    /^(\d+(?:\.\d+)?)\s*([a-z%]*)$/.exec(typed.trim().toLowerCase()) ?? []
  if (digits === undefined) return undefined
  if (named === '' || named === unit) return Number(digits)
  const [from, to] = [SECONDS[named], SECONDS[unit]]
  return from === undefined || to === undefined ? undefined : (Number(digits) * from) / to
}

const bad = (text: Text): OpsError => new OpsError('bad_input', text)
