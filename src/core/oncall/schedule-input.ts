import { subjectKey } from '../access.ts'
import { OpsError } from '../errors.ts'
import { tr } from '../text.ts'
import { readWho } from '../who.ts'
import { lastAt, readMoment, readPointAfter } from './moment.ts'
import type { Person } from './ports.ts'
import { type Rotation } from './rotation.ts'
import { rotationAt, type Schedule } from './schedule.ts'

const PEOPLE_MAX = 20
const DAYS_MAX = 90
/** Where nothing says otherwise. */
const HANDOVER = '09:00'
const WEEK = 7
const YEAR_MS = 366 * 86_400_000

/** Reads a list of people, by comma or space; each may be given a name to be called by: `Ana=discord:123`. Throws `bad_input`. */
export function readPeople(typed: string, known: readonly Person[]): readonly Person[] {
  const people = typed
    .split(/[\s,;、，]+/)
    .filter((word) => word !== '')
    .map((word) => readPerson(word, known))
  if (people.length > 0 && people.length <= PEOPLE_MAX) return people
  throw new OpsError(
    'bad_input',
    tr(`A rotation has 1 to ${PEOPLE_MAX} people.`, `輪值名單須有 1 到 ${PEOPLE_MAX} 人。`),
    {
      hint: tr(
        'Name them with commas between: people=<@123456789012345678>,telegram:42.',
        '請以逗號分隔：people=<@123456789012345678>,telegram:42。',
      ),
    },
  )
}

/** Reads one person; who is known already keeps their name. */
export function readPerson(typed: string, known: readonly Person[]): Person {
  const [, label, who = typed] = /^([^=<>:]{1,32})=(.+)$/.exec(typed) ?? []
  const subject = readWho(who)
  if (subject.kind === 'role')
    throw new OpsError(
      'bad_input',
      tr(
        'A role can not be on call: nobody in particular would be asked.',
        '身分組不能值班：無法確定該通知誰。',
      ),
      { hint: tr('Name its people one by one.', '請逐一列出成員。') },
    )
  const key = subjectKey(subject)
  return { key, name: label ?? known.find((one) => one.key === key)?.name ?? key }
}

/** Reads `daily`, `weekly`, `3d` or `2w` into days. */
export function readRotation(typed: string): number {
  const text = typed.trim().toLowerCase()
  if (text === 'daily') return 1
  if (text === 'weekly') return WEEK
  const [, amount, unit] = /^(\d{1,2})\s*(d|days?|w|weeks?)$/.exec(text) ?? []
  const days = Number(amount) * (unit?.startsWith('w') ? WEEK : 1)
  if (days > 0 && days <= DAYS_MAX) return days
  throw new OpsError('bad_input', tr(`“${typed}” is no rotation.`, `「${typed}」不是輪值週期。`), {
    hint: tr(
      `Write daily, weekly or a number of days up to ${DAYS_MAX}: 3d.`,
      `請寫 daily、weekly 或天數（最多 ${DAYS_MAX} 天）：3d。`,
    ),
  })
}

export interface Wish {
  readonly people: string
  readonly rotation?: string | undefined
  readonly from?: string | undefined
  readonly until?: string | undefined
}

/**
 * The rotation that is asked for. What is left out stays as it is now: length, handover time, zone. A time of day alone is the handover
 * time of a rotation that begins at once; a date is when it begins.
 */
export function readWish(
  wish: Wish,
  schedule: Schedule,
  { now, known }: { readonly now: number; readonly known: readonly Person[] },
): Rotation {
  const people = readPeople(wish.people, known)
  const current = rotationAt(schedule, now) ?? schedule.rotations.at(-1)
  const zone = current?.zone ?? 'UTC'
  const days = wish.rotation === undefined ? (current?.days ?? WEEK) : readRotation(wish.rotation)
  const from = readMoment(wish.from ?? current?.anchor.slice(11) ?? HANDOVER, zone)
  const anchor = from.kind === 'time' ? lastAt(from.time, from.zone, now) : from.local
  const since = Math.max(now, from.kind === 'time' ? now : from.at)
  const until = wish.until === undefined ? null : readPointAfter(wish.until, from.zone, since)
  if (until !== null && until <= since) throw endsFirst()
  return { people, days, anchor, zone: from.zone, since, until }
}

/** The stretch of time an override is for; from now on unless it says otherwise. Throws `bad_input` for one that is over or lasts too long. */
export function readSpan(
  { from, until }: { readonly from?: string | undefined; readonly until: string },
  zone: string,
  now: number,
): { readonly from: number; readonly until: number } {
  const begin = from === undefined ? now : readPointAfter(from, zone, now)
  const end = readPointAfter(until, zone, begin)
  if (end <= begin || end <= now) throw endsFirst()
  if (end - begin > YEAR_MS)
    throw new OpsError('bad_input', tr('An override lasts a year at most.', '代班最長一年。'), {
      hint: tr('Give an earlier end with until.', '請以 until 指定較早的結束時間。'),
    })
  return { from: begin, until: end }
}

const endsFirst = (): OpsError =>
  new OpsError('bad_input', tr('That would be over before it begins.', '結束時間早於開始時間。'), {
    hint: tr(
      'Give a later end: until=18:00 or until=4h.',
      '請指定較晚的結束時間：until=18:00 或 until=4h。',
    ),
  })
