import { createButtons } from '../../src/core/buttons.ts'
import type { JobRecord } from '../../src/core/job-record.ts'
import type { Alert } from '../../src/core/oncall/alert.ts'
import type { CardPlace, Level, Person } from '../../src/core/oncall/ports.ts'
import { createOutbox, OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import type { Store } from '../../src/core/ports.ts'
import type { Settings } from '../../src/core/settings.ts'
import { createOncall, type OncallParts } from '../../src/oncall/index.ts'
import type { LookDeps } from '../../src/oncall/look.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { createTestClock, START, type TestClock } from './clock.ts'
import { createMemoryStore } from './memory-store.ts'
import { GUILD } from './people.ts'
import { type Logged, createTestLog } from './test-log.ts'

export const ANA: Person = { key: 'discord:400', name: 'Ana' }
export const BEN: Person = { key: 'telegram:401', name: 'Ben' }
export const ROOM: CardPlace = { platform: 'discord', space: GUILD, room: '910' }
export const GROUP: CardPlace = { platform: 'telegram', space: '-1001', room: null }
export const LADDER: readonly Level[] = [
  { afterMs: 0, people: [ANA] },
  { afterMs: 300_000, people: [ANA, BEN] },
]

/** An alert of the watcher; `more` says what is different about it. */
export const alertOf = (more: Partial<Alert> = {}): Alert => ({
  source: 'watch',
  key: 'oom:my-openclaw:m1',
  group: 'my-openclaw:m1:oom',
  status: 'firing',
  severity: 'critical',
  app: 'my-openclaw',
  machine: '3d8d9a0b',
  title: { en: 'Kernel OOM', 'zh-TW': '核心記憶體不足' },
  text: {
    en: 'The kernel killed the gateway: 2043 MB of 2048 MB were in use.',
    'zh-TW': '核心終止了閘道：2048 MB 中已使用 2043 MB。',
  },
  evidence: [[{ en: 'Exit code', 'zh-TW': '結束代碼' }, '137']],
  rule: 'kernel-oom',
  fix: { command: 'openclaw memory', input: { size: 'next' } },
  links: [],
  since: START - 2000,
  at: START,
  ...more,
})

export interface Scene {
  readonly parts: OncallParts
  readonly clock: TestClock
  readonly store: Store
  readonly logged: readonly Logged[]
  /** Timers that wait, soonest first. */
  readonly timers: () => ReadonlyArray<{ readonly id: string; readonly at: number }>
  /** Lets time pass, working off every timer that becomes due. */
  readonly pass: (ms: number) => Promise<void>
  readonly messages: () => Promise<readonly OutboxRecord[]>
  /** Another process on the same state. */
  readonly again: (store?: Store) => OncallParts
}

interface Options {
  readonly store?: (clock: TestClock) => Store
  readonly places?: readonly CardPlace[]
  readonly ladder?: readonly Level[]
  readonly recent?: readonly JobRecord[]
  readonly settings?: Settings
  readonly owners?: readonly string[]
  /** What is asked about a new incident; left out, nobody is. */
  readonly look?: LookDeps
}

/** Incidents on state in memory (or on the given store), with two rooms and a ladder of two rungs. */
export function createScene(options: Options = {}): Scene {
  const { places = [ROOM, GROUP], ladder = LADDER, recent = [] } = options
  const clock = createTestClock()
  const store = options.store?.(clock) ?? createMemoryStore(clock)
  const waiting = new Map<string, number>()
  const done = new Set<string>()
  const logged: Logged[] = []
  const sealer = createSealer(Buffer.alloc(32, 7))
  const again = (on: Store = store): OncallParts =>
    createOncall({
      store: on,
      clock,
      log: createTestLog(logged),
      buttons: createButtons({ store: on, sealer, clock, may: () => true }),
      outbox: createOutbox({ store: on, sealer, clock }),
      locale: 'en',
      settings: options.settings,
      ...(options.owners && { owners: options.owners }),
      jobs: {
        recent: async () => recent,
        get: async (id) => recent.find((job) => job.id === id),
      },
      routes: { placesFor: async () => places },
      people: { onCall: async () => [ANA], ladder: async () => ladder },
      queue: {
        enqueue: async ({ id, delayMs = 0 }) => {
          // As the engines do: an id that waits or is remembered changes nothing.
          if (!waiting.has(id) && !done.has(id)) waiting.set(id, clock.now() + delayMs)
        },
      },
    })
  const parts = again()
  const turn = parts.turnWith(options.look)
  const timers = () => [...waiting].map(([id, at]) => ({ id, at })).sort((a, b) => a.at - b.at)
  const workOff = async (): Promise<void> => {
    await parts.settled()
    for (let [next] = timers(); next && next.at <= clock.now(); [next] = timers()) {
      waiting.delete(next.id)
      done.add(next.id)
      await turn({ id: next.id, lane: 'timer', signal: new AbortController().signal })
      await parts.settled()
    }
  }
  return {
    parts,
    clock,
    store,
    logged,
    timers,
    again,
    async pass(ms) {
      const end = clock.now() + ms
      await workOff()
      for (let [next] = timers(); next && next.at <= end; [next] = timers()) {
        await clock.advance(next.at - clock.now())
        await workOff()
      }
      await clock.advance(end - clock.now())
      await workOff()
    },
    async messages() {
      const entries = await store.list(OUTBOX, { limit: 500 })
      return entries.map(({ value }) => value as OutboxRecord)
    },
  }
}
