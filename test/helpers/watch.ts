import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TestContext } from 'node:test'
import type { Gateway, GatewayReport } from '../../src/core/gateway.ts'
import type { Alert } from '../../src/core/oncall/alert.ts'
import { Secret } from '../../src/core/secret.ts'
import { DETECTORS } from '../../src/core/watch/detectors.ts'
import { createFly, createMemoryPacer } from '../../src/fly/index.ts'
import { createTails } from '../../src/fly/tail/index.ts'
import { createLogReads } from '../../src/log-reads.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { createWatch, type Watch } from '../../src/watch/index.ts'
import { createLines } from '../../src/watch/lines.ts'
import { createOwners } from '../../src/watch/owners.ts'
import { createWatchRecords } from '../../src/watch/records.ts'
import { createRuleBook } from '../../src/watch/rule-book.ts'
import { type FakeFly, startFakeFly } from '../fakes/fly/fake-fly.ts'
import { away, createMemoryStore, type MemoryStore } from './memory-store.ts'
import { createLife, mortalClock, mortalFly, mortalStore } from './mutation/life.ts'
import { scriptedGateway } from './run-command.ts'
import { type Logged, createTestLog } from './test-log.ts'

/** A look, as the metrics hear of it. */
interface Look {
  readonly result: 'seen' | 'blind'
  readonly lateSeconds: number
}
/** One process that watches. */
export interface Watcher {
  readonly watch: Watch
  readonly looks: readonly Look[]
  readonly counts: { apps: number; blind: number }
  /** Hands it a round, as the timer lane does. */
  readonly round: () => Promise<void>
  /** Ends it as SIGKILL does. */
  readonly kill: () => void
}
export interface WatchScene {
  readonly fly: FakeFly
  readonly store: MemoryStore
  /** What the intake was given, oldest first. */
  readonly alerts: readonly Alert[]
  readonly logged: readonly Logged[]
  /** What the gateway of an app says, where that is not that all is well. */
  readonly reports: Map<string, Partial<GatewayReport>>
  /** The next so many times the intake can't write down what it is given. */
  readonly refuse: (times: number) => void
  readonly watcher: (name: string) => Watcher
  /** Lets time pass until this many further looks have ended. */
  readonly looks: (watcher: Watcher, count?: number) => Promise<void>
}

const READY: GatewayReport = {
  ready: true,
  reason: null,
  version: '2026.9.6',
  uptimeMs: 600_000,
  bootId: 'boot-1',
  channels: ['discord'],
  rssBytes: 1,
  pid: 1,
  port: 3000,
  stateDir: '/data',
  layout: 'direct',
  stateOnVolume: true,
}

/** Gateways that are ready, but for what is said of an app's, and whose inside can't be measured. */
const gatewayOf = (reports: WatchScene['reports']): Gateway =>
  scriptedGateway({
    probe: async (app) => ({ ...READY, ...reports.get(app) }),
    inspect: async () => ({ known: false, why: 'Not here.' }),
  })

const STEP_MS = 1000

/** The look-out on the fake Fly over loopback, in a time that passes only when a test says so. */
export async function watchScene(
  t: TestContext,
  apps: readonly string[] = ['my-openclaw'],
): Promise<WatchScene> {
  const fly = await startFakeFly({ runtime: 'none' })
  const { clock } = fly
  const store = createMemoryStore(clock)
  const logged: Logged[] = []
  const alerts: Alert[] = []
  const reports: WatchScene['reports'] = new Map()
  let underWay = 0
  let refusals = 0
  const take = async (more: readonly Alert[]): Promise<void> => {
    if (refusals-- > 0) throw away()
    alerts.push(...more)
  }
  const ends: Array<() => Promise<void>> = []
  t.after(async () => {
    for (const end of ends) await end()
    await fly.close()
  })
  const watcher = (name: string): Watcher => {
    const looks: Look[] = []
    const counts = { apps: 0, blind: 0 }
    const life = createLife()
    let dead = false
    const mine = {
      store: mortalStore(store, life),
      clock: mortalClock(clock, life),
      log: createTestLog(logged),
    }
    const pacer = createMemoryPacer(clock)
    const client = createFly({
      token: new Secret(fly.token),
      readToken: new Secret(fly.token),
      apiUrl: fly.url,
      platformUrl: fly.platformUrl,
      ...mine,
      deadline: (ms) => {
        underWay += 1
        return AbortSignal.timeout(ms)
      },
      metrics: { flyCall: () => (underWay -= 1), rateLimitWait: () => {} },
      pacer,
    })
    const bound = mortalFly(client, life)
    const tails = createTails({ ...mine, fly: bound, stream: undefined })
    const book = createRuleBook(mine)
    const watch = createWatch({
      ...mine,
      queue: { schedule: async () => {} },
      fly: bound,
      gateway: gatewayOf(reports),
      owners: createOwners({ ...mine, owner: name, apps, isDead: () => false }),
      records: createWatchRecords(mine),
      lines: createLines({
        ...mine,
        ...createLogReads({ ...mine, fly: bound, pacer }),
        tails,
        live: false,
        sealer: createSealer(Buffer.alloc(32, 7)),
      }),
      book,
      detectors: DETECTORS,
      intake: { take },
      remedy: async () => {},
      recent: async () => [],
      random: () => 1,
      metrics: {
        watchLook: (result, lateSeconds) => void looks.push({ result, lateSeconds }),
        watched: (watched, blind) => Object.assign(counts, { apps: watched, blind }),
      },
    })
    ends.push(async () => {
      // Who is dead lets go of nothing.
      if (!dead) await watch.stop().then(tails.close)
      await client.close()
    })
    return {
      watch,
      looks,
      counts,
      round: () => watch.turn({ id: 'W-watch-1' }),
      kill: () => {
        dead = true
        life.kill()
      },
    }
  }
  return {
    fly,
    store,
    alerts,
    logged,
    reports,
    refuse: (times) => (refusals = times),
    watcher,
    async looks({ looks }, count = 1) {
      const goal = looks.length + count
      // Time stands still while Fly is asked.
      while (looks.length < goal) await (underWay > 0 ? nextTurn() : clock.advance(STEP_MS))
    },
  }
}
