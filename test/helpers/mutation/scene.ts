import { createAccess } from '../../../src/access/index.ts'
import { createButtons } from '../../../src/core/buttons.ts'
import { createDispatcher } from '../../../src/core/dispatcher.ts'
import type { Front } from '../../../src/core/front.ts'
import { createJobs } from '../../../src/core/jobs.ts'
import { createMayPress } from '../../../src/core/may-press.ts'
import { createOutbox } from '../../../src/core/outbox.ts'
import type { Images } from '../../../src/core/images.ts'
import type { Clock } from '../../../src/core/ports.ts'
import { Secret } from '../../../src/core/secret.ts'
import { createFly, createMemoryPacer } from '../../../src/fly/index.ts'
import { createGateway } from '../../../src/gateway/probe.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import { createSealer } from '../../../src/store/sealing.ts'
import { autoClock, type FlyClock, realClock } from '../../fakes/fly/clock.ts'
import { type FakeFly, type FakeFlyOptions, startFakeFly } from '../../fakes/fly/fake-fly.ts'
import type { Fault, PlacedFault } from '../../fakes/fly/faults.ts'
import type { OpenclawDeployment, OpenclawRequest } from '../../fakes/fly/openclaw.ts'
import { NONCE } from '../../gateway/outputs.ts'
import { createMemoryQueue, type MemoryQueue } from '../memory-queue.ts'
import { createMemoryStore, type MemoryStore } from '../memory-store.ts'
import { APPS, settleIn } from '../people.ts'
import { createTestLog, type Logged } from '../test-log.ts'
import { answerInside, createInside, type Inside } from './inside.ts'
import { createPatience } from './patience.ts'
import type { Ground } from './worker.ts'

export interface SceneOptions {
  /** `none` (unless told): time jumps and nothing takes long; `process`: real gateways, real time. */
  readonly runtime?: 'none' | 'process'
  readonly deploy?: OpenclawRequest
  readonly fly?: Partial<FakeFlyOptions>
  /** What is known of images; nobody can be asked unless told. */
  readonly images?: Images
  /** With real gateways: how many times faster than theirs the core's time goes, so that its pauses take no minutes. */
  readonly hurry?: number
}

/** The outside world and the core in it, with nothing running yet. */
export interface Stage {
  readonly fly: FakeFly
  readonly clock: FlyClock
  readonly store: MemoryStore
  readonly queue: MemoryQueue
  readonly ground: Ground
  readonly front: Front
  /** Ids as a platform gives them; the same in every scene, so that job ids are, too. */
  readonly nextId: () => string
  /** Of the guide: app my-openclaw, one machine, one volume. */
  readonly deployed: OpenclawDeployment
  /** Only with `runtime: 'none'`. */
  readonly inside: Inside
  readonly logged: readonly Logged[]
  /** Places a fault; the client's time limit ends at once for what it makes hang. */
  readonly fault: (fault: Fault) => PlacedFault
  readonly close: () => Promise<void>
}

export async function openStage(options: SceneOptions = {}): Promise<Stage> {
  const real = options.runtime === 'process'
  const clock = real ? realClock() : autoClock()
  const fly = await startFakeFly({
    runtime: real ? 'process' : 'none',
    clock,
    rateLimits: !real,
    ...options.fly,
  })
  const inside = createInside()
  if (!real) fly.onExec(answerInside(inside))
  const deployed = await fly.deployOpenclaw(options.deploy)
  const hangs = createHangs(real)
  const client = clientOf(fly, clock, { real, deadline: hangs.deadline })
  const logged: Logged[] = []
  const patience = createPatience(clock)
  const { deps, ...core } = await createCore(
    real ? hurried(clock, options.hurry ?? 1) : patience.clock,
    logged,
  )
  const gatewayOf: Ground['gatewayOf'] = (own) =>
    createGateway({ fly: own, ...(!real && { nonce: () => NONCE }) })
  return {
    ...core,
    fly,
    clock,
    deployed,
    inside,
    logged,
    nextId: createIds(),
    ground: {
      deps,
      queue: core.queue,
      fly: patience.watch(client),
      gatewayOf,
      images: options.images,
      said: [],
    },
    fault: (fault) => (fault.kind === 'hang' ? hangs.watch(fly.fault(fault)) : fly.fault(fault)),
    close: async () => {
      hangs.close()
      await fly.close()
      await client.close()
    },
  }
}

function hurried(clock: Clock, factor: number): Clock {
  const start = clock.now()
  return {
    now: () => start + (clock.now() - start) * factor,
    sleep: (ms, signal) => clock.sleep(ms / factor, signal),
  }
}

function clientOf(
  fly: FakeFly,
  clock: Clock,
  { real, deadline }: { readonly real: boolean; readonly deadline: () => AbortSignal },
) {
  const token = new Secret(fly.token)
  return createFly({
    token,
    readToken: token,
    apiUrl: fly.url,
    platformUrl: fly.platformUrl,
    log: createTestLog(),
    metrics: { flyCall: () => {}, rateLimitWait: () => {} },
    clock,
    pacer: real ? { take: async () => 0 } : createMemoryPacer(clock),
    ...(!real && { deadline }),
  })
}

async function createCore(clock: Clock, logged: Logged[]) {
  // Nothing waits here for a word such as "no worker has taken this yet": it would move the time along.
  const still: Clock = { now: clock.now, sleep: () => new Promise(() => {}) }
  const log = createTestLog(logged)
  const store = createMemoryStore(clock)
  const queue = createMemoryQueue()
  const registry = await loadCommands()
  const access = createAccess({ store, owners: ['discord:100'], clock: still, log })
  await access.start()
  await settleIn(access)
  const jobs = createJobs({ store, queue, clock: still })
  const sealer = createSealer(Buffer.alloc(32, 7))
  const may = createMayPress({ registry, access, apps: APPS, now: clock.now })
  const front = {
    registry,
    apps: APPS,
    access,
    jobs,
    buttons: createButtons({ store, sealer, clock: still, may }),
    outbox: createOutbox({ store, sealer, clock: still }),
    store,
    sealer,
    audit: { record: () => {} },
    log,
  }
  return {
    store,
    queue,
    deps: { ...front, clock },
    front: createDispatcher({ ...front, clock: still }),
  }
}

/** Time limits that end only for calls that a fault makes hang, and for these at once. */
function createHangs(real: boolean) {
  const placed: PlacedFault[] = []
  const timers = new Set<NodeJS.Timeout>()
  const hits = () => placed.reduce((sum, fault) => sum + fault.hits(), 0)
  return {
    watch: (fault: PlacedFault) => {
      placed.push(fault)
      return fault
    },
    deadline: () => {
      const stop = new AbortController()
      if (real || placed.length === 0) return stop.signal
      const before = hits()
      const timer = setInterval(() => {
        if (hits() === before) return
        clearInterval(timer)
        timers.delete(timer)
        stop.abort(new DOMException('time is up', 'TimeoutError'))
      }, 15)
      timers.add(timer)
      return stop.signal
    },
    close: () => timers.forEach((timer) => clearInterval(timer)),
  }
}

function createIds(): () => string {
  let requests = 0
  return () => `r-${++requests}`
}
