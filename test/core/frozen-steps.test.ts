import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tr } from '../../src/core/text.ts'
import { settle } from '../helpers/clock.ts'
import { workCommand } from '../helpers/commands.ts'
import { away } from '../helpers/memory-store.ts'
import { OPERATOR } from '../helpers/people.ts'
import { createWorld } from '../helpers/world.ts'

/* A freeze that comes in the middle: at every boundary, the step before is whole, what has a way back goes back, and proofs go on. */

const IDS = ['a', 'b', 'c'] as const

async function run(freezeIn: string | null, proofs: readonly string[] = [], unknown = false) {
  const done: string[] = []
  const command = workCommand('turn', {
    kind: 'change',
    role: 'operator',
    run: async (context) => {
      await context.steps(
        tr('Turning', '進行中'),
        IDS.map((id) => ({
          id,
          label: id,
          do: async () => {
            done.push(id)
            if (id !== freezeIn) return
            if (unknown) world.store.before = lost
            else await world.deps.access.freeze({ by: 'discord:100', name: 'Olga', reason: 'leak' })
          },
          undo: async () => void done.push(`-${id}`),
          ...(proofs.includes(id) && { proof: true as const }),
        })),
      )
      return { ok: true }
    },
  })
  const world = await createWorld({ commands: [command] })
  const lost = (operation: string, bucket?: string) => {
    if (operation === 'get' && bucket === 'freeze') throw away()
  }
  const { job } = await world.ask('openclaw turn', {}, { actor: OPERATOR })
  // Without its store the job waits to be taken up again: that is as far as it comes.
  await (unknown ? Promise.race([world.work(), settle()]) : world.work())
  world.store.before = () => {}
  return { world, job, done, record: await world.job(job) }
}

for (const [at, effects] of [
  ['a', ['a', '-b', '-a']],
  ['b', ['a', 'b', '-c', '-b', '-a']],
] as const)
  test(`frozen inside step ${at}: it ends whole, the next is not begun, and the way back is taken`, async () => {
    const { world, job, done, record } = await run(at)
    assert.deepEqual(done, effects)
    assert.deepEqual([record.state, record.failure?.code], ['failed', 'frozen'])
    assert.match(JSON.stringify(await world.words(job)), /Olga froze everything \(leak\)/)
  })

test('frozen inside the last step: the job ends as it was meant to', async () => {
  const { done, record } = await run('c')
  assert.deepEqual([done, record.state], [['a', 'b', 'c'], 'done'])
})

test('frozen before steps that only prove: they go on, so that the state is known', async () => {
  const { done, record } = await run('a', ['b', 'c'])
  assert.deepEqual([done, record.state], [['a', 'b', 'c'], 'done'])
})

test('a store that cannot say whether all is frozen: nothing more is begun', async () => {
  const { done } = await run('a', [], true)
  assert.equal(done.includes('b') || done.includes('c'), false)
})

test('killed while the freeze’s way back was taken: the next run takes it to its end, frozen or not', async () => {
  const { world, record } = await run('b')
  const marks = Object.values(record.steps).map(({ state }) => state)
  assert.deepEqual(marks, ['undone', 'undone', 'undone'])
  await world.deps.access.unfreeze()
  await world.work()
  assert.equal((await world.job(record.id)).state, 'failed')
})
