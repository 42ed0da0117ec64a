import { createAccess } from './access/index.ts'
import { createAudit } from './audit.ts'
import { type Chats, createChats } from './chats.ts'
import type { Config } from './config/config.ts'
import type { AcceptDeps } from './core/accept-deps.ts'
import { createButtons } from './core/buttons.ts'
import { createDelivery, type Delivery } from './core/delivery.ts'
import { createDispatcher } from './core/dispatcher.ts'
import type { Front, ReadWords } from './core/front.ts'
import type { Images } from './core/images.ts'
import type { Platform } from './core/invocation.ts'
import { createJobs, type Jobs } from './core/jobs.ts'
import { createMayPress } from './core/may-press.ts'
import { createOutbox } from './core/outbox.ts'
import { createReadWords } from './core/parse-line.ts'
import type { Chat, Clock, Metrics, Sealer } from './core/ports.ts'
import type { Presence } from './core/processes.ts'
import type { Registry } from './core/registry.ts'
import type { Engine } from './engine.ts'
import { isDead } from './jobs/sqlite/owner.ts'
import { createMetrics, type Exposition } from './http/metrics.ts'
import type { ProcessLog } from './log.ts'
import { loadKey } from './seal.ts'
import { createSelf } from './self.ts'
import { version } from './version.ts'
import { createWork, type Work } from './worker.ts'

/** One process of the system, wired and not yet started. */
export interface App {
  readonly config: Config
  readonly engine: Engine
  readonly registry: Registry
  readonly front: Front
  readonly readWords: ReadWords
  readonly jobs: Jobs
  readonly chats: Chats
  readonly delivery: Delivery
  readonly work: Work | undefined
  readonly metrics: Metrics & Exposition
  readonly access: ReturnType<typeof createAccess>
  /** Tells other processes that this one is there; for those that stay. */
  readonly presence: Presence
  /** Lets another chat be delivered to: the console. */
  readonly addChat: (chat: Chat) => void
  /** Waits for what is still being written down. */
  readonly settled: () => Promise<void>
}

export interface AppDeps {
  readonly config: Config
  readonly engine: Engine
  readonly registry: Registry
  readonly clock: Clock
  readonly log: ProcessLog
  /** In place of the public registries of images, where these must not be asked: tests, the demo. */
  readonly images?: Images | undefined
}

/** The only place where adapters are made and joined. */
export async function createApp(deps: AppDeps): Promise<App> {
  const { config, engine, registry, clock, log } = deps
  const { store, queue, owner } = engine
  const sealer: Sealer = await loadKey(config)
  const metrics = createMetrics({
    queueCounts: queue.counts,
    log,
    build: { version, role: config.role, engine: engine.name },
  })
  const access = createAccess({ store, owners: config.owners, clock, log })
  const jobs = createJobs({ store, queue, clock })
  const audit = createAudit({ store, clock, log })
  const may = createMayPress({ registry, access, apps: config.apps, now: clock.now })
  const shared: AcceptDeps = {
    registry,
    apps: config.apps,
    access,
    jobs,
    buttons: createButtons({ store, sealer, clock, may }),
    outbox: createOutbox({ store, sealer, clock }),
    store,
    sealer,
    audit,
    clock,
    log,
  }
  const { self, presence } = createSelf({ config, engine, clock })
  const front = createDispatcher(shared)
  const readWords = createReadWords(registry)
  const chats = createChats({
    config,
    front,
    readWords,
    registry,
    store,
    sealer,
    log,
    metrics,
    clock,
  })
  const byPlatform = new Map<Platform, Chat>(chats.list.map((chat) => [chat.platform, chat]))
  return {
    config,
    engine,
    registry,
    front,
    readWords,
    jobs,
    chats,
    delivery: createDelivery({
      store,
      chats: byPlatform,
      sealer,
      clock,
      log,
      metrics,
      owner,
      isDead,
    }),
    work: createWork({ ...shared, config, queue, metrics, images: deps.images, self }),
    metrics,
    access,
    presence,
    addChat: (chat) => void byPlatform.set(chat.platform, chat),
    settled: audit.settled,
  }
}
