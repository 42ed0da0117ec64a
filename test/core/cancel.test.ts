import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelJob } from '../../src/core/cancel.ts'
import { OUTBOX } from '../../src/core/outbox.ts'
import { workCommand } from '../helpers/commands.ts'
import { away } from '../helpers/memory-store.ts'
import { OPERATOR } from '../helpers/people.ts'
import { createWorld } from '../helpers/world.ts'

async function scene() {
  let ran = 0
  const go = workCommand('go', { kind: 'change', run: async () => ({ ran: ++ran }) })
  const world = await createWorld({ commands: [go] })
  const { job } = await world.ask('openclaw go', {}, { actor: OPERATOR })
  return { world, job, ran: () => ran }
}

test('cancel: a worker that takes the job while it is being cancelled does nothing', async () => {
  const { world, job, ran } = await scene()
  // In the moment in which the queue is asked to give it back, a worker has it.
  Object.assign(world.queue, { remove: () => world.work().then(() => false) })
  await cancelJob(world.deps, job, 'Ann')
  assert.equal(ran(), 0)
  const { state, cancelledBy } = await world.job(job)
  assert.deepEqual([state, cancelledBy], ['cancelled', 'Ann'])
  assert.match(JSON.stringify(await world.words(job)), /Ann/)
})

test('cancel: one that nobody took gets its last words all the same', async () => {
  const { world, job, ran } = await scene()
  assert.equal(await cancelJob(world.deps, job, 'Ann'), 'cancelled')
  await world.work()
  assert.equal(ran(), 0)
  const words = await world.words(job)
  assert.deepEqual([words.title, words.footer], ['Cancelled before it began', job])
})

for (const again of ['the next start', 'another press'] as const)
  test(`cancel: cut off before its last words, the job gets them by ${again}`, async () => {
    const { world, job, ran } = await scene()
    world.store.before = (operation, bucket) => {
      if (operation === 'update' && bucket === OUTBOX) throw away()
    }
    await assert.rejects(cancelJob(world.deps, job, 'Ann'), { code: 'unavailable' })
    world.store.before = () => {}
    if (again === 'the next start') await world.deps.jobs.recover()
    else await cancelJob(world.deps, job, 'Ann')
    await world.work()
    assert.equal(ran(), 0)
    assert.equal((await world.job(job)).state, 'cancelled')
    assert.match(JSON.stringify(await world.words(job)), /Ann/)
  })
