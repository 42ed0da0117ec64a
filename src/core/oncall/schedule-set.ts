import { actorKey } from '../access.ts'
import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { type Block, reply, type Reply, text } from '../reply.ts'
import { tr } from '../text.ts'
import { mustRuleAll } from './desk.ts'
import { powerless } from './can-acknowledge.ts'
import { peopleOf } from './names.ts'
import type { Person } from './ports.ts'
import type { Rotation } from './rotation.ts'
import { type Schedule, shiftsFrom } from './schedule.ts'
import { withRotation } from './schedule-change.ts'
import { readWish, type Wish } from './schedule-input.ts'
import { changeSchedule, readSchedule } from './schedule-store.ts'
import { comparison, personWords, rotationFields, shiftTable } from './schedule-words.ts'

const WEEK_MS = 7 * 86_400_000

export interface SetData {
  readonly rotation: Rotation
  readonly rev: number
}

/** Who is on call before and after, for the week that begins when it counts. */
export async function planSet(context: WorkContext, wish: Wish): Promise<Plan> {
  await mustRuleAll(context, null)
  const now = context.clock.now()
  const before = await readSchedule(context.store)
  const known = [...peopleOf(before), personOfActor(context)]
  const rotation = readWish(wish, before, { now, known })
  const after = withRotation(before, rotation, now)
  const { people, days, anchor, zone, since } = rotation
  const week = { from: since, to: since + WEEK_MS, zone }
  return {
    title: tr('Change who is on call?', '要變更值班人員嗎？'),
    blocks: [
      rotationFields(rotation),
      comparison({ before, after }, week),
      ...(await warnings(context, { rotation, before })),
    ],
    // What moves with the clock is left out: it would be another plan at every look.
    fingerprint: JSON.stringify([before.rev, people, days, anchor, zone, wish.until ?? null]),
    data: { rotation, rev: before.rev } satisfies SetData,
  }
}

async function warnings(
  { desk, clock }: WorkContext,
  { rotation, before }: { readonly rotation: Rotation; readonly before: Schedule },
): Promise<readonly Block[]> {
  const { people, since } = rotation
  const state = await desk?.access.fresh()
  const without = state === undefined ? [] : powerless(state, people, clock.now())
  const names = without.map(personWords).join(', ')
  const dropped = before.rotations.filter((one) => one.since >= since).length
  return [
    ...(without.length === 0
      ? []
      : [
          text(
            tr(
              `No role of their own yet, so they could not acknowledge: ${names}. Give them one: /ops access allow who=… role=responder.`,
              `尚無角色，因此無法認領：${names}。請授予角色：/ops access allow who=… role=responder。`,
            ),
          ),
        ]),
    ...(dropped === 0
      ? []
      : [
          text(
            tr(
              'A rotation that was planned for later is replaced by this one.',
              '原本排定於之後生效的輪值會被取代。',
            ),
          ),
        ]),
  ]
}

export interface WasSet {
  readonly rotation: Rotation
  readonly now: number
  readonly schedule: Schedule
}

/** One step, so that a run that was cut off goes on with the plan that was confirmed. */
export async function runSet(context: WorkContext, data: SetData): Promise<WasSet> {
  const title = tr('Set the schedule', '設定班表')
  const label = tr('Write the rotation', '寫入輪值')
  const step = { id: 'set', label, do: async () => void (await write(context, data)) }
  await context.steps(title, [{ ...step, done: () => written(context, data) }])
  const schedule = await readSchedule(context.store)
  return { rotation: data.rotation, now: context.clock.now(), schedule }
}

const written = async (
  { store }: WorkContext,
  { rotation }: SetData,
): Promise<true | undefined> => {
  const { rotations } = await readSchedule(store)
  const same = rotations.some((one) => JSON.stringify(one) === JSON.stringify(rotation))
  return same || undefined
}

const write = ({ store, clock }: WorkContext, { rotation, rev }: SetData): Promise<Schedule> =>
  changeSchedule(store, (before) => withRotation(before, rotation, clock.now()), rev)

export function renderSet({ rotation, now, schedule }: WasSet): Reply {
  const from = Math.max(now, rotation.since)
  const shifts = shiftsFrom(schedule, from, from + 2 * WEEK_MS)
  return reply.ok(tr('The schedule is set', '班表已設定'), [
    rotationFields(rotation),
    shiftTable(shifts, rotation.zone),
  ])
}

/** The asker, by the name the platform gave. */
export const personOfActor = ({ actor }: Pick<WorkContext, 'actor'>): Person => ({
  key: actorKey(actor),
  name: actor.name,
})
