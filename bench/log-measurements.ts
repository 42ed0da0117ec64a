import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock as clock } from '../src/clock.ts'
import type { Fly } from '../src/core/fly.ts'
import { beginLive, type Live, look, pauseOf } from '../src/core/logs/live.ts'
import type { Tails } from '../src/core/logs/tail.ts'
import { Secret } from '../src/core/secret.ts'
import { createTails } from '../src/fly/tail/index.ts'
import { createLogStream } from '../src/fly/tail/stream.ts'
import { createTestLog } from '../test/helpers/test-log.ts'
import { skipNats, startNats } from '../test/helpers/nats.ts'
import { startChild } from './child.ts'
import { contextOf, logRow as row } from './log-context.ts'
import { search, searchAtFlysPace } from './log-search.ts'
import { pages } from './log-sources.ts'
import { watchLoop } from './blocked.ts'
import type { Row } from './rows.ts'
import { quantile } from './stats.ts'

const PER_SECOND = 10_000
const MS = Number(process.env['BENCH_LOGS_MS'] ?? 60_000)
/** Discord takes an edit of a message so often. */
const EDIT_MS = 2500
const MB = 1_048_576

/** Lines into one live message from a real nats-server, where there is one, and from pages; and one long search, as fast as it can be and as fast as Fly wants it. */
export const MEASUREMENTS: Readonly<Record<string, () => Promise<Row[]>>> = {
  ...(skipNats === false && { byStream }),
  byPages,
  search,
  searchAtFlysPace,
}

async function byStream(): Promise<Row[]> {
  const [user, pass] = ['personal', 'fm2_bench']
  const nats = await startNats(user, pass)
  const publisher = await startChild('log-publisher.ts', { port: nats.port, user, pass })
  const now = Date.now()
  // Nothing by page: what the stream gives is what is counted.
  const fly = pages({ from: now, until: () => now, perSecond: 1 })
  const log = createTestLog()
  const stream = createLogStream({ url: nats.url, org: user, token: new Secret(pass), clock, log })
  const tails = createTails({ fly, stream, clock, log })
  try {
    // In two halves: a child has to answer within a minute.
    const half = () => publisher.ask<number>({ perSecond: PER_SECOND, ms: MS / 2 })
    const sending = sleep(3000).then(async () => (await half()) + (await half()))
    const { live, ...seen } = await follow({ tails, fly }, sending)
    const sent = await sending
    return [
      row('live stream: lines sent less lines counted', sent - live.total, 'lines', 0),
      row('live stream: counted and not kept', live.dropped, 'lines'),
      ...figures('live stream', seen),
    ]
  } finally {
    await tails.close()
    await publisher.stop()
    await nats.close()
  }
}

async function byPages(): Promise<Row[]> {
  // Not before the reader's own beginning.
  const from = Date.now() + 1000
  const until = from + Math.min(MS, 20_000)
  const fly = pages({ from, until: () => Math.min(Date.now(), until), perSecond: PER_SECOND })
  const tails = createTails({ fly, stream: undefined, clock, log: createTestLog() })
  try {
    const { live, ...seen } = await follow({ tails, fly }, sleep(until - from + 2000))
    const lines = (until - from) * (PER_SECOND / 1000)
    const missing = live.gaps.length === 0 ? lines - live.total : 0
    return [
      row('pages: lines missing, and not told as a gap', missing, 'lines', 0),
      ...figures('pages', seen),
    ]
  } finally {
    await tails.close()
  }
}

interface Followed {
  readonly live: Live
  readonly edits: number
  readonly lags: readonly number[]
  readonly grownMb: number
  readonly blockedMs: number
  readonly busyMs: number
}

/** Looks as a worker does until what is waited for is over and nothing more comes. */
async function follow(
  { tails, fly }: { tails: Tails; fly: Pick<Fly, 'logs' | 'with'> },
  over: Promise<unknown>,
): Promise<Followed> {
  const context = { ...contextOf(fly), tails }
  let ended = false
  void over.then(() => (ended = true))
  let live = await beginLive(context, {})
  let watched = watchLoop()
  let edits = 0
  let [before, most] = [0, 0]
  const lags: number[] = []
  for (let quiet = 0; quiet < 2; quiet = ended && live.perSecond === 0 ? quiet + 1 : 0) {
    await sleep(pauseOf(live) ?? 2000)
    live = JSON.parse(JSON.stringify(await look(context, {}, live))) as Live
    edits += 1
    if (live.lagMs !== null) lags.push(live.lagMs)
    // The code is compiled and the ring is full once by then.
    if (edits === 4) {
      before = process.memoryUsage().rss
      watched()
      watched = watchLoop()
    }
    most = Math.max(most, process.memoryUsage().rss)
  }
  return { live, edits, lags, grownMb: (most - before) / MB, ...watched() }
}

const figures = (name: string, seen: Omit<Followed, 'live'>): Row[] => [
  row(`${name}: lag, p99`, quantile(seen.lags, 0.99), 'ms', 2 * EDIT_MS),
  row(`${name}: edits`, seen.edits, 'edits'),
  row(`${name}: RSS grown`, seen.grownMb, 'MB', 30),
  row(`${name}: event loop blocked at most, by its own work`, seen.busyMs, 'ms', 50),
  row(`${name}: the same with what other processes took`, seen.blockedMs, 'ms'),
]
