import assert from 'node:assert/strict'
import { once } from 'node:events'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { kill, startChild, until } from '../helpers/engines.ts'
import { endedIds, order, overlaps, readEvidence } from '../helpers/evidence.ts'
import type { QueueChild } from '../helpers/queue-child.ts'
import type { QueueCase, QueueContract } from './job-queue.ts'

/** What every engine of the JobQueue port has to do across processes. */
export function queueProcessContract(contract: QueueContract): void {
  const { name, skip, setUp, deathHoldMs } = contract
  const check = (what: string, body: (one: QueueCase, t: TestContext) => Promise<void>) => {
    void test(`${name}: ${what}`, { skip, timeout: 30_000 }, async (t) => body(await setUp(t), t))
  }
  const worker = async (t: TestContext, one: QueueCase, options: Partial<QueueChild> = {}) => {
    const evidence = join(one.directory, 'evidence')
    const fixed = { place: one.place, apps: ['a', 'b', 'c'], settings: { holdMs: 3000 }, jobMs: 3 }
    const child = await startChild('queue-child.ts', { ...fixed, evidence, ...options })
    t.after(() => kill(child))
    return child
  }

  check('three workers keep each app in order and one at a time', async (one, t) => {
    const queue = await one.open()
    const apps = ['a', 'b', 'c'] as const
    const ids = apps.map((app) => Array.from({ length: 15 }, (_, i) => `J-${app}${i}`))
    const add = async (at: number, from: number, to: number) => {
      for (const id of ids[at]?.slice(from, to) ?? [])
        await queue.enqueue({ id, lane: `app-${apps[at] ?? 'a'}` })
    }
    await Promise.all([add(0, 0, 8), add(1, 0, 8), add(2, 0, 8)])
    await Promise.all([worker(t, one), worker(t, one), worker(t, one)])
    await Promise.all([add(0, 8, 15), add(1, 8, 15), add(2, 8, 15)])
    const path = join(one.directory, 'evidence')
    await until(async () => endedIds(readEvidence(path)).size === 45)
    const lines = readEvidence(path)
    assert.deepEqual(
      apps.map((app) => order(lines, `app-${app}`)),
      ids,
    )
    assert.deepEqual(overlaps(lines, new Set()), [])
    assert.equal(lines.length, 90)
  })

  check('the job of a killed worker is given to another one, before later ones', async (one, t) => {
    const queue = await one.open()
    const held = await worker(t, one, { settings: { holdMs: deathHoldMs } })
    const begun = once(held, 'message')
    await queue.enqueue({ id: 'J-hold', lane: 'app-a' })
    await begun
    await queue.enqueue({ id: 'J-after', lane: 'app-a' })
    await kill(held)
    const heir = await worker(t, one, { settings: { holdMs: deathHoldMs } })
    const [message] = (await once(heir, 'message')) as unknown[]
    assert.deepEqual(message, { start: 'J-hold' })
    // Told to stop, it gives the job back, and the next one has it at once.
    const exit = once(heir, 'exit')
    heir.send('stop')
    assert.deepEqual(await exit, [0, null])
    const last = await worker(t, one, { settings: { holdMs: 600_000 } })
    assert.deepEqual((await once(last, 'message'))[0], { start: 'J-hold' })
  })
}
