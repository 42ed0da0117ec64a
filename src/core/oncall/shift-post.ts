import { type Block, fields, reply, type Reply, text } from '../reply.ts'
import { tr } from '../text.ts'
import { personWords, untilWords } from './schedule-words.ts'
import { personAt, type Schedule, type Shift, shiftAt } from './schedule.ts'

/** A handover is news for this long. */
const NEWS_MS = 3_600_000

/** The shift that begins at this moment, unless it is over, or old news. */
export function begunAt(schedule: Schedule, at: number, now: number): Shift | undefined {
  if (now - at > NEWS_MS) return undefined
  const shift = shiftAt(schedule, at)
  const same = personAt(schedule, at - 1)?.key === shift.person?.key
  return same || (shift.to ?? Infinity) <= now ? undefined : shift
}

/** "Ana is on call until …", which mentions her. */
export function shiftReply({ from, to, person }: Shift, zone: string): Reply {
  const until: readonly Block[] =
    to === null ? [] : [fields([tr('Until', '直到'), untilWords(to, zone, from)])]
  if (person === null)
    return reply.warn(tr('Nobody is on call from now on', '即刻起無人值班'), [text(GAP), ...until])
  const [platform, id = ''] = person.key.split(':')
  const who = fields([tr('Who', '人員'), personWords(person)])
  return {
    ...reply.info(tr(`${person.name} is on call`, `現在由 ${person.name} 值班`), [who, ...until]),
    mention: [
      { platform: platform === 'telegram' ? 'telegram' : 'discord', id, name: person.name },
    ],
  }
}

const GAP = tr(
  'Owners and admins are asked instead. Fill the gap: /oncall override people=<@…> until=….',
  '改為通知擁有者與管理員。補上空缺：/oncall override people=<@…> until=…。',
)
