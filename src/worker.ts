import type { Config } from './config/config.ts'
import type { AcceptDeps } from './core/accept-deps.ts'
import { atMost } from './core/at-most.ts'
import type { Fly } from './core/fly.ts'
import type { Images } from './core/images.ts'
import type { Self } from './core/own-machine.ts'
import type { Clock, Health, JobQueue, Log, Metrics, WatchMetrics } from './core/ports.ts'
import { createRunner } from './core/runner.ts'
import type { DeskParts } from './desk.ts'
import { createFly, createMemoryPacer, createSharedPacer } from './fly/index.ts'
import { createHeartbeat } from './oncall/heartbeat.ts'
import type { OncallParts } from './oncall/index.ts'
import { createTails } from './fly/tail/index.ts'
import { createLogStream, type LogStream } from './fly/tail/stream.ts'
import { createGateway } from './gateway/probe.ts'
import { createDraw } from './graph/index.ts'
import { createImages } from './images/index.ts'
import { ping } from './ping.ts'
import type { Watch } from './watch/index.ts'
import { createWatching } from './watching.ts'

/** Jobs of reads that one process works on at a time. */
const READS = 32
const CLOSE_MS = 500
const HEALTH_KEEP_MS = 30_000

/** The half that talks to Fly. */
export interface Work {
  readonly start: () => Promise<void>
  readonly health: () => Promise<Health>
  /** The look-out, for processes that stay: one that runs a single command does not begin it. */
  readonly watch: Watch
  /** Takes no more jobs, lets those running end, then lets go of Fly. */
  readonly stop: (deadlineMs: number) => Promise<void>
}

interface Deps extends AcceptDeps {
  readonly config: Config
  readonly queue: JobQueue
  /** Names this process in leases. */
  readonly owner: string
  readonly metrics: Metrics & WatchMetrics
  /** In place of the public registries, where these must not be asked. */
  readonly images?: Images | undefined
  readonly self: Self
  readonly rota: DeskParts
  readonly incidents: OncallParts
}

/** Nothing in a process that has no Fly token. */
export function createWork(deps: Deps): Work | undefined {
  const { config, queue, clock, log, metrics, store } = deps
  if (config.fly === undefined) return undefined
  const pacer = config.redis ? createSharedPacer(store, clock) : createMemoryPacer(clock)
  const { token, readToken, apiUrl, platformUrl } = config.fly
  const fly = createFly({ token, readToken, apiUrl, platformUrl, log, metrics, clock, pacer })
  const { port, stateDir } = config.gateway
  const gateway = createGateway({
    fly,
    overrides: {
      ...(port !== undefined && { port }),
      ...(stateDir !== undefined && { stateDir }),
    },
  })
  const registries = createImages()
  const { images = registries } = deps
  const { publicUrl } = config
  const { org } = config.fly
  const stopping = new AbortController()
  const ends = { stopping: stopping.signal }
  const stream = streamOf(config, clock, log)
  const tails = createTails({ fly, stream, clock, log })
  const logs = { tails, patterns: config.redact, onPrinted: metrics.secretsPrinted }
  const { desk, shifts } = deps.rota
  const { jobs, sealer } = deps
  const drawn = { log, org, draw: createDraw() }
  const seen = { store, clock, fly, jobs, sealer, patterns: config.redact, ...drawn }
  const watch = createWatching({ ...deps, fly, gateway, tails, pacer, live: stream !== undefined })
  const heartbeat = createHeartbeat({ store, queue, clock, log, url: config.heartbeatUrl, ping })
  const turns = {
    'S-': shifts.turn,
    'I-': deps.incidents.turnWith(seen),
    'W-': watch.turn,
    'B-': heartbeat.turn,
  }
  const oncall = { desk, turns }
  const handler = createRunner({
    ...deps,
    ...ends,
    ...logs,
    ...oncall,
    fly,
    gateway,
    images,
    publicUrl,
    org,
  })
  const look = flyHealth(fly, config.apps[0] ?? '', clock.now)
  return {
    async start() {
      await queue.work({
        apps: config.apps,
        reads: READS,
        handler: deps.incidents.telling(handler),
      })
      shifts.start()
      await heartbeat.start()
    },
    health: look,
    watch,
    async stop(deadlineMs) {
      shifts.stop()
      await watch.stop()
      const drained = queue.drain(deadlineMs)
      // Once nothing more is taken: jobs that end this process themselves do not wait for it.
      setImmediate(() => stopping.abort())
      await drained
      await tails.close()
      // A call that hangs is cut off with the process: who waited for it would be killed before the last words are out.
      await atMost(clock, CLOSE_MS, () => Promise.all([fly.close(), registries.close()]))
    },
  }
}

/** Asks Fly at most twice a minute, however often the health page is read. */
function flyHealth(fly: Fly, app: string, now: () => number): () => Promise<Health> {
  let kept: { health: Health; at: number } | undefined
  return async () => {
    if (kept && now() - kept.at < HEALTH_KEEP_MS) return kept.health
    const health = await fly.app(app).then(
      () => ({ ok: true, detail: 'Fly answers.' }),
      (error: unknown) => ({
        ok: false,
        detail: error instanceof Error ? error.message : 'Fly does not answer.',
      }),
    )
    kept = { health, at: now() }
    return health
  }
}

function streamOf({ fly }: Config, clock: Clock, log: Log): LogStream | undefined {
  if (fly?.natsUrl === undefined || fly.org === undefined) return undefined
  return createLogStream({ url: fly.natsUrl, org: fly.org, token: fly.readToken, clock, log })
}
