import type { WorkContext } from '../context.ts'
import { type ErrorCode, OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { tr } from '../text.ts'
import { attempt } from './attempt.ts'

type Context = Pick<WorkContext, 'app' | 'fly' | 'clock' | 'signal'>

const WAIT_SECONDS = 60
/** Image pulls on a cold host take minutes. */
const LIMIT_MS = 300_000
const LOOK_MS = 60_000
const PAUSE_MS = 1000
const AT_REST: ReadonlySet<string> = new Set(['stopped', 'suspended', 'created'])
/** A look that fails so says nothing about the machine, so the wait goes on; what Fly refuses for good ends it. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'not_ready',
  'server',
  'network',
  'rate_limited',
  'ambiguous',
])

/** Waits until a machine is in one of the states, looking after each wait of Fly's; gives the machine. Rejects with `unproven` after 5 minutes. */
export async function waitFor(
  context: Context,
  id: string,
  goal: { readonly state: 'started' | 'stopped' | 'settled'; readonly fromEventId?: string },
  isThere: (machine: Machine) => boolean,
): Promise<Machine> {
  const { app, fly, clock, signal } = context
  const giveUp = clock.now() + LIMIT_MS
  for (;;) {
    // However this ends, the look that follows tells.
    await attempt(fly.wait(app, id, { ...goal, seconds: WAIT_SECONDS }), signal)
    const machine = await passing(fly.machine(app, id))
    if (machine instanceof OpsError) {
      if (clock.now() >= giveUp) throw machine
    } else {
      if (isThere(machine)) return machine
      if (machine.state === 'failed') throw failed(id)
      if (clock.now() >= giveUp) throw notSettled(machine, goal.state)
    }
    await clock.sleep(PAUSE_MS, signal)
  }
}

/** The machine as it is after an update of `version`: at rest where it was at rest, running where it ran. */
export const afterUpdate = (
  context: Context,
  id: string,
  { version, started }: { readonly version: string; readonly started: boolean },
): Promise<Machine> =>
  waitFor(
    context,
    id,
    { state: started ? 'started' : 'settled' },
    (machine) =>
      machine.version !== version &&
      (started ? machine.state === 'started' : AT_REST.has(machine.state)),
  )

/** One look at a machine that has to succeed because what was done depends on it: tried for a minute. */
export async function lookPatiently(context: Context, id: string): Promise<Machine> {
  const { app, fly, clock, signal } = context
  const giveUp = clock.now() + LOOK_MS
  for (;;) {
    const machine = await passing(fly.machine(app, id))
    if (!(machine instanceof OpsError)) return machine
    if (clock.now() >= giveUp) throw machine
    await clock.sleep(PAUSE_MS, signal)
  }
}

/** What came of a call, or its error where looking again may do better. */
export async function passing<T>(work: Promise<T>): Promise<T | OpsError> {
  try {
    return await work
  } catch (error) {
    if (error instanceof OpsError && PASSING.has(error.code)) return error
    throw error
  }
}

const failed = (id: string): OpsError =>
  new OpsError(
    'not_ready',
    tr(`Fly says that machine ${id} failed.`, `Fly 表示機器 ${id} 已失敗。`),
    {
      hint: tr('Look at its logs and events.', '請查看其紀錄與事件。'),
    },
  )

const notSettled = ({ id, state }: Machine, goal: string): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `Machine ${id} is ${state} and was not seen ${goal} within 5 minutes.`,
      `機器 ${id} 目前為 ${state}，5 分鐘內未達到 ${goal}。`,
    ),
    { hint: tr('Look at status in a moment.', '請稍後再看 status。') },
  )
