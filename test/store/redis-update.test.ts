import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createInTurn } from '../../src/store/in-turn.ts'
import { createKnown } from '../../src/store/redis/known.ts'
import { createRedisUpdate } from '../../src/store/redis/update.ts'

/** One entry as the server has it, and what was asked of it. */
function entry(stored: unknown, guess?: unknown) {
  const asked: string[] = []
  let json = stored === undefined ? undefined : JSON.stringify(stored)
  const update = createRedisUpdate({
    read: () => {
      asked.push('read')
      return Promise.resolve(json ?? null)
    },
    write: ([first]) => {
      asked.push('write')
      const written = (json ?? '') === first?.expected
      const current = [json ?? null]
      if (written) json = first.json
      return Promise.resolve({ written, current })
    },
    known: () => (guess === undefined ? undefined : JSON.stringify(guess)),
    inTurn: createInTurn(),
    limitMs: 10_000,
  })
  return { asked, update: (change: (now: unknown) => unknown) => update('b', 'id', change) }
}
const next = (now: unknown) => ({ n: ((now as { n: number } | undefined)?.n ?? 0) + 1 })

test('what is known, and what is not there, is changed without a read', async () => {
  const known = entry({ n: 4 }, { n: 4 })
  assert.deepEqual(await known.update(next), { n: 5 })
  const none = entry(undefined)
  assert.deepEqual(await none.update(next), { n: 1 })
  assert.deepEqual([known.asked, none.asked], [['write'], ['write']])
})

test('a wrong guess loses, and what there is gets changed', async () => {
  const older = entry({ n: 7 }, { n: 4 })
  assert.deepEqual(await older.update(next), { n: 8 })
  const unknown = entry({ n: 7 })
  assert.deepEqual(await unknown.update(next), { n: 8 })
  const gone = entry(undefined, { n: 4 })
  assert.deepEqual(await gone.update(next), { n: 1 })
  for (const { asked } of [older, unknown, gone]) assert.deepEqual(asked, ['write', 'write'])
})

test('nothing is left alone on a guess, and no guess makes it fail', async () => {
  const over = entry({ n: 2 }, { n: 1 })
  const change = (now: unknown) => ((now as { n: number }).n === 1 ? undefined : next(now))
  assert.deepEqual(await over.update(change), { n: 3 })
  assert.deepEqual(over.asked, ['read', 'write'])
  const picky = entry({ n: 2 })
  assert.deepEqual(await picky.update(change), { n: 3 })
  assert.deepEqual(picky.asked, ['read', 'write'])
  const same = entry({ n: 2 }, { n: 2 })
  assert.deepEqual(await same.update(() => undefined), { n: 2 })
  assert.deepEqual(same.asked, ['read'])
})

test('what is known is bounded, in all and in length', () => {
  const known = createKnown()
  known.set('long', 'x'.repeat(20_000))
  for (let i = 0; i <= 500; i++) known.set(`k${i}`, 'x'.repeat(10_000))
  known.set('k499', undefined)
  known.set('k500', '1')
  assert.deepEqual(
    ['long', 'k0', 'k299', 'k499', 'k500'].map((key) => known.get(key)?.length),
    [undefined, undefined, undefined, undefined, 1],
  )
  assert.ok(known.get('k498') && known.get('k350'))
})
