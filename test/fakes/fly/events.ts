import type { ProcessExit } from './runtime.ts'
import type { FakeEvent, FakeMachine, Json } from './types.ts'
import type { World } from './world.ts'
import { rfc3339 } from './values.ts'

/** How many events the machine itself carries, as in what was recorded (machine-get.user-restart.2022-11.json); `/events` gives more. */
export const eventsInMachine = 5

export function addEvent(
  world: World,
  machine: FakeMachine,
  event: Pick<FakeEvent, 'type' | 'status' | 'source'> & { readonly request?: Json },
): FakeEvent {
  const timestamp = world.clock.now()
  const made = { ...event, id: world.ids.ulid(timestamp), timestamp }
  machine.events.unshift(made)
  machine.events.length = Math.min(machine.events.length, 100)
  return made
}

/** Moves a machine to a state and tells everyone who waits for it. */
export function enter(world: World, machine: FakeMachine, state: string): void {
  machine.state = state
  machine.updatedAt = world.clock.now()
  machine.stateEvent = machine.events[0]?.id ?? ''
  for (const watcher of world.watchers) watcher(machine)
}

interface Exit extends ProcessExit {
  readonly oom: boolean
  readonly restarting: boolean
  readonly restartCount: number
}

/** An exit nobody asked for: all fields there, beside a null `MonitorEvent`. */
export function crashRequest(world: World, exit: Exit): Json {
  return {
    MonitorEvent: null,
    exit_event: {
      exit_code: exit.code,
      guest_exit_code: exit.signal > 0 ? 0 : exit.code,
      guest_signal: exit.signal,
      oom_killed: exit.oom,
      requested_stop: false,
      restarting: exit.restarting,
      signal: -1,
      exited_at: rfc3339(world.clock.now()),
    },
    restart_count: exit.restartCount,
  }
}

/** An exit that was asked for comes inside `MonitorEvent`, without its zero values. */
export function requestedExit(world: World, exit: ProcessExit): Json {
  const code = exit.code === 0 ? {} : { exit_code: exit.code }
  return {
    MonitorEvent: {
      exit_event: {
        ...code,
        requested_stop: true,
        guest_signal: exit.signal,
        signal: -1,
        exited_at: rfc3339(world.clock.now()),
      },
    },
  }
}

/** The old run's end during an update: `requested_stop` is false although nothing crashed. */
export function replacedExit(exit: ProcessExit): Json {
  return { exit_event: { exit_code: exit.code, requested_stop: false } }
}
