import { z } from 'zod'
import { OpsError } from '../errors.ts'
import { tr } from '../text.ts'
import { readDuration } from '../who.ts'

/** Which entries: from a moment or number on, up to a number or (a button's own way to write it) a place in the store. */
export interface Range {
  readonly fromAt: number
  readonly fromSeq: number
  readonly toSeq: number
  readonly before: string | undefined
}

const FORM =
  /^(?:(?<length>[1-9]\d{0,4}[smhd])|(?<time>\d{4}-\d\d-\d\dT?[\d:.Z+]*)|#(?<from>\d{1,12}))?(?:\.\.(?:#(?<to>\d{1,12})|@(?<before>[\d-]{1,40}))?)?$/i

export const rangeOption = () =>
  z
    .string()
    .max(80)
    .meta({
      about: tr(
        'From when: 2h, 7d, 2026-11-01, a number #120, or #120..#180',
        '起點：2h、7d、2026-11-01、編號 #120，或 #120..#180',
      ),
    })

/** Reads `7d`, `2026-11-01T12:00Z`, `#120`, `#120..#180`, `..#180`. */
export function readRange(typed: string | undefined, now: number): Range {
  const { groups = {} } = FORM.exec((typed ?? '').trim()) ?? { groups: undefined }
  const read = FORM.test((typed ?? '').trim())
  const { length, time, from, to, before } = groups
  const at = length === undefined ? timeOf(time) : now - readDuration(length)
  if (!read || Number.isNaN(at)) throw unread(typed ?? '')
  return {
    fromAt: at,
    fromSeq: Number(from ?? 0),
    toSeq: to === undefined ? Number.POSITIVE_INFINITY : Number(to),
    before,
  }
}

/** Without a zone it is UTC, as everything that is shown. */
function timeOf(time: string | undefined): number {
  if (time === undefined) return 0
  return Date.parse(/T.*(?:Z|\+\d\d:?\d\d)$|^[\d-]{10}$/i.test(time) ? time : `${time}Z`)
}

/** The same range, going on before a place in the store or a number. */
export const earlier = (typed: string | undefined, before: string): string =>
  `${(typed ?? '').trim().split('..')[0] ?? ''}..${before}`

const unread = (typed: string): OpsError =>
  new OpsError(
    'bad_input',
    tr(`since: “${typed}” is no moment I know.`, `since：無法辨識「${typed}」。`),
    {
      hint: tr(
        'Write 15m, 2h or 7d, a time like 2026-11-01T12:00Z, or the number of an entry like #120; a second one ends it: #120..#180.',
        '請寫 15m、2h 或 7d、時間如 2026-11-01T12:00Z，或紀錄編號如 #120；也可加上終點：#120..#180。',
      ),
    },
  )
