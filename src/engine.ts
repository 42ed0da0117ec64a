import { join } from 'node:path'
import type { Config } from './config/config.ts'
import type { Clock, JobQueue, Log, Store } from './core/ports.ts'
import { createOwner } from './jobs/sqlite/owner.ts'
import { createSqliteQueue } from './jobs/sqlite/queue.ts'
import { claimEngine, type Engine as EngineName } from './store/engine-mark.ts'
import { openDatabase } from './store/sqlite/database.ts'
import { createSqliteStore } from './store/sqlite/store.ts'

/** Durable state and queue, on Redis or in one file. */
export interface Engine {
  readonly name: EngineName
  readonly store: Store
  readonly queue: JobQueue
  /** Names this process in leases. */
  readonly owner: string
  readonly close: () => Promise<void>
}

/** What tests make shorter: how long a job stays with a worker of which nothing is heard, and how often that is looked at, in ms. */
export interface EngineSettings {
  readonly lockMs?: number
  readonly stalledMs?: number
}

interface Deps {
  readonly config: Pick<Config, 'redis' | 'stateDir'>
  readonly clock: Clock
  readonly log: Log
  readonly settings?: EngineSettings
}

/** Opens what the configuration asks for; never another one instead. Rejects with `OpsError` when it can't be reached, or while jobs wait in the engine of before. */
export async function openEngine(deps: Deps): Promise<Engine> {
  const { redis, stateDir } = deps.config
  const engine = redis ? 'redis' : 'sqlite'
  const claim = {
    stateDir,
    engine,
    waiting: (before: EngineName) => waiting(deps, before),
  } as const
  return claimEngine(claim, () => openUnclaimed(deps))
}

/** The same without asking what was used before: for moving to it. */
export const openUnclaimed = (deps: Deps): Promise<Engine> =>
  deps.config.redis ? openRedis(deps, deps.config.redis) : openSqlite(deps)

async function openRedis(
  { clock, log, settings }: Deps,
  { target }: NonNullable<Config['redis']>,
): Promise<Engine> {
  const { connectRedis, createRedisStore, createBullQueue } = await loadRedis()
  const url = target.reveal()
  const link = await connectRedis(url.startsWith('/') ? `unix:${url}` : url, { log, clock })
  const store = createRedisStore({ redis: link, clock })
  const queue = createBullQueue({ ...settings, connection: link, clock, log })
  return {
    name: 'redis',
    store,
    queue,
    owner: createOwner(),
    async close() {
      await queue.close()
      await store.close()
      await link.close()
    },
  }
}

/** Loaded only where it is used: the embedded engine starts earlier and holds less memory without it. */
async function loadRedis() {
  const [connection, store, queue] = await Promise.all([
    import('./store/redis/connection.ts'),
    import('./store/redis/store.ts'),
    import('./jobs/bullmq/queue.ts'),
  ])
  return { ...connection, ...store, ...queue }
}

const fileOf = ({ config }: Pick<Deps, 'config'>): string => join(config.stateDir, 'ops.db')

async function openSqlite(deps: Deps): Promise<Engine> {
  const database = openDatabase(fileOf(deps))
  const store = createSqliteStore({ database, clock: deps.clock })
  const owner = createOwner()
  const queue = createSqliteQueue({ database, clock: deps.clock, log: deps.log, owner })
  return {
    name: 'sqlite',
    store,
    queue,
    owner,
    async close() {
      await queue.close()
      await store.close()
      database.close()
    },
  }
}

/** How many jobs are left in the engine of before; the former Redis is not known any more, so only the file can be asked. */
async function waiting(deps: Deps, before: EngineName): Promise<number | undefined> {
  if (before === 'redis') return undefined
  const { queue, close } = await openSqlite(deps)
  try {
    const lanes = Object.values(await queue.counts())
    return lanes.reduce((sum, { waiting: w, active, delayed }) => sum + w + active + delayed, 0)
  } finally {
    await close()
  }
}
