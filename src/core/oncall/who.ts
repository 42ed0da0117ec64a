import type { AccessState } from '../access.ts'
import { type Action, fields, reply, type Reply, text } from '../reply.ts'
import { tr } from '../text.ts'
import { chiefsOf } from './chiefs.ts'
import type { Person } from './ports.ts'
import { rotationAt, type Schedule, shiftAt, shiftsFrom } from './schedule.ts'
import {
  NOBODY_WORDS,
  personWords,
  rotationFields,
  shiftTable,
  untilWords,
} from './schedule-words.ts'

const FORTNIGHT_MS = 14 * 86_400_000

/** Who is on call now, until when, and who comes then. Times in ms. */
export interface Who {
  readonly person: Person | null
  readonly override: boolean
  readonly until: number | null
  readonly next: Person | null
  readonly zone: string
  readonly now: number
  /** Who is asked where nobody is on call. */
  readonly chiefs: readonly string[]
}

export function whoNow(schedule: Schedule, state: AccessState | undefined, now: number): Who {
  const shift = shiftAt(schedule, now)
  return {
    person: shift.person,
    override: shift.override,
    until: shift.to,
    next: shift.to === null ? null : shiftAt(schedule, shift.to).person,
    zone: zoneOf(schedule, now),
    now,
    chiefs: state ? chiefsOf(state, { app: null, now }).map(({ key }) => key) : [],
  }
}

export const zoneOf = (schedule: Schedule, now: number): string =>
  (rotationAt(schedule, now) ?? schedule.rotations.at(-1))?.zone ?? 'UTC'

const SCHEDULE: Action = {
  label: tr('Schedule', '班表'),
  style: 'neutral',
  intent: { do: 'run', command: 'oncall schedule show', input: {} },
}

export function renderWho(who: Who): Reply {
  const { person, override, until, next, chiefs } = who
  const title =
    person === null
      ? tr('Nobody is on call', '目前無人值班')
      : tr(`${person.name} is on call`, `目前由 ${person.name} 值班`)
  const say = person === null ? reply.warn : reply.info
  const askedInstead = person === null && chiefs.length > 0 ? chiefs.join(', ') : undefined
  return say(
    title,
    [
      fields(
        [tr('Now', '現在'), person === null ? undefined : personWords(person)],
        [tr('Asked instead', '改為通知'), askedInstead],
        [tr('How', '方式'), override ? tr('stands in for the one in turn', '代班') : undefined],
        [tr('Until', '直到'), until === null ? undefined : untilWords(until, who.zone, who.now)],
        [tr('Then', '之後'), until === null ? undefined : thenWords(next)],
      ),
      ...(person === null ? [text(SET_HINT)] : []),
    ],
    { actions: [SCHEDULE] },
  )
}

const thenWords = (next: Person | null) => (next === null ? NOBODY_WORDS : personWords(next))

const SET_HINT = tr(
  'Set a rotation: /oncall schedule set people=<@…>,<@…> rotation=weekly from=17:30.',
  '設定輪值：/oncall schedule set people=<@…>,<@…> rotation=weekly from=17:30。',
)

/** The next two weeks as they are planned now. */
export interface Shown {
  readonly schedule: Schedule
  readonly now: number
}

export function renderSchedule({ schedule, now }: Shown): Reply {
  const zone = zoneOf(schedule, now)
  const shifts = shiftsFrom(schedule, now, now + FORTNIGHT_MS)
  const rotation = rotationAt(schedule, now) ?? schedule.rotations.at(-1)
  const gaps = shifts.filter(({ person }) => person === null).length
  const say = gaps > 0 ? reply.warn : reply.info
  return say(tr('On call, the next two weeks', '未來兩週的值班'), [
    ...(rotation === undefined ? [] : [rotationFields(rotation)]),
    shiftTable(shifts, zone),
    ...(gaps === 0 ? [] : [text(rotation === undefined ? SET_HINT : gapWords(gaps))]),
  ])
}

const gapWords = (gaps: number) =>
  tr(
    `${gaps === 1 ? 'One stretch has' : `${gaps} stretches have`} nobody on call; owners and admins are asked then. Fill it: /oncall override people=<@…> from=… until=….`,
    `有 ${gaps} 段時間無人值班，屆時改為通知擁有者與管理員。補上：/oncall override people=<@…> from=… until=…。`,
  )
