import { flyErrors } from './errors.ts'
import type { Answer, Context, Route } from './router.ts'
import { json, machineOf } from './router.ts'
import type { FakeMachine } from './types.ts'
import type { World } from './world.ts'
import { durationMs } from './values.ts'

const states = ['started', 'stopped', 'suspended', 'destroyed', 'failed', 'settled']
const settled = ['started', 'stopped', 'suspended', 'destroyed', 'failed']

export const waitRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/apps/:app/machines/:machine/wait',
    action: 'machine.wait',
    query: ['version', 'instance_id', 'from_event_id', 'timeout', 'state'],
    handle: wait,
  },
]

interface Wanted {
  readonly states: readonly string[]
  readonly version: string | null
  readonly fromEvent: string | null
}

async function wait(context: Context): Promise<Answer> {
  const { world, query } = context
  const machine = machineOf(context)
  const wanted = wantedOf(query)
  const timeoutMs = durationMs(query.get('timeout') ?? '60') ?? 0
  if (timeoutMs < 1000 || timeoutMs > 60_000) throw flyErrors.waitRange()
  if (world.settings.stoppedNeedsVersion && wanted.states.includes('stopped') && !wanted.version) {
    throw flyErrors.invalid('instance_id is required when waiting for stopped')
  }
  const reached = await waitFor(world, machine, {
    timeoutMs,
    signal: context.signal,
    until: () => hasReached(machine, wanted),
  })
  if (!reached) throw flyErrors.waitTimeout(wanted.states.join(', '), machine.state)
  return json({
    ok: true,
    state: machine.state,
    version: machine.instanceId,
    event_id: machine.stateEvent,
  })
}

function wantedOf(query: URLSearchParams): Wanted {
  const named = query.getAll('state').flatMap((value) => value.split(','))
  const unknown = named.find((state) => !states.includes(state))
  if (unknown !== undefined) throw flyErrors.invalid(`unknown state '${unknown}'`)
  return {
    states: named.length === 0 ? ['started'] : named,
    version: query.get('version') ?? query.get('instance_id'),
    fromEvent: query.get('from_event_id'),
  }
}

function hasReached(machine: FakeMachine, { states: wanted, version, fromEvent }: Wanted): boolean {
  const all = wanted.flatMap((state) => (state === 'settled' ? settled : [state]))
  const old = version !== null && version !== machine.instanceId
  if (old) return all.includes('stopped') && isOldVersion(machine, version)
  if (fromEvent !== null && machine.stateEvent <= fromEvent) return false
  return all.includes(machine.state)
}

function isOldVersion(machine: FakeMachine, version: string): boolean {
  return machine.versions.some((candidate) => candidate.version === version)
}

/** Resolves true as soon as `until` holds after a change, false when the time is over or nobody waits any more. */
export async function waitFor(
  world: World,
  machine: FakeMachine,
  options: {
    /** For ever when left out. */
    readonly timeoutMs?: number
    readonly signal?: AbortSignal
    readonly until: () => boolean
  },
): Promise<boolean> {
  if (options.until()) return true
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const watcher = (changed: FakeMachine): void => {
    if (changed === machine && options.until()) resolve(true)
  }
  const leave = (): void => resolve(false)
  const { timeoutMs } = options
  const cancel = timeoutMs === undefined ? leave : world.clock.after(timeoutMs, leave)
  const unpark = world.clock.park()
  world.watchers.add(watcher)
  options.signal?.addEventListener('abort', leave, { once: true })
  try {
    return await promise
  } finally {
    cancel()
    unpark()
    world.watchers.delete(watcher)
    options.signal?.removeEventListener('abort', leave)
  }
}
