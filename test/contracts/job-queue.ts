import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { OpsError } from '../../src/core/errors.ts'
import type { JobQueue, JobTurn, Lane } from '../../src/core/ports.ts'
import { type Place, type QueueSettings, until } from '../helpers/engines.ts'

/** Ticks of the schedule `W-x`, by their moments. */
const momentsOf = (begun: readonly string[]): readonly number[] =>
  begun.flatMap((id) => (id.startsWith('W-x-') ? [Number(id.slice(4))] : []))

export interface QueueCase {
  readonly place: Place
  /** A queue as another process has it; closed after the test. */
  readonly open: (settings?: QueueSettings) => Promise<JobQueue>
  /** Takes a running job away from its worker, as if it had been given to another one. */
  readonly steal: (lane: Lane, id: string) => Promise<void>
  /** Resolves when this many lanes' workers wait for something to wake them, where that can be seen. */
  readonly asleep: (lanes: number) => Promise<void>
  readonly directory: string
}

export interface QueueContract {
  readonly name: string
  readonly skip: string | false
  readonly setUp: (t: TestContext) => Promise<QueueCase>
  /** Hold under which a killed worker's job has to be given on within the test: where only the hold tells of a death, a short one. */
  readonly deathHoldMs: number
}

/** A handler that tells what it was given and ends each turn as it is told to. */
export function script() {
  const begun: string[] = []
  const turns: JobTurn[] = []
  const gates = new Map<string, PromiseWithResolvers<void>>()
  const gate = (id: string) => {
    const known = gates.get(id) ?? Promise.withResolvers<void>()
    gates.set(id, known)
    return known
  }
  return {
    begun,
    turns,
    /** Jobs with this id end when `gate(id)` is settled, all others at once. */
    gate,
    began: (id: string, times = 1) =>
      until(async () => begun.filter((one) => one === id).length >= times),
    handler: async (turn: JobTurn): Promise<void> => {
      begun.push(turn.id)
      turns.push(turn)
      const aborted = new Promise<void>((_resolve, reject) => {
        turn.signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true })
      })
      await Promise.race([gates.get(turn.id)?.promise, gates.has(turn.id) ? aborted : undefined])
    },
  }
}

/** What every engine of the JobQueue port has to do within one process. */
export function queueContract({ name, skip, setUp }: QueueContract): void {
  const check = (what: string, body: (one: QueueCase, t: TestContext) => Promise<void>) => {
    void test(`${name}: ${what}`, { skip, timeout: 20_000 }, async (t) => body(await setUp(t), t))
  }
  const started = async (one: QueueCase, options: { apps?: string[]; reads?: number } = {}) => {
    const queue = await one.open()
    const { handler, ...rest } = script()
    await queue.work({ apps: options.apps ?? ['a', 'b'], reads: options.reads ?? 2, handler })
    return { queue, ...rest }
  }

  check('reads go side by side up to their number, past a long mutation', async (one) => {
    const { queue, began, begun, gate } = await started(one)
    for (const id of ['J-long', 'J-r1', 'J-r2', 'J-r3']) gate(id)
    await queue.enqueue({ id: 'J-long', lane: 'app-a' })
    for (const id of ['J-r1', 'J-r2', 'J-r3']) await queue.enqueue({ id, lane: 'read' })
    await Promise.all([began('J-long'), began('J-r1'), began('J-r2')])
    assert.deepEqual((await queue.counts())['read'], { waiting: 1, active: 2, delayed: 0 })
    assert.ok(!begun.includes('J-r3'))
    gate('J-r1').resolve()
    await began('J-r3')
    for (const id of ['J-long', 'J-r2', 'J-r3']) gate(id).resolve()
  })

  check('an id that waits, runs or is remembered changes nothing', async (one) => {
    const early = await one.open()
    await Promise.all(['J-1', 'J-1', 'J-1'].map((id) => early.enqueue({ id, lane: 'app-a' })))
    assert.equal((await early.counts())['app-a']?.waiting, 1)
    const { queue, began, begun, gate } = await started(one)
    gate('J-2')
    await queue.enqueue({ id: 'J-2', lane: 'app-a' })
    await began('J-2')
    for (const id of ['J-1', 'J-2', 'J-3']) await queue.enqueue({ id, lane: 'app-a' })
    gate('J-2').resolve()
    await began('J-3')
    assert.deepEqual(begun, ['J-1', 'J-2', 'J-3'])
  })

  check('a failing mutation keeps its turn for three tries, then lets go', async (one) => {
    const { queue, began, begun, gate } = await started(one)
    gate('J-bad').promise.catch(() => {})
    gate('J-bad').reject(new Error('no'))
    for (const id of ['J-bad', 'J-next']) await queue.enqueue({ id, lane: 'app-a' })
    await began('J-next')
    assert.deepEqual(begun, ['J-bad', 'J-bad', 'J-bad', 'J-next'])
  })

  check('a failing read is tried three times without holding a place', async (one) => {
    const { queue, began, begun, gate } = await started(one, { reads: 1 })
    gate('J-bad').promise.catch(() => {})
    gate('J-bad').reject(new Error('no'))
    await queue.enqueue({ id: 'J-bad', lane: 'read' })
    await began('J-bad', 3)
    await queue.enqueue({ id: 'J-other', lane: 'read' })
    await began('J-other')
    await until(async () => {
      const { waiting, active, delayed } = (await queue.counts())['read'] ?? {}
      return waiting === 0 && active === 0 && delayed === 0
    })
    assert.equal(begun.filter((id) => id === 'J-bad').length, 3)
  })

  check('only a waiting job can be taken out', async (one) => {
    const { queue, began, begun, gate } = await started(one)
    gate('J-run')
    for (const id of ['J-run', 'J-out', 'J-stay']) await queue.enqueue({ id, lane: 'app-a' })
    await began('J-run')
    const remove = (id: string) => queue.remove({ id, lane: 'app-a' })
    assert.equal(await remove('J-run'), false)
    assert.equal(await remove('J-none'), false)
    assert.equal(await remove('J-out'), true)
    assert.equal(await remove('J-out'), false)
    await queue.enqueue({ id: 'J-later', lane: 'timer', delayMs: 600_000 })
    assert.equal((await queue.counts())['timer']?.delayed, 1)
    assert.equal(await queue.remove({ id: 'J-later', lane: 'timer' }), true)
    gate('J-run').resolve()
    await began('J-stay')
    await queue.enqueue({ id: 'J-out', lane: 'app-a' })
    await began('J-out')
    assert.deepEqual(begun, ['J-run', 'J-stay', 'J-out'])
    assert.equal(await remove('J-run'), false)
  })

  check('timers run when they are due, earliest first', async (one) => {
    const { queue, began, begun } = await started(one, { reads: 1 })
    const from = Date.now()
    await queue.enqueue({ id: 'T-late', lane: 'timer', delayMs: 250 })
    await queue.enqueue({ id: 'T-soon', lane: 'timer', delayMs: 100 })
    await queue.enqueue({ id: 'T-now', lane: 'timer' })
    await began('T-late')
    // Redis and this process count milliseconds apart from each other.
    assert.ok(Date.now() - from >= 248)
    assert.deepEqual(begun, ['T-now', 'T-soon', 'T-late'])
    await assert.rejects(queue.enqueue({ id: 'J-x', lane: 'read', delayMs: 5 }), TypeError)
    await assert.rejects(queue.enqueue({ id: 'J:x', lane: 'read' }), TypeError)
    await assert.rejects(queue.enqueue({ id: '123', lane: 'read' }), TypeError)
  })

  check('a schedule gives one tick in time, whoever declares it and how often', async (one) => {
    const all = await Promise.all([started(one), started(one), started(one)])
    const declare = () =>
      Promise.all(all.map(({ queue }) => queue.schedule({ key: 'W-x', everyMs: 150 })))
    const moments = () => momentsOf(all.flatMap(({ begun }) => begun)).toSorted((a, b) => a - b)
    await declare()
    for (let n = 1; n < 4; n++) {
      await until(async () => moments().length > n)
      await declare()
    }
    const [first = 0, ...later] = moments()
    // Each is a moment of its own, and none lies nearer to the next than the interval.
    later.reduce((before, at) => (assert.ok(at - before >= 149, `${at - before}`), at), first)
    assert.equal((await all[0]?.queue.counts())?.['timer']?.delayed, 0, 'its next tick is no job')
  })

  check('a schedule outlives its process, another interval replaces it', async (one) => {
    const first = await started(one)
    await first.queue.schedule({ key: 'W-x', everyMs: 600_000 })
    await until(async () => momentsOf(first.begun).length === 1)
    await first.queue.close()
    const second = await started(one)
    await second.queue.schedule({ key: 'W-x', everyMs: 600_000 })
    await second.queue.enqueue({ id: 'T-1', lane: 'timer' })
    await second.began('T-1')
    assert.deepEqual(momentsOf(second.begun), [], 'declared again, it waits for its time')
    await second.queue.schedule({ key: 'W-x', everyMs: 100 })
    await until(async () => momentsOf(second.begun).length >= 3)
    assert.equal(await second.queue.unschedule('W-x'), true)
    assert.equal(await second.queue.unschedule('W-x'), false)
    const ticks = momentsOf(second.begun).length
    await second.queue.enqueue({ id: 'T-2', lane: 'timer', delayMs: 250 })
    await second.began('T-2')
    // One that was handed out as it ended may have come still.
    assert.ok(momentsOf(second.begun).length <= ticks + 1, 'it ended')
    await assert.rejects(second.queue.schedule({ key: 'W:x', everyMs: 5 }), TypeError)
    await assert.rejects(second.queue.schedule({ key: 'W-x', everyMs: 0 }), TypeError)
  })

  check('another interval counts from then on, also when ticks of it were missed', async (one) => {
    const early = await one.open()
    await early.schedule({ key: 'W-x', everyMs: 600_000 })
    await early.schedule({ key: 'W-x', everyMs: 5 })
    // Nobody works on it until now.
    const { begun } = await started(one)
    await until(async () => momentsOf(begun).length >= 3)
  })

  check('a tick that fails or was missed does not stop those after it', async (one) => {
    const { queue, begun } = await started(one)
    const failed = await one.open()
    await queue.drain(0)
    await queue.schedule({ key: 'W-x', everyMs: 60 })
    const ticks: string[] = []
    await failed.enqueue({ id: 'T-1', lane: 'timer', delayMs: 200 })
    await failed.work({
      apps: ['a'],
      reads: 1,
      async handler({ id }) {
        ticks.push(id)
        if (id.startsWith('W-')) throw new Error('no')
      },
    })
    await until(async () => ticks.length >= 4)
    const [missed = 0, next = 0] = momentsOf(ticks)
    assert.ok(next > missed, 'what was missed is one tick')
    assert.equal(new Set(ticks).size, ticks.length, 'none is tried again')
    assert.deepEqual(begun, [])
  })

  check('a drain waits for what runs and leaves the rest to the others', async (one) => {
    const first = await started(one)
    first.gate('J-1')
    for (const id of ['J-1', 'J-2']) await first.queue.enqueue({ id, lane: 'app-a' })
    await first.began('J-1')
    const second = await started(one)
    // All lanes of both but the busy one: nothing but the end of the drain wakes the second one.
    await one.asleep(7)
    const drained = first.queue.drain(15_000)
    first.gate('J-1').resolve()
    await drained
    await second.began('J-2')
    assert.deepEqual([first.begun, second.begun], [['J-1'], ['J-2']])
  })

  check('a drain that is over aborts, and the job is given on in its place', async (one) => {
    const first = await started(one)
    first.gate('J-1')
    await first.queue.enqueue({ id: 'J-1', lane: 'app-b' })
    await first.began('J-1')
    const second = await started(one)
    await second.queue.enqueue({ id: 'J-2', lane: 'app-b' })
    await first.queue.drain(1)
    assert.equal(first.turns[0]?.signal.aborted, true)
    await second.began('J-2')
    assert.deepEqual(second.begun, ['J-1', 'J-2'])
  })

  check('a job that was taken away is aborted and run again, not beside itself', async (one) => {
    const queue = await one.open({ holdMs: 1500 })
    const { handler, began, gate, turns } = script()
    await queue.work({ apps: ['a'], reads: 1, handler })
    gate('J-1')
    await queue.enqueue({ id: 'J-1', lane: 'app-a' })
    await began('J-1')
    await one.steal('app-a', 'J-1')
    await until(async () => turns[0]?.signal.aborted)
    gate('J-1').resolve()
    await began('J-1', 2)
    assert.ok(turns[0]?.signal.reason instanceof OpsError)
  })

  check('closing twice, and without ever working, is fine', async (one) => {
    const queue = await one.open()
    assert.equal((await queue.health()).ok, true)
    await queue.close()
    await queue.close()
    await assert.rejects(queue.enqueue({ id: 'J-1', lane: 'read' }), { code: 'unavailable' })
  })
}
