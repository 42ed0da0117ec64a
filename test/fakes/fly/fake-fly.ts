import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Builders } from './builders.ts'
import { addToken, createBuilders } from './builders.ts'
import type { Call, CallFilter } from './calls.ts'
import { createCalls } from './calls.ts'
import type { FlyClock } from './clock.ts'
import { manualClock, realClock } from './clock.ts'
import type { Controls } from './controls.ts'
import { createControls } from './controls.ts'
import { noDelays, usualDelays } from './delays.ts'
import type { Fault, PlacedFault } from './faults.ts'
import { createFaults } from './faults.ts'
import { createIds } from './ids.ts'
import { addLog } from './logs.ts'
import type { ExpectedMistake, Mistake } from './mistakes.ts'
import { createMistakes } from './mistakes.ts'
import type { OpenclawDeployment, OpenclawRequest } from './openclaw.ts'
import { deployOpenclaw } from './openclaw.ts'
import { createRateLimits } from './rate-limits.ts'
import { flyRoutes } from './routes.ts'
import type { ExecHandler, ProcessStat } from './runtime.ts'
import { createNoRuntime } from './runtime-none.ts'
import { createProcessRuntime } from './runtime-process.ts'
import { createFlyServer } from './server.ts'
import type { FakeMachine } from './types.ts'
import type { Delays, World } from './world.ts'

export interface FakeFlyOptions {
  /** A clock that stands still; with `runtime: 'process'` the real one. */
  readonly clock?: FlyClock
  /** As printed by `fly tokens create`, with its scheme. */
  readonly token?: string
  readonly orgSlug?: string
  /** On, as on Fly, unless switched off. */
  readonly rateLimits?: boolean
  /** `process` makes machines real child processes. */
  readonly runtime?: 'none' | 'process'
  /** Overrides of `usualDelays`; real machines begin from `noDelays`. */
  readonly delays?: Partial<Delays>
  /** What `node dist/index.js` runs in a real machine; the stand-in gateway unless told. */
  readonly program?: string
  /** 0, a free one, unless told. */
  readonly port?: number
}

export interface FakeFly extends Builders, Controls {
  /** FLY_API_URL */
  readonly url: string
  /** FLY_PLATFORM_URL: the same server. */
  readonly platformUrl: string
  readonly token: string
  readonly clock: FlyClock
  /** Every request, oldest first. */
  readonly calls: readonly Call[]
  /** What requests did wrong so far. */
  readonly mistakes: readonly Mistake[]
  /** Announces a mistake that the test makes on purpose; `close` wants to have seen it. */
  readonly expectMistake: (expected: ExpectedMistake) => void
  readonly nextCall: (filter: CallFilter) => Promise<Call>
  readonly fault: (fault: Fault) => PlacedFault
  readonly deployOpenclaw: (request?: OpenclawRequest) => Promise<OpenclawDeployment>
  /** Answers of exec in machines without an inside. */
  readonly onExec: (handler: ExecHandler) => void
  readonly onProcesses: (handler: (machine: FakeMachine) => readonly ProcessStat[]) => void
  /** `127.0.0.1:port` where a port of a real machine listens; null when it is not running. */
  readonly addressOf: (id: string, port?: number) => string | null
  /** Where a path inside a running real machine is on this computer. */
  readonly pathOf: (id: string, inside: string) => string | null
  /** Ends everything. Rejects when a request made a mistake that was not expected. */
  readonly close: () => Promise<void>
}

const printedToken = `FlyV1 fm2_${'lJPECAAAAAAADZ3JxBBjK2'.repeat(4)},fm2_${'lJPEQGrh0v5rTnTzXcQw9k'.repeat(4)}`

/** Starts a Fly on a free loopback port. See `FakeFly`; `close` it in every test. */
export async function startFakeFly(options: FakeFlyOptions = {}): Promise<FakeFly> {
  const real = options.runtime === 'process'
  const clock = options.clock ?? (real ? realClock() : manualClock())
  const mistakes = createMistakes()
  const calls = createCalls(clock)
  const faults = createFaults()
  const logWatchers = new Set<() => void>()
  const hooks: Hooks = { exec: null, processes: null }
  const world = createWorld(options, { clock, hooks, logWatchers, mistake: mistakes.add })
  const { token = printedToken } = options
  addToken(world, { token })
  const limit = createRateLimits(clock)
  const parts = { world, calls, faults, limit, routes: flyRoutes, mistake: mistakes.add }
  const http = createFlyServer(parts)
  const url = await listen(http.server, options.port ?? 0)
  return {
    ...outside(world, hooks, logWatchers),
    url,
    platformUrl: url,
    token,
    clock,
    calls: calls.list,
    mistakes: mistakes.list,
    expectMistake: mistakes.expect,
    nextCall: calls.next,
    fault: faults.add,
    close: async () => {
      await http.close()
      clock.close()
      await world.runtime.close()
      const complaints = mistakes.complaints()
      if (complaints.length > 0) throw new Error(`fake Fly: ${complaints.join('\n')}`)
    },
  }
}

async function listen(server: Server, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, '127.0.0.1', resolve)
  await promise
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
}

type Outside = 'deployOpenclaw' | 'onExec' | 'onProcesses' | 'addressOf' | 'pathOf'

/** What is done to the world without a request. */
function outside(
  world: World,
  hooks: Hooks,
  logWatchers: Set<() => void>,
): Builders & Controls & Pick<FakeFly, Outside> {
  const builders = createBuilders(world)
  return {
    ...builders,
    ...createControls(world, builders, logWatchers),
    log: (app, machine, line) => {
      builders.log(app, machine, line)
      for (const look of logWatchers) look()
    },
    deployOpenclaw: (request) => deployOpenclaw(builders, request),
    onExec: (handler) => {
      hooks.exec = handler
    },
    onProcesses: (handler) => {
      hooks.processes = handler
    },
    addressOf: (id, port = 3000) => world.runtime.address(builders.machine(id), port),
    pathOf: (id, inside) => world.runtime.path(builders.machine(id), inside),
  }
}

interface Hooks {
  exec: ExecHandler | null
  processes: ((machine: FakeMachine) => readonly ProcessStat[]) | null
}
interface WorldParts extends Pick<World, 'clock' | 'mistake'> {
  readonly hooks: Hooks
  readonly logWatchers: Set<() => void>
}

function createWorld(options: FakeFlyOptions, parts: WorldParts): World {
  const { clock, hooks, logWatchers, mistake } = parts
  const real = options.runtime === 'process'
  const delays = { ...(real ? noDelays : usualDelays), ...options.delays }
  const program = options.program ?? join(import.meta.dirname, '../gateway/main.ts')
  const log = (machine: FakeMachine, line: { message: string; provider: string }): void => {
    const app = world.apps.get(machine.app)
    if (app === undefined) return
    addLog(world, app, { ...line, machine: machine.id, region: machine.region })
    for (const look of logWatchers) look()
  }
  const sizeOf = (volume: string): number | undefined =>
    [...world.apps.values()].map(({ volumes }) => volumes.get(volume)).find(Boolean)?.sizeGb
  const none = (): World['runtime'] =>
    createNoRuntime(clock, delays, {
      exec: () => hooks.exec,
      processes: () => hooks.processes,
      unexpectedExec: (command) => mistake('exec', `no handler for ${command.join(' ')}`),
    })
  const world: World = {
    clock,
    ids: createIds(),
    runtime: real ? createProcessRuntime({ clock, program, log, sizeOf }) : none(),
    settings: {
      orgSlug: options.orgSlug ?? 'personal',
      delays,
      rateLimits: options.rateLimits ?? true,
      stoppedNeedsVersion: false,
      memoryQuotaMb: Infinity,
      paymentMethod: true,
    },
    apps: new Map(),
    otherOrgApps: new Set(),
    tokens: new Map(),
    capacity: new Map(),
    series: [],
    watchers: new Set(),
    mistake,
  }
  return world
}
