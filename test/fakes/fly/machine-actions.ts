import { guestOf, stopOf } from './config-view.ts'
import { flyErrors } from './errors.ts'
import { addEvent, enter } from './events.ts'
import { boot, endRun, schedule } from './lifecycle.ts'
import type { Answer, Context, Route } from './router.ts'
import { json, machineToChange, ok } from './router.ts'
import type { FakeMachine, Plan } from './types.ts'
import type { World } from './world.ts'
import { durationMs, number, record, text } from './values.ts'

const one = '/v1/apps/:app/machines/:machine'
const stopSignals = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGKILL', 'SIGUSR1', 'SIGUSR2', 'SIGTERM']
const otherSignals = ['SIGABRT', 'SIGALRM', 'SIGFPE', 'SIGILL', 'SIGPIPE', 'SIGSEGV', 'SIGTRAP']
const signals = new Set([...stopSignals, ...otherSignals])

type Action = Pick<Route, 'query' | 'schema'> & {
  readonly name: string
  readonly handle: Route['handle']
}

const actions: readonly Action[] = [
  { name: 'start', handle: start },
  { name: 'stop', schema: 'StopRequest', handle: stop },
  { name: 'restart', query: ['timeout', 'signal', 'force_stop'], handle: restart },
  { name: 'suspend', handle: suspend },
  { name: 'signal', schema: 'SignalRequest', handle: signal },
]

export const actionRoutes: readonly Route[] = actions.map(({ name, ...action }) => ({
  ...action,
  method: 'POST',
  path: `${one}/${name}`,
  action: `machine.${name}`,
  writes: true,
}))

function start(context: Context): Answer {
  const machine = machineToChange(context)
  const previous = machine.state
  refuseStart(context.world, machine)
  startMachine(context.world, machine)
  return json({ previous_state: previous, migrated: false, new_host: '' })
}

function refuseStart(world: World, machine: FakeMachine): void {
  const { state } = machine
  if (state === 'destroyed') throw flyErrors.machineNotFound()
  if (state === 'replacing' || state === 'updating') throw flyErrors.gettingReplaced()
  if (!['stopped', 'suspended', 'failed'].includes(state)) throw flyErrors.cannotStart(state)
  if (machine.activeUntil > world.clock.now()) throw flyErrors.stillActive()
}

export function startMachine(world: World, machine: FakeMachine): void {
  addEvent(world, machine, { type: 'start', status: 'starting', source: 'user' })
  boot(world, machine)
}

function stop(context: Context): Answer {
  const { world, body } = context
  const machine = machineToChange(context)
  const asked = text(body['signal'])
  if (asked !== undefined && !stopSignals.includes(asked)) throw flyErrors.invalid('signal')
  const { state } = machine
  if (state === 'destroyed') throw flyErrors.machineNotFound()
  if (state === 'replacing' || state === 'destroying') throw flyErrors.cannot('stop', state)
  if (state !== 'stopped' && machine.plan !== 'stop') {
    stopMachine(world, machine, stopOf(machine.config, body))
  }
  return ok
}

function stopMachine(world: World, machine: FakeMachine, how: ReturnType<typeof stopOf>): void {
  addEvent(world, machine, { type: 'stop', status: 'stopping', source: 'user' })
  windDown(world, machine, { plan: 'stop', state: 'stopping', how })
}

/** The answer comes first; the state follows a moment later, so a wait may still see the old run. */
function windDown(
  world: World,
  machine: FakeMachine,
  to: { readonly plan: Plan; readonly state: string; readonly how: ReturnType<typeof stopOf> },
): void {
  const act = (): void => {
    enter(world, machine, to.state)
    endRun(world, machine, to.plan, to.how)
  }
  if (machine.process === 'none' || world.settings.delays.lag <= 0) return act()
  machine.plan = to.plan
  schedule(world, machine, world.settings.delays.lag, act)
}

/** On a stopped machine it does nothing at all. */
function restart(context: Context): Answer {
  const { world, query } = context
  const machine = machineToChange(context)
  if (machine.state === 'stopped') return ok
  if (machine.state !== 'started') throw flyErrors.cannot('restart', machine.state)
  const timeout = query.get('timeout')
  if (timeout !== null && durationMs(timeout) === undefined) throw flyErrors.invalid('timeout')
  const asked = stopOf(machine.config, { signal: query.get('signal'), timeout })
  const force = query.get('force_stop') === 'true'
  const how = force ? { signal: 'SIGKILL', timeoutMs: 0 } : asked
  addEvent(world, machine, { type: 'restart', status: 'stopping', source: 'user' })
  windDown(world, machine, { plan: 'restart', state: 'restarting', how })
  return ok
}

function suspend(context: Context): Answer {
  const { world } = context
  const machine = machineToChange(context)
  if (machine.state !== 'started') throw flyErrors.cannot('suspend', machine.state)
  const { config } = machine
  const swap = number(record(config['init'])['swap_size_mb']) ?? 0
  const fits = guestOf(config).memoryMb <= 2048 && swap === 0
  if (!fits || text(config['schedule']) !== undefined) {
    throw flyErrors.invalid('machine cannot be suspended: it has over 2 GB, swap or a schedule')
  }
  addEvent(world, machine, { type: 'suspend', status: 'suspending', source: 'user' })
  const how = { signal: 'SIGKILL', timeoutMs: 0 }
  windDown(world, machine, { plan: 'suspend', state: 'suspending', how })
  return ok
}

function signal(context: Context): Answer {
  const { world, body } = context
  const machine = machineToChange(context)
  const asked = body['signal'] === 9 ? 'SIGKILL' : text(body['signal'])
  if (asked === undefined || !signals.has(asked)) throw flyErrors.invalid('signal')
  if (machine.process !== 'running') throw flyErrors.cannot('signal', machine.state)
  world.runtime.signal(machine, asked)
  return ok
}
