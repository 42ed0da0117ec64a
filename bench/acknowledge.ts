import { setTimeout as sleep } from 'node:timers/promises'
import { startFakeDiscord } from '../test/fakes/discord/fake-discord.ts'
import { SHAPES } from '../test/helpers/system.ts'
import { startChild } from './child.ts'
import { inTime } from './in-time.ts'
import { privateTalk, startProduct, type Talk } from './product.ts'
import type { Row } from './rows.ts'
import { alternate, median, quantile } from './stats.ts'

const ROUNDS = 5
const EACH = 100
/** Long enough for what a bot does behind an answer. */
const REST_MS = 5
/** At 100 interactions a second. */
const GAP_MS = 10
const STEADY = 200
const STEADY_ROUNDS = 3
const COMMAND = '/ops ping'

/** From the frame of an interaction to its acknowledgement at Discord, ours beside a bare discord.js handler in the same run. */
export async function acknowledgement(): Promise<Row[]> {
  const [embedded] = SHAPES
  if (embedded === undefined) throw new Error('no shape to run')
  const system = await startProduct(embedded, ['my-openclaw'])
  const other = await startFakeDiscord()
  const bare = await startChild('bare-bot.ts', { apiUrl: other.apiUrl, token: other.token })
  const us = privateTalk(system.discord, system.crowd)
  const them = privateTalk(other)
  try {
    const alternately = { us: () => oneByOne(us, true), them: () => oneByOne(them, false) }
    await alternate(1, alternately)
    const alone = await alternate(ROUNDS, alternately)
    await longestBlock(system.bot.url)
    const steady = await alternate(STEADY_ROUNDS, {
      us: () => steadily(us),
      them: () => steadily(them),
    })
    const blockMs = await longestBlock(system.bot.url)
    return rows({ alone, steady, blockMs })
  } finally {
    await bare.stop()
    await other.close()
    await system.stop()
  }
}

type Both = Readonly<Record<'us' | 'them', readonly number[][]>>

function rows(seen: {
  readonly alone: Both
  readonly steady: Both
  readonly blockMs: number
}): Row[] {
  const ms = { unit: 'ms' }
  const at = (both: Both, q: number) => ({
    us: median(both.us.map((took) => quantile(took, q))),
    them: median(both.them.map((took) => quantile(took, q))),
  })
  const half = at(seen.alone, 0.5)
  const most = at(seen.alone, 0.99)
  const steady = at(seen.steady, 0.99)
  return [
    { name: 'acknowledgement, bare discord.js, p50', figure: half.them, ...ms },
    {
      name: 'acknowledgement, p50',
      figure: half.us,
      ...ms,
      ratio: half.us / half.them,
      ratioGoal: { is: 'at most', figure: 1.5 },
    },
    { name: 'acknowledgement, bare discord.js, p99', figure: most.them, ...ms },
    { name: 'acknowledgement, p99', figure: most.us, ...ms, ratio: most.us / most.them },
    { name: 'at 100/s, bare discord.js, p99', figure: steady.them, ...ms },
    {
      name: 'at 100/s, p99',
      figure: steady.us,
      ...ms,
      goal: { is: 'below', figure: 10 },
      ratio: steady.us / steady.them,
    },
    {
      name: 'event loop at 100/s, longest block',
      figure: seen.blockMs,
      ...ms,
      goal: { is: 'at most', figure: 50 },
    },
  ]
}

/** Each waits until the one before is over, the answer included where there is one, and a moment longer. */
async function oneByOne(talk: Talk, answers: boolean): Promise<number[]> {
  const took: number[] = []
  for (let i = 0; i < EACH; i++) {
    const { exchange, send } = talk(COMMAND)
    const from = performance.now()
    send()
    await inTime(exchange.acked.promise, 'acknowledgement')
    took.push(performance.now() - from)
    if (answers) await inTime(exchange.shown.promise, 'answer')
    await sleep(REST_MS)
  }
  return took
}

/** One every `GAP_MS`, whether or not the ones before are answered. */
async function steadily(talk: Talk): Promise<number[]> {
  const begun = performance.now()
  const under: Array<Promise<number>> = []
  for (let i = 0; i < STEADY; i++) {
    const late = performance.now() - begun - i * GAP_MS
    if (late < 0) await sleep(-late)
    const { exchange, send } = talk(COMMAND)
    const from = performance.now()
    send()
    under.push(exchange.acked.promise.then(() => performance.now() - from))
  }
  return inTime(Promise.all(under), 'acknowledgements')
}

/** Since it was asked the last time, in ms; begins anew with each question. */
async function longestBlock(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text)?.[1]) * 1000
}
