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
import { createOutbox, type Outbox } from './core/outbox.ts'
import { createReadWords } from './core/parse-line.ts'
import type { Chat, Clock, Metrics, Sealer } from './core/ports.ts'
import type { Presence } from './core/processes.ts'
import type { Registry } from './core/registry.ts'
import { createDesk, type DeskParts } from './desk.ts'
import type { Engine } from './engine.ts'
import { isDead } from './jobs/sqlite/owner.ts'
import { createMetrics, type Exposition } from './http/metrics.ts'
import type { ProcessLog } from './log.ts'
import { claimKey, loadKey } from './seal.ts'
import { createIncidents } from './incidents.ts'
import type { OncallParts } from './oncall/index.ts'
import { createProof, type Proof } from './oncall/proof.ts'
import { createHookKeyring, type HookKeyring } from './oncall/receivers/keys.ts'
import { createSelf } from './self.ts'
import { createSettings } from './settings.ts'
import { createTending, type Tending } from './tending.ts'
import { version } from './version.ts'
import { createWork, type Work } from './worker.ts'

/** One process of the system, wired and not yet started. */
export interface App extends Tending {
  readonly config: Config
  readonly engine: Engine
  readonly registry: Registry
  readonly front: Front
  readonly readWords: ReadWords
  readonly jobs: Jobs
  readonly chats: Chats
  readonly delivery: Delivery
  readonly work: Work | undefined
  /** Addresses of receivers. */
  readonly hooks: HookKeyring
  /** Who is on call, and who hears of what. */
  readonly rota: DeskParts
  readonly oncall: OncallParts
  /** Whether the bot's own words get to people. */
  readonly proof: Proof
  readonly metrics: Metrics & Exposition
  readonly access: ReturnType<typeof createAccess>
  readonly settings: ReturnType<typeof createSettings>
  readonly outbox: Outbox
  readonly clock: Clock
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
  // The embedded engine's processes share their state directory, and so the key in it.
  if (engine.name === 'redis') await claimKey({ store, sealer, clock })
  const metrics = createMetrics({
    queueCounts: queue.counts,
    log,
    build: { version, role: config.role, engine: engine.name },
  })
  const access = createAccess({ store, owners: config.owners, clock, log })
  const jobs = createJobs({ store, queue, clock })
  const audit = createAudit({ store, clock, log })
  const settings = createSettings({ store, log })
  const may = createMayPress({ registry, access, apps: config.apps, settings, now: clock.now })
  const common = {
    registry,
    apps: config.apps,
    access,
    jobs,
    buttons: createButtons({ store, sealer, clock, may }),
    outbox: createOutbox({ store, sealer, clock }),
    store,
    sealer,
    audit,
    settings,
    clock,
    log,
  }
  const { self, presence } = createSelf({ config, engine, clock })
  const hooks = createHookKeyring({ store, sealer, clock, signing: config.hookKeys })
  const rota = createDesk({ ...common, config, queue, hooks })
  const oncall = createIncidents({ ...common, config, queue, rota })
  const shared: AcceptDeps = { ...common, oncall: oncall.oncall }
  const front = createDispatcher(shared)
  const readWords = createReadWords(registry)
  const chats = await createChats({
    config,
    front,
    readWords,
    registry,
    store,
    sealer,
    log,
    metrics,
    clock,
    settings,
    access,
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
      ...oncall.delivered,
    }),
    hooks,
    rota,
    oncall,
    proof: createProof({
      ...common,
      owner,
      owners: config.owners,
      locale: config.locale,
      routes: rota.routes,
      chats: chats.tried,
    }),
    work: createWork({
      ...shared,
      owner,
      config,
      queue,
      metrics,
      images: deps.images,
      self,
      rota,
      incidents: oncall,
    }),
    metrics,
    access,
    settings,
    outbox: common.outbox,
    clock,
    ...createTending({ ...shared, config, settings, census: chats.census }),
    presence,
    addChat: (chat) => void byPlatform.set(chat.platform, chat),
    settled: async () => {
      await oncall.settled()
      await audit.settled()
    },
  }
}
