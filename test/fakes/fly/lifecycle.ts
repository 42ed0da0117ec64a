import { restartOf } from './config-view.ts'
import { addEvent, crashRequest, enter, replacedExit, requestedExit } from './events.ts'
import type { ProcessExit } from './runtime.ts'
import { setCheck } from './runtime.ts'
import type { FakeMachine, Plan } from './types.ts'
import type { World } from './world.ts'

const crashWindowMs = 300_000

/** Replaces whatever was about to happen to the machine. */
export function schedule(world: World, machine: FakeMachine, ms: number, run: () => void): void {
  machine.cancel()
  machine.cancel = world.clock.after(ms, run)
}

/** From `created`: the image is pulled, then the machine boots, or lies stopped when it is not to be launched. */
export function prepare(world: World, machine: FakeMachine, launch: boolean): void {
  enter(world, machine, 'created')
  schedule(world, machine, world.settings.delays.imagePull, () => {
    if (launch) boot(world, machine)
    else enter(world, machine, 'stopped')
  })
}

export function boot(world: World, machine: FakeMachine): void {
  enter(world, machine, 'starting')
  schedule(world, machine, world.settings.delays.boot, () => void bootNow(world, machine))
}

/** Without the time a boot takes; never rejects. */
export async function bootNow(world: World, machine: FakeMachine): Promise<void> {
  machine.process = 'spawning'
  try {
    await world.runtime.boot(machine, (exit) => exited(world, machine, exit))
    booted(world, machine)
  } catch (error) {
    failed(world, machine, error)
  }
}

function booted(world: World, machine: FakeMachine): void {
  if (machine.process === 'none') return
  machine.process = 'running'
  if (machine.plan !== null) {
    world.runtime.stop(machine, { signal: 'SIGKILL', timeoutMs: 0 })
    return
  }
  addEvent(world, machine, { type: 'start', status: 'started', source: 'flyd' })
  enter(world, machine, 'started')
}

function failed(world: World, machine: FakeMachine, error: unknown): void {
  machine.process = 'none'
  world.mistake('crash', `${machine.id} could not be started: ${String(error)}`)
  enter(world, machine, 'failed')
}

/** Ends the run, if there is one, and goes on with `plan` once it is over. */
export function endRun(
  world: World,
  machine: FakeMachine,
  plan: Plan,
  how: { readonly signal: string; readonly timeoutMs: number },
): void {
  machine.cancel()
  machine.plan = plan
  if (machine.process === 'running') world.runtime.stop(machine, how)
  if (machine.process === 'none') {
    machine.plan = null
    goOn(world, machine, plan)
  }
}

function exited(world: World, machine: FakeMachine, exit: ProcessExit): void {
  const { plan } = machine
  machine.cancel()
  machine.process = 'none'
  machine.plan = null
  for (const { name } of machine.checks) {
    setCheck(
      machine,
      { name, status: 'critical', output: 'connect: connection refused' },
      world.clock.now(),
    )
  }
  if (plan === null) crashed(world, machine, exit)
  else {
    const request = plan.startsWith('replace') ? replacedExit(exit) : requestedExit(world, exit)
    if (plan !== 'suspend') {
      addEvent(world, machine, { type: 'exit', status: 'stopped', source: 'flyd', request })
    }
    goOn(world, machine, plan)
  }
}

function goOn(world: World, machine: FakeMachine, plan: Plan): void {
  const { delays } = world.settings
  switch (plan) {
    case 'stop':
      machine.activeUntil = world.clock.now() + delays.active
      return enter(world, machine, 'stopped')
    case 'restart':
      addEvent(world, machine, { type: 'restart', status: 'starting', source: 'flyd' })
      return boot(world, machine)
    case 'replace':
      return schedule(world, machine, delays.replace, () => boot(world, machine))
    case 'replace-stopped':
      return schedule(world, machine, delays.replace, () => {
        addEvent(world, machine, { type: 'update', status: 'stopped', source: 'flyd' })
        enter(world, machine, 'stopped')
      })
    case 'suspend':
      addEvent(world, machine, { type: 'suspend', status: 'suspended', source: 'flyd' })
      return enter(world, machine, 'suspended')
    case 'destroy':
      return schedule(world, machine, delays.destroy, () => destroyed(world, machine))
  }
}

function destroyed(world: World, machine: FakeMachine): void {
  addEvent(world, machine, { type: 'destroy', status: 'destroyed', source: 'flyd' })
  enter(world, machine, 'destroyed')
  machine.cancel = world.clock.after(world.settings.delays.forget, () => {
    const app = world.apps.get(machine.app)
    for (const volume of app?.volumes.values() ?? []) {
      if (volume.machine === machine.id) volume.machine = null
    }
  })
}

/** Restart policy: on failure, ten times in five minutes, then it just stays stopped. */
function crashed(world: World, machine: FakeMachine, exit: ProcessExit): void {
  const now = world.clock.now()
  const { policy, retries } = restartOf(machine.config)
  const oom = machine.oomKilled
  const broken = exit.code !== 0 || exit.signal > 0
  machine.oomKilled = false
  machine.crashes = machine.crashes.filter((at) => at > now - crashWindowMs)
  const wanted = policy === 'always' || (policy === 'on-failure' && broken)
  const restarting = wanted && (policy === 'always' || machine.crashes.length < retries)
  if (restarting) machine.crashes.push(now)
  const restartCount = machine.crashes.length
  const request = crashRequest(world, { ...exit, oom, restarting, restartCount })
  addEvent(world, machine, { type: 'exit', status: 'stopped', source: 'flyd', request })
  if (restarting) return goOn(world, machine, 'restart')
  if (machine.config['auto_destroy'] === true) return goOn(world, machine, 'destroy')
  enter(world, machine, 'stopped')
}
