import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Alert } from '../../src/core/oncall/alert.ts'
import { sightOf } from '../../src/core/watch/sight-of.ts'
import type { LinesSeen, Looked } from '../../src/core/watch/sight.ts'
import { createTestClock, START } from '../helpers/clock.ts'
import * as made from '../helpers/deployments.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { scriptedFly } from '../helpers/run-command.ts'
import { NO_LINES, watchOne } from './one-watch.ts'

interface Before {
  /** Whether the app is ours at the end of the look, too. */
  readonly lasts?: boolean
  /** What is known of its log; nothing where it never was its turn. */
  readonly logs?: Looked<LinesSeen>
  /** How long ago a run of it ended. */
  readonly endedMs?: number
}

/** Looks once at an app that has run out of memory. */
async function lookOnce({ lasts = true, logs, endedMs = 1000 }: Before) {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const stop = new AbortController()
  const alerts: Alert[] = []
  const written: string[] = []
  const seen: boolean[] = []
  let asked = 0
  const hurried: boolean[] = []
  const oom = made.event('exit', clock.now() - endedMs, { oom: true })
  const at = clock.now() - 15_000
  const machines = { known: true as const, at, value: [made.machine()] }
  const glance = { jobs: [], machines, ...(logs && { logs }) }
  const sight = sightOf({ app: 'my-openclaw', before: undefined, glance, now: at })
  const watching = watchOne(
    {
      fly: scriptedFly({ machines: async () => [made.machine({ events: [oom] })] }),
      store,
      clock,
      lines: {
        expect: () => {},
        leave: () => {},
        read: async (_app, { hurry }) => {
          hurried.push(hurry)
          return NO_LINES
        },
      },
      records: {
        read: async () => ({ sight, standing: [], position: undefined, logsEveryMs: null }),
        write: async (app) => void written.push(app),
      },
      intake: { take: async (more) => void alerts.push(...more) },
      holds: () => asked++ === 0 || lasts,
      onLook: (_app, look) => {
        seen.push(look.seen)
        stop.abort()
      },
    },
    stop.signal,
  )
  await clock.advance(1000)
  await watching
  return { told: alerts.map(({ rule }) => rule), written, seen, hurried }
}

test('what a look finds is told by who has the app, and written down before and after', async () => {
  const { told, written, seen } = await lookOnce({})
  assert.deepEqual([told, written, seen], [['oom.kernel'], ['my-openclaw', 'my-openclaw'], [true]])
})

test('who has lost the app in the middle of a look tells and writes nothing of it', async () => {
  const { told, written, seen } = await lookOnce({ lasts: false })
  assert.deepEqual([told, written, seen], [[], [], [false]])
})

const AGO = { endedMs: 600_000 }

test('a log is read before its turn when a run has just ended or the last read failed, not because it never was read', async () => {
  assert.deepEqual((await lookOnce({})).hurried, [true])
  assert.deepEqual((await lookOnce(AGO)).hurried, [false])
  const failed = { known: false, at: START - 60_000, code: 'network', why: 'No answer.' } as const
  assert.deepEqual((await lookOnce({ ...AGO, logs: failed })).hurried, [true])
})
