import type { Builders } from './builders.ts'
import { addLog } from './logs.ts'
import { startMachine } from './machine-actions.ts'
import { leaseOf } from './router.ts'
import { setCheck } from './runtime.ts'
import type { FakeCheck, FakeMachine } from './types.ts'
import type { Capacity, World } from './world.ts'
import { list, record } from './values.ts'
import { waitFor } from './wait.ts'

/** What a request from outside met at Fly's proxy. */
type Visit = 'no-address' | 'no-service' | 'started' | 'served' | 'lease-held' | 'no-machine'

/** Things that happen to machines by themselves. */
export interface Controls {
  /** The process ends although nobody asked; the restart policy decides what follows. */
  readonly crash: (id: string, exit?: { readonly code?: number; readonly signal?: number }) => void
  /** The kernel kills the process for want of memory. */
  readonly oom: (id: string) => void
  /** Only for machines without an inside: real ones are really checked. */
  readonly setCheck: (id: string, check: Pick<FakeCheck, 'name' | 'status' | 'output'>) => void
  /** Room left in a region; `null` for as much as you like. */
  readonly setCapacity: (region: string, capacity: Capacity | null) => void
  /** Memory the whole organisation may use, in MB. */
  readonly setQuota: (memoryMb: number) => void
  /** Without one, a second machine in an app is refused with 422. */
  readonly setPaymentMethod: (has: boolean) => void
  /** Waiting for `stopped` without a version answers 400, as it once did. */
  readonly setStoppedNeedsVersion: (needs: boolean) => void
  /** A request from the internet: the proxy starts a stopped machine that allows it. */
  readonly visit: (app: string) => Visit
  /** Resolves when a machine is in a state, now or later. */
  readonly until: (id: string, state: string) => Promise<void>
  /** Resolves with the first log line that matches, written already or later. */
  readonly untilLog: (app: string, pattern: RegExp) => Promise<string>
}

export function createControls(
  world: World,
  builders: Builders,
  logWatchers: Set<() => void>,
): Controls {
  const { machine } = builders
  return {
    crash: (id, exit = {}) =>
      world.runtime.crash(machine(id), { code: exit.code ?? 1, signal: exit.signal ?? -1 }),
    oom: (id) => {
      machine(id).oomKilled = true
      world.runtime.crash(machine(id), { code: 137, signal: 9 })
    },
    setCheck: (id, check) => void setCheck(machine(id), check, world.clock.now()),
    ...circumstances(world),
    visit: (name) => visit(world, builders, name),
    until: async (id, state) => {
      const until = (): boolean => machine(id).state === state
      await waitFor(world, machine(id), { until })
    },
    untilLog: (name, pattern) => {
      const { promise, resolve } = Promise.withResolvers<string>()
      const look = (): void => {
        const line = builders.app(name).logs.find(({ message }) => pattern.test(message))
        if (line === undefined) return
        logWatchers.delete(look)
        resolve(line.message)
      }
      logWatchers.add(look)
      look()
      return promise
    },
  }
}

type Circumstance = 'setCapacity' | 'setQuota' | 'setPaymentMethod' | 'setStoppedNeedsVersion'

function circumstances(world: World): Pick<Controls, Circumstance> {
  return {
    setCapacity: (region, capacity) => {
      if (capacity === null) world.capacity.delete(region)
      else world.capacity.set(region, capacity)
    },
    setQuota: (memoryMb) => {
      world.settings.memoryQuotaMb = memoryMb
    },
    setPaymentMethod: (has) => {
      world.settings.paymentMethod = has
    },
    setStoppedNeedsVersion: (needs) => {
      world.settings.stoppedNeedsVersion = needs
    },
  }
}

function visit(world: World, builders: Builders, name: string): Visit {
  const app = builders.app(name)
  const reachable = app.addresses.some(({ type }) => !type.startsWith('egress'))
  if (!reachable) return 'no-address'
  const routed = [...app.machines.values()].filter(
    (machine) => !machine.cordoned && list(machine.config['services']).length > 0,
  )
  if (routed.length === 0) return 'no-service'
  if (routed.some(({ state }) => state === 'started')) return 'served'
  const idle = routed.find(
    (machine) => ['stopped', 'suspended'].includes(machine.state) && autostarts(machine),
  )
  return idle === undefined ? 'no-machine' : autostart(world, idle)
}

function autostart(world: World, machine: FakeMachine): Visit {
  const lease = leaseOf(world, machine)
  if (lease === null) {
    startMachine(world, machine)
    return 'started'
  }
  const app = world.apps.get(machine.app)
  const expires = new Date(lease.expiresAt * 1000).toISOString()
  const message = `[PM01] machines API returned an error: "machine ID ${machine.id} lease currently held by ${lease.owner}, expires at ${expires}"`
  const line = { message, level: 'error', provider: 'proxy' }
  if (app !== undefined)
    addLog(world, app, { ...line, machine: machine.id, region: machine.region })
  return 'lease-held'
}

function autostarts(machine: FakeMachine): boolean {
  return list(machine.config['services']).some((service) => record(service)['autostart'] === true)
}
