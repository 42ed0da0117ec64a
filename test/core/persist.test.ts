import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OUTBOX } from '../../src/core/outbox.ts'
import { settle } from '../helpers/clock.ts'
import { workCommand } from '../helpers/commands.ts'
import { away } from '../helpers/memory-store.ts'
import { OPERATOR } from '../helpers/people.ts'
import { createWorld } from '../helpers/world.ts'

/** A job whose last words meet `fault` so many times. */
async function scene(fault: Error, times: number) {
  const world = await createWorld({ commands: [workCommand('go')] })
  const { job } = await world.ask('openclaw go', {}, { actor: OPERATOR })
  const ended: string[] = []
  world.deps.jobs.onEnd((id) => ended.push(id))
  let left = times
  world.store.before = (operation, bucket) => {
    if (operation === 'update' && bucket === OUTBOX && left-- > 0) throw fault
  }
  const working = world.work()
  for (let i = 0; i < times; i++) {
    await settle()
    await world.clock.advance(1000)
  }
  await working
  return { world, job, ended }
}

test('a fault of ours that comes back at every try ends the job, and the one who waits is told', async () => {
  const { world, job, ended } = await scene(new Error('a bug'), 3)
  const { state, failure } = await world.job(job)
  assert.deepEqual([state, failure?.code], ['failed', 'internal'])
  assert.deepEqual(ended, [job])
  const words = await world.words(job)
  assert.equal(words.tone, 'error')
  assert.match(JSON.stringify(words), new RegExp(job))
  assert.doesNotMatch(JSON.stringify(words), /a bug/)
  // Whatever the queue gives out again, it is not run again.
  await world.deps.jobs.recover()
  assert.equal(world.queue.waiting().length, 0)
})

test('… but not one that another worker has ended meanwhile', async () => {
  const world = await createWorld({ commands: [workCommand('go')] })
  const { job } = await world.ask('openclaw go', {}, { actor: OPERATOR })
  const { store, clock, deps } = world
  const other = () =>
    deps.jobs.end(job, (now) => ({ ...now, state: 'done', runs: now.runs + 1, endedAt: 1 }))
  let tries = 0
  let over = false
  store.before = async (operation, bucket) => {
    if (operation !== 'update') return
    if (bucket === OUTBOX && tries++ < 3) throw new Error('a bug')
    if (bucket !== 'job' || tries < 3 || over) return
    over = true
    await other()
  }
  const working = world.work()
  for (let i = 0; i < 3; i++) {
    await settle()
    await clock.advance(1000)
  }
  await working
  assert.equal((await world.job(job)).state, 'done')
})

test('a store that is away ends nothing, however long it takes', async () => {
  const { world, job } = await scene(away(), 30)
  assert.equal((await world.job(job)).state, 'done')
  assert.equal((await world.words(job)).title, 'Done')
})
