import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { JOB_ID, jobId, readJobId } from '../../src/core/job-id.ts'
import type { JobDraft } from '../../src/core/job-record.ts'
import { createJobs } from '../../src/core/jobs.ts'
import { createTestClock } from '../helpers/clock.ts'
import { createMemoryQueue } from '../helpers/memory-queue.ts'
import { away, createMemoryStore } from '../helpers/memory-store.ts'
import { request } from '../helpers/people.ts'
import { runs } from '../helpers/runs.ts'

function setup() {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const queue = createMemoryQueue()
  return { clock, store, queue, jobs: createJobs({ store, queue, clock }) }
}
const draft = (id = 'i-1', more: Partial<JobDraft> = {}): JobDraft => ({
  invocation: request('openclaw look', {}, { id }),
  options: {},
  app: 'my-openclaw',
  lane: 'read',
  phase: 'run',
  ...more,
})

test('job ids are J- and six characters of Crockford base 32, the same for the same request', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(64), (invocation, salt) => {
      assert.match(jobId(invocation, salt), JOB_ID)
      assert.equal(jobId(invocation, salt), jobId(invocation, salt))
    }),
  )
  assert.notEqual(jobId('i-1'), jobId('i-2'))
  assert.notEqual(jobId('i-1', 0), jobId('i-1', 1))
  assert.equal(jobId('d-123456789'), 'J-R7RJ69', 'ids never change between releases')
})

const TYPED: ReadonlyArray<readonly [typed: string, id: string | undefined]> = [
  ['J-7K3M9Q', 'J-7K3M9Q'],
  ['j-7k3m9q', 'J-7K3M9Q'],
  [' 7K3M9Q ', 'J-7K3M9Q'],
  ['J7K3M9Q', 'J-7K3M9Q'],
  ['J-O1I0L0', 'J-011010'],
  ['oilOIL', 'J-011011'],
  ['JK3M9Q', 'J-JK3M9Q'],
  ['J-JK3M9Q', 'J-JK3M9Q'],
  ['JJK3M9Q', 'J-JK3M9Q'],
  ['J-7K3M9', undefined],
  ['J-7K3M9QQ', undefined],
  ['J-7K3M9U', undefined],
  ['J--7K3M9', undefined],
  ['', undefined],
  ['restart', undefined],
]
for (const [typed, id] of TYPED)
  test(`a job id typed as “${typed}” is ${id}`, () => assert.equal(readJobId(typed), id))

test('every job id is read back, with or without its prefix, in any case', () => {
  fc.assert(
    fc.property(fc.nat().map(String), (seed) => {
      const id = jobId(seed)
      const bare = id.slice(2)
      for (const typed of [id, bare, id.toLowerCase(), bare.toLowerCase(), `J${bare}`])
        assert.equal(readJobId(typed), id, typed)
    }),
    { numRuns: runs(1000) },
  )
})

test('accepting twice gives the first record, also while it runs and after its end', async () => {
  const { jobs, queue } = setup()
  const first = await jobs.accept(draft())
  assert.equal(first.fresh, true)
  assert.deepEqual(queue.take(), { id: first.job.id, lane: 'read' })
  await jobs.change(first.job.id, (job) => ({ ...job, state: 'done' }))
  const again = await jobs.accept(draft('i-1', { app: 'second-app' }))
  assert.deepEqual([again.fresh, again.job.app, again.job.state], [false, 'my-openclaw', 'done'])
  assert.deepEqual(queue.waiting(), [], 'what is over is not handed to the queue again')
})

test('of many at once one is fresh', async () => {
  const { jobs, queue } = setup()
  const all = await Promise.all(Array.from({ length: 50 }, () => jobs.accept(draft())))
  assert.equal(all.filter(({ fresh }) => fresh).length, 1)
  assert.equal(queue.waiting().length, 1)
})

test('a request whose id is taken by another one gets the next', async () => {
  const { jobs, store, clock } = setup()
  const { job } = await jobs.accept(draft('i-other'))
  await store.put('job', jobId('i-1'), { ...job, id: jobId('i-1') }, { order: clock.now() })
  const moved = await jobs.accept(draft('i-1'))
  assert.equal(moved.job.id, jobId('i-1', 1))
  assert.deepEqual(await jobs.accept(draft('i-1')), { job: moved.job, fresh: false })
})

test('a queue that is away leaves the record, and recovering hands it over', async () => {
  const { jobs, queue, store, clock } = setup()
  const broken = createJobs({
    queue: { ...queue, enqueue: () => Promise.reject(away()) },
    store,
    clock,
  })
  await assert.rejects(broken.accept(draft()), { code: 'unavailable' })
  assert.equal(store.size('job'), 1)
  assert.equal(await jobs.recover(), 1)
  assert.equal(queue.waiting().length, 1)
})

test('recovering hands over what waits or ran, never what is over', async () => {
  const { jobs, queue } = setup()
  const states = ['queued', 'running', 'done', 'failed', 'refused', 'cancelled', 'asked'] as const
  for (const state of states) {
    const { job } = await jobs.accept(draft(state))
    await jobs.change(job.id, (now) => ({ ...now, state }))
  }
  while (queue.take());
  assert.equal(await jobs.recover(), 2)
  assert.deepEqual(
    new Set(queue.waiting().map(({ id }) => id)),
    new Set([jobId('queued'), jobId('running')]),
  )
})

test('cancel: a waiting job is taken out and over', async () => {
  const { jobs, queue, clock } = setup()
  const { job } = await jobs.accept(draft())
  const ended: string[] = []
  jobs.onEnd((id) => ended.push(id))
  assert.equal(await jobs.cancel(job.id, 'Ann'), 'cancelled')
  const after = await jobs.get(job.id)
  assert.deepEqual(
    [after?.state, after?.cancelledBy, after?.endedAt],
    ['cancelled', 'Ann', clock.now()],
  )
  assert.deepEqual([queue.waiting(), ended], [[], [job.id]])
  assert.equal(await jobs.cancel(job.id, 'Bob'), 'over')
  assert.equal((await jobs.get(job.id))?.cancelledBy, 'Ann')
})

test('cancel: a job that a worker has taken is asked to stop', async () => {
  const { jobs, queue } = setup()
  const heard: string[] = []
  jobs.onCancel((id) => heard.push(id))
  for (const state of ['queued', 'running'] as const) {
    const { job } = await jobs.accept(draft(state))
    queue.take()
    await jobs.change(job.id, (now) => ({ ...now, state }))
    assert.equal(await jobs.cancel(job.id, 'Ann'), 'asked')
    const after = await jobs.get(job.id)
    assert.deepEqual([after?.state, after?.cancelledBy], [state, 'Ann'])
    assert.equal(heard.at(-1), job.id)
  }
})

for (const state of ['done', 'failed', 'refused', 'cancelled', 'asked'] as const)
  test(`cancel: a job that is ${state} stays so`, async () => {
    const { jobs } = setup()
    const { job } = await jobs.accept(draft())
    await jobs.change(job.id, (now) => ({ ...now, state }))
    assert.equal(await jobs.cancel(job.id, 'Ann'), 'over')
    const after = await jobs.get(job.id)
    assert.deepEqual([after?.state, after?.cancelledBy], [state, undefined])
  })

test('cancel: a job that ends in the same moment is over', async () => {
  const { jobs, queue, store } = setup()
  const { job } = await jobs.accept(draft())
  queue.take()
  store.before = async (operation, bucket) => {
    if (operation !== 'update' || bucket !== 'job') return
    store.before = () => {}
    await jobs.change(job.id, (now) => ({ ...now, state: 'done' }))
  }
  assert.equal(await jobs.cancel(job.id, 'Ann'), 'over')
})

test('cancel: nobody knows the job', async () => {
  assert.equal(await setup().jobs.cancel('J-000000', 'Ann'), 'unknown')
})

test('the recent ones come newest first, to a limit, and a record is kept for a week', async () => {
  const { jobs, clock } = setup()
  for (const id of ['a', 'b', 'c']) {
    await jobs.accept(draft(id))
    await clock.advance(1000)
  }
  assert.deepEqual(
    (await jobs.recent(2)).map(({ id }) => id),
    [jobId('c'), jobId('b')],
  )
  await clock.advance(7 * 86_400_000)
  assert.deepEqual(await jobs.recent(9), [])
})
