import { tempDir } from '../test/helpers/engines.ts'
import { skipRedis, startRedis, type TestRedis } from '../test/helpers/redis.ts'
import { type Child, startChild } from './child.ts'
import { EVERY_SECOND } from './product.ts'
import type { Row } from './rows.ts'
import { alternate, median } from './stats.ts'

const ROUNDS = 5
const COUNT = 2000
/** As many commands under way at once as one worker reads side by side (src/worker.ts). */
const CONCURRENCY = 32

interface Runner {
  /** Works off `COUNT` commands; gives how many it did in a second. */
  readonly run: () => Promise<number>
  readonly stop: () => Promise<void>
}

/** Commands a second from the dispatcher to the delivered answer, into a chat that takes everything at once, beside BullMQ alone. */
export async function throughput(): Promise<Row[]> {
  if (skipRedis !== false) {
    console.error(`throughput is not measured: ${skipRedis}`)
    return []
  }
  const redis = await startRedis(EVERY_SECOND)
  const dir = await tempDir()
  const runners = {
    ...(await bullmq(redis)),
    answered: await bullmqAnswers(redis),
    two: await onRedis(redis, dir.path),
    one: await embedded(dir.path),
  }
  try {
    for (const { run } of Object.values(runners)) await run()
    const { added, awaited, answered, two, one } = await alternate(ROUNDS, {
      added: runners.added.run,
      awaited: runners.awaited.run,
      answered: runners.answered.run,
      two: runners.two.run,
      one: runners.one.run,
    })
    return rows({
      added: median(added),
      awaited: median(awaited),
      answered: median(answered),
      two: median(two),
      one: median(one),
    })
  } finally {
    await Promise.all(Object.values(runners).map(({ stop }) => stop()))
    await redis.close()
    await dir.remove()
  }
}

type Rates = Readonly<Record<'added' | 'awaited' | 'answered' | 'two' | 'one', number>>

function rows({ added, awaited, answered, two, one }: Rates): Row[] {
  const at = `${CONCURRENCY} at once`
  const unit = 'commands/s'
  return [
    { name: `BullMQ alone, two processes, adding: ${at}`, figure: added, unit: 'jobs/s' },
    { name: '  and each end heard of, without an answer', figure: awaited, unit: 'jobs/s' },
    { name: '  and answers in a queue of their own', figure: answered, unit: 'jobs/s' },
    {
      name: `Redis, bot and worker, ${at}`,
      figure: two,
      unit,
      goal: { is: 'at least', figure: 1000 },
    },
    {
      name: '  of BullMQ alone with answers',
      figure: two,
      unit,
      ratio: two / answered,
      ratioGoal: { is: 'at least', figure: 0.6 },
    },
    { name: '  of BullMQ alone, ends heard of', figure: two, unit, ratio: two / awaited },
    { name: '  of adding alone', figure: two, unit, ratio: two / added },
    {
      name: `embedded engine, one process, ${at}`,
      figure: one,
      unit,
      goal: { is: 'at least', figure: 300 },
    },
  ]
}

let round = 0
const nextName = (): string => `r${round++}`

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return (COUNT / (performance.now() - from)) * 1000
}

/** Adding without waiting, and jobs whose end is heard of: neither brings an answer, and an end that nobody hears is lost. */
async function bullmq({ socket }: TestRedis): Promise<Record<'added' | 'awaited', Runner>> {
  const half = (role: 'producer' | 'worker') =>
    startChild('bullmq-app.ts', { role, socket, concurrency: CONCURRENCY })
  const [producer, worker] = await Promise.all([half('producer'), half('worker')])
  const run = (awaited: boolean) => () =>
    timed(() => {
      const load = { name: nextName(), count: COUNT, awaited }
      return Promise.all([worker.ask(load), producer.ask(load)])
    })
  return {
    added: { run: run(false), stop: () => stopAll([producer, worker]) },
    awaited: { run: run(true), stop: async () => {} },
  }
}

/** What a command takes with BullMQ alone: a job for it and a job for its answer, which no process can lose. */
async function bullmqAnswers({ socket }: TestRedis): Promise<Runner> {
  const half = (role: 'bot' | 'worker') =>
    startChild('bullmq-answers-app.ts', { role, socket, concurrency: CONCURRENCY })
  const [bot, worker] = await Promise.all([half('bot'), half('worker')])
  return {
    run: () => timed(() => bot.ask({ name: nextName(), count: COUNT })),
    stop: () => stopAll([bot, worker]),
  }
}

async function onRedis({ url }: TestRedis, stateDir: string): Promise<Runner> {
  const env = { ...BASE, OPS_STATE_DIR: `${stateDir}/redis`, REDIS_URL: url }
  const [bot, worker] = await Promise.all([
    startChild('pipeline-app.ts', { ...env, OPS_ROLE: 'bot' }),
    startChild('pipeline-app.ts', { ...env, OPS_ROLE: 'worker' }),
  ])
  return pipeline(bot, [bot, worker])
}

async function embedded(stateDir: string): Promise<Runner> {
  const app = await startChild('pipeline-app.ts', { ...BASE, OPS_STATE_DIR: `${stateDir}/sqlite` })
  return pipeline(app, [app])
}

const pipeline = (bot: Child, all: readonly Child[]): Runner => ({
  run: () => timed(() => bot.ask({ name: nextName(), count: COUNT, concurrency: CONCURRENCY })),
  stop: () => stopAll(all),
})

async function stopAll(children: readonly Child[]): Promise<void> {
  await Promise.all(children.map(({ stop }) => stop()))
}

/** Fly is never asked. */
const BASE = {
  OPS_APPS: 'my-openclaw',
  OPS_SECRET_KEY: '11'.repeat(32),
  FLY_API_TOKEN: 'FlyV1 fm2_none',
  FLY_API_URL: 'http://127.0.0.1:9',
  LOG_LEVEL: 'warn',
}
