import { Temporal } from 'temporal-polyfill'
import { OpsError } from '../errors.ts'
import { type Text, tr } from '../text.ts'
import { readDuration } from '../who.ts'

/** A moment as it was typed: a time of day alone, or one point in time. Both local to `zone`. */
export type Moment =
  | { readonly kind: 'time'; readonly time: string; readonly zone: string }
  | { readonly kind: 'moment'; readonly local: string; readonly at: number; readonly zone: string }

/**
 * Reads `17:30`, `2026-11-30T17:30` or the same with `Z` or an offset; each may name its zone: `17:30 Asia/Taipei`,
 * `2026-11-30T17:30[Asia/Taipei]`. Without one it is `zone`. Throws `bad_input`.
 */
export function readMoment(typed: string, zone: string): Moment {
  const { moment = '', bracket, word } = FORM.exec(typed.trim())?.groups ?? {}
  const named = bracket ?? word
  const where = named === undefined ? zone : readZone(named)
  const [, hour = '', minute = ''] = /^(\d{1,2}):(\d{2})$/.exec(moment) ?? []
  if (hour !== '' && Number(hour) < 24 && Number(minute) < 60)
    return { kind: 'time', time: `${hour.padStart(2, '0')}:${minute}`, zone: where }
  const point = readPoint(moment, where)
  if (point === undefined) throw badMoment(typed)
  return { kind: 'moment', ...point, zone: where }
}

const FORM = /^(?<moment>.*?)(?:\s*\[(?<bracket>[^\]]+)\]|\s+(?<word>[A-Za-z][\w+/-]*))?$/

function readPoint(text: string, zone: string): { local: string; at: number } | undefined {
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined
  try {
    const fixed = /T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(text)
    const zoned = fixed
      ? Temporal.Instant.from(text).toZonedDateTimeISO(zone)
      : Temporal.PlainDateTime.from(text).toZonedDateTime(zone)
    const local = zoned.toPlainDateTime().toString({ smallestUnit: 'minute' })
    return { local, at: zoned.epochMilliseconds }
  } catch {
    return undefined
  }
}

/** An IANA name, as it is written there. Throws `bad_input` for one that is none. */
function readZone(typed: string): string {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(typed).timeZoneId
  } catch {
    throw new OpsError(
      'bad_input',
      tr(`There is no time zone “${typed}”.`, `沒有「${typed}」這個時區。`),
      {
        hint: tr(
          'Write it as the IANA list does: Europe/Berlin, America/New_York, Asia/Taipei, UTC.',
          '請依 IANA 名稱書寫：Europe/Berlin、America/New_York、Asia/Taipei、UTC。',
        ),
      },
    )
  }
}

/** The point in time that is meant: a time of day is the next one after `after`, a length of time (`4h`) counts from `after`. In ms. */
export function readPointAfter(typed: string, zone: string, after: number): number {
  if (/^\d+\s*[smhd]$/i.test(typed.trim())) return after + readDuration(typed)
  const moment = readMoment(typed, zone)
  if (moment.kind === 'moment') return moment.at
  const today = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(moment.zone)
  const at = today.toPlainDate().toPlainDateTime(Temporal.PlainTime.from(moment.time))
  const first = at.toZonedDateTime(moment.zone).epochMilliseconds
  if (first > after) return first
  return at.add({ days: 1 }).toZonedDateTime(moment.zone).epochMilliseconds
}

/** The last time, now or before, at which the clock in `zone` showed this time of day: its local date and time. */
export function lastAt(time: string, zone: string, now: number): string {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone)
  const at = local.toPlainDate().toPlainDateTime(Temporal.PlainTime.from(time))
  const passed = at.toZonedDateTime(zone).epochMilliseconds <= now
  return (passed ? at : at.subtract({ days: 1 })).toString({ smallestUnit: 'minute' })
}

/** `Mon 11-23 17:30`, in the zone's own time; with `year`: `Mon 2026-11-23 17:30`. */
export function localTime(at: number, zone: string, year = false): Text {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  const date = local.toPlainDate().toString()
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' })
  const rest = `${year ? date : date.slice(5)} ${time}`
  const [en, zhTW] = DAYS[local.dayOfWeek - 1] ?? DAYS[0]
  return tr(`${en} ${rest}`, `${zhTW} ${rest}`)
}

const DAYS = [
  ['Mon', '週一'],
  ['Tue', '週二'],
  ['Wed', '週三'],
  ['Thu', '週四'],
  ['Fri', '週五'],
  ['Sat', '週六'],
  ['Sun', '週日'],
] as const

const badMoment = (typed: string): OpsError =>
  new OpsError('bad_input', tr(`“${typed}” is no time I can read.`, `無法辨識時間「${typed}」。`), {
    hint: tr(
      'Write 17:30, 2026-11-30T17:30 or 2026-11-30T17:30Z; a time zone may stand behind it: 17:30 Asia/Taipei.',
      '請寫 17:30、2026-11-30T17:30 或 2026-11-30T17:30Z；後面可加時區：17:30 Asia/Taipei。',
    ),
  })
