import { type Block, fields, table } from '../reply.ts'
import { duration, join, say, type Text, tr } from '../text.ts'
import { localTime } from './moment.ts'
import type { Person } from './ports.ts'
import type { Rotation } from './rotation.ts'
import { personAt, type Schedule, type Shift, shiftsIn } from './schedule.ts'

/** A person as they are called; the id behind it, so that two of one name can be told apart. */
export const personWords = ({ key, name }: Person): string =>
  name === key ? key : `${name} (${key})`

export const NOBODY_WORDS = tr(
  'nobody: owners and admins are asked',
  '無人：改為通知擁有者與管理員',
)

const onCallWords = (person: Person | null): Text =>
  person === null ? NOBODY_WORDS : personWords(person)

const zoned = (en: string, zhTW: string, zone: string): Text =>
  tr(`${en} (${zone})`, `${zhTW}（${zone}）`)

/** When a shift ends: the zone's own date and time, and how long that is from now. */
export function untilWords(to: number, zone: string, now: number): Text {
  const [at, left] = [localTime(to, zone, true), duration(to - now)]
  return tr(
    `${say(at, 'en')} ${zone} (in ${say(left, 'en')})`,
    `${say(at, 'zh-TW')} ${zone}（${say(left, 'zh-TW')}後）`,
  )
}

/** Shifts, a row each, in the zone's own time. */
export const shiftTable = (shifts: readonly Shift[], zone: string): Block =>
  table(
    [zoned('From', '開始', zone), tr('Until', '結束'), tr('On call', '值班')],
    shifts.map(({ from, to, person, override }) => [
      localTime(from, zone),
      to === null ? tr('open', '未定') : localTime(to, zone),
      override ? join(' · ', onCallWords(person), tr('stands in', '代班')) : onCallWords(person),
    ]),
  )

/** Who would be on call before and after a change, a row for each time something is different from the row above. */
export function comparison(
  { before, after }: { readonly before: Schedule; readonly after: Schedule },
  { from, to, zone }: { readonly from: number; readonly to: number; readonly zone: string },
): Block {
  const edges = [before, after].flatMap((one) => shiftsIn(one, from, to).map((shift) => shift.from))
  const rows = Array.from(new Set(edges))
    .sort((a, b) => a - b)
    .map((at) => [
      localTime(at, zone),
      onCallWords(personAt(before, at)),
      onCallWords(personAt(after, at)),
    ])
  return table([zoned('From', '開始', zone), tr('Before', '變更前'), tr('After', '變更後')], rows)
}

/** A rotation as it was set. */
export const rotationFields = (rotation: Rotation): Block =>
  fields(
    [tr('People, in turn', '輪值順序'), rotation.people.map(personWords).join(', ')],
    [tr('Rotation', '週期'), everyWords(rotation)],
    [tr('Handover', '交班'), `${rotation.anchor.slice(11, 16)} ${rotation.zone}`],
    [
      tr('Ends', '結束'),
      rotation.until === null ? undefined : localTime(rotation.until, rotation.zone, true),
    ],
  )

const everyWords = ({ days }: Rotation): Text => {
  if (days === 1) return tr('daily', '每日')
  if (days === 7) return tr('weekly', '每週')
  return tr(`every ${days} days`, `每 ${days} 天`)
}
