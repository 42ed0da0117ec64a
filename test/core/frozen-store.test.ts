import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createAccess } from '../../src/access/index.ts'
import { createButtons } from '../../src/core/buttons.ts'
import { createDispatcher } from '../../src/core/dispatcher.ts'
import { createJobs } from '../../src/core/jobs.ts'
import { createOutbox } from '../../src/core/outbox.ts'
import { createRunner } from '../../src/core/runner.ts'
import { tr } from '../../src/core/text.ts'
import { createBullQueue } from '../../src/jobs/bullmq/queue.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { connectRedis } from '../../src/store/redis/connection.ts'
import { createRedisStore } from '../../src/store/redis/store.ts'
import { workCommand } from '../helpers/commands.ts'
import { memoryLog, realClock, until } from '../helpers/engines.ts'
import { APPS, OPERATOR, request, settleIn } from '../helpers/people.ts'
import { skipRedis, startRedis } from '../helpers/redis.ts'
import { noFly, noGateway, noTails } from '../helpers/run-command.ts'
import { registryOf } from '../helpers/world.ts'

/* A store that does not answer, in truth: a Redis that stands still while a step runs. Nothing is begun until it says that nothing is frozen. */

const IDS = ['a', 'b'] as const
const options = { skip: skipRedis, timeout: 30_000 }

/** Front, queue and worker on one Redis; `during` is what happens inside the first step. */
async function setup(
  t: TestContext,
  during: (one: { freeze: () => Promise<unknown> }) => Promise<unknown>,
) {
  const server = await startRedis()
  const log = memoryLog()
  const clock = realClock
  const link = await connectRedis(server.url, { log, clock, callMs: 300 })
  const store = createRedisStore({ redis: link, clock })
  const pauses = [5, 10] as const
  const queue = createBullQueue({
    connection: link,
    clock,
    log,
    pauses,
    lockMs: 1200,
    stalledMs: 200,
  })
  const access = createAccess({ store, owners: ['discord:100'], clock, log })
  const done: string[] = []
  const entered = Promise.withResolvers<void>()
  const freeze = () => access.freeze({ by: 'discord:100', name: 'Olga', reason: 'a leak' })
  const turn = workCommand('turn', {
    kind: 'change',
    role: 'operator',
    run: async ({ steps }) => {
      const doing = (id: string) => async () => {
        done.push(id)
        if (id !== 'a') return
        await during({ freeze })
        server.pause()
        entered.resolve()
      }
      await steps(
        tr('Turning', '進行中'),
        IDS.map((id) => ({
          id,
          label: id,
          do: doing(id),
          done: async () => done.includes(id) || undefined,
          undo: async () => void done.push(`-${id}`),
        })),
      )
      return { ok: true }
    },
  })
  const registry = registryOf({ commands: [turn] })
  const sealer = createSealer(Buffer.alloc(32, 7))
  const jobs = createJobs({ store, queue, clock })
  const common = { registry, apps: APPS, access, jobs, store, sealer, clock, log }
  const deps = {
    ...common,
    buttons: createButtons({ ...common, may: () => true }),
    outbox: createOutbox(common),
    audit: { record: () => {} },
  }
  await access.start()
  await settleIn(access)
  const runner = createRunner({
    ...deps,
    metrics: { job: () => {} },
    fly: noFly(),
    gateway: noGateway(),
    tails: noTails(),
  })
  await queue.work({ apps: APPS, reads: 2, handler: runner })
  t.after(async () => {
    access.stop()
    server.resume()
    await queue.close()
    await store.close()
    await link.close()
    await server.close()
  })
  const front = createDispatcher(deps)
  const ask = async (id: string) => {
    const admission = front.admit(request('openclaw turn', {}, { id, actor: OPERATOR }))
    assert.equal(admission.kind, 'admitted')
    return admission.kind === 'admitted' ? admission.run() : assert.fail()
  }
  const ended = (id: string) =>
    until(async () => {
      const job = await jobs.get(id)
      return job?.state === 'done' || job?.state === 'failed' ? job : undefined
    })
  return { server, entered: entered.promise, done, ask, ended }
}

test(
  'a Redis that stands still: the step that runs ends, the next waits, and nothing new is begun',
  options,
  async (t) => {
    const { server, entered, done, ask, ended } = await setup(t, async () => {})
    const first = await ask('i-1')
    assert.equal(first.kind, 'queued')
    await entered
    const second = await ask('i-2')
    assert.deepEqual(
      [second.kind, second.kind === 'reply' && second.failure],
      ['reply', 'unavailable'],
      'whoever asks is told',
    )
    assert.deepEqual(done, ['a'])
    server.resume()
    const job = await ended(first.kind === 'queued' ? first.job : '')
    // Whether the mark of the first step got through decides which; both are whole.
    const whole = { done: ['a', 'b'], failed: ['a', '-a'] }
    assert.deepEqual(done, job.state === 'done' ? whole.done : whole.failed)
  },
)

test(
  'frozen behind a Redis that stands still: the next step is never begun',
  options,
  async (t) => {
    const { server, entered, done, ask, ended } = await setup(t, ({ freeze }) => freeze())
    const first = await ask('i-1')
    await entered
    server.resume()
    const job = await ended(first.kind === 'queued' ? first.job : '')
    assert.equal(job.state, 'failed')
    assert.deepEqual([done.includes('b'), done.at(-1)], [false, '-a'])
  },
)
