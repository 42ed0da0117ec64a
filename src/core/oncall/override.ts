import { actorKey } from '../access.ts'
import type { ChatContext } from '../context.ts'
import { type Action, reply, type Reply, text } from '../reply.ts'
import { tr } from '../text.ts'
import { OpsError } from '../errors.ts'
import { peopleOf } from './names.ts'
import type { Person } from './ports.ts'
import { type Schedule, type Shift, shiftsFrom } from './schedule.ts'
import { OVERRIDES_MAX, withoutOverrides, withOverride } from './schedule-change.ts'
import { readPerson, readSpan } from './schedule-input.ts'
import { changeSchedule, readSchedule } from './schedule-store.ts'
import { personWords, shiftTable } from './schedule-words.ts'
import { zoneOf } from './who.ts'

/** In place of a person: whoever stands in is taken out. */
const NONE = 'none'
const FORTNIGHT_MS = 14 * 86_400_000

interface Wish {
  readonly people: string
  readonly from?: string | undefined
  readonly until: string
}

/** Who stands in from when until when (nobody: overrides were taken out), and the shifts around it. */
export interface Overridden {
  readonly person: Person | null
  readonly from: number
  readonly until: number
  readonly zone: string
  readonly shifts: readonly Shift[]
}

/** Puts somebody in the place of whoever has the turn, or takes those who stand in out. */
export async function override(context: ChatContext, wish: Wish): Promise<Overridden> {
  const { store, clock, actor } = context
  const now = clock.now()
  const current = await readSchedule(store)
  const zone = zoneOf(current, now)
  const span = readSpan(wish, zone, now)
  const known = [...peopleOf(current), { key: actorKey(actor), name: actor.name }]
  const person =
    wish.people.trim().toLowerCase() === NONE ? null : readPerson(wish.people.trim(), known)
  const change = (before: Schedule): Schedule => {
    if (person === null) return withoutOverrides(before, span, now)
    if (before.overrides.length >= OVERRIDES_MAX) throw full()
    return withOverride(before, { ...span, person, by: actorKey(actor), at: now }, now)
  }
  const after = await changeSchedule(store, change)
  // To whoever has the turn after it; of a long one the first weeks.
  const to = Math.min(span.until + 1, span.from + FORTNIGHT_MS)
  const shown = shiftsFrom(after, span.from, to)
  return { person, ...span, zone, shifts: shown }
}

export function renderOverride({ person, from, until, zone, shifts }: Overridden): Reply {
  const title =
    person === null
      ? tr('Those who stood in are taken out', '已取消代班')
      : tr(`${person.name} stands in`, `由 ${person.name} 代班`)
  const at = (ms: number) => new Date(ms).toISOString()
  const undo: Action = {
    label: tr('Undo', '復原'),
    style: 'neutral',
    intent: {
      do: 'run',
      command: 'oncall override',
      input: { people: NONE, from: at(from), until: at(until) },
    },
  }
  return reply.ok(
    title,
    [...(person === null ? [] : [text(personWords(person))]), shiftTable(shifts, zone)],
    person === null ? {} : { actions: [undo] },
  )
}

const full = (): OpsError =>
  new OpsError(
    'conflict',
    tr(`There are ${OVERRIDES_MAX} overrides already.`, `已有 ${OVERRIDES_MAX} 筆代班。`),
    {
      hint: tr(
        'Take some out: /oncall override people=none from=… until=…, or change the rotation: /oncall schedule set.',
        '請取消部分代班：/oncall override people=none from=… until=…，或以 /oncall schedule set 變更輪值。',
      ),
    },
  )
