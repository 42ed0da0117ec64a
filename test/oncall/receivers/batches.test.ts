import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpsError } from '../../../src/core/errors.ts'
import type { Alert } from '../../../src/core/oncall/alert.ts'
import { createBatches } from '../../../src/oncall/receivers/batches.ts'
import { alertOf } from '../../helpers/incidents.ts'

const named = (key: string): Alert => alertOf({ key })
const many = (count: number): readonly Alert[] => Array.from({ length: count }, () => named('x'))

/** Batches whose first write goes on until `free`, and which refuse what `fails` says. */
async function held(fails: (alerts: readonly Alert[]) => Error | undefined = () => undefined) {
  const [begun, free] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const writes: number[] = []
  const batches = createBatches({
    async take(alerts) {
      writes.push(alerts.length)
      begun.resolve()
      await free.promise
      const error = fails(alerts)
      if (error) throw error
    },
  })
  const first = batches.take([named('first')])
  await begun.promise
  return { batches, first, free: free.resolve, writes }
}
const outcome = (one: Promise<void>): Promise<string> =>
  one.then(
    () => 'taken',
    (error: unknown) => (error instanceof OpsError ? error.code : 'another'),
  )

test('one that can not be written down does not take with it what came together with it', async () => {
  const conflict = new OpsError('conflict', 'No.')
  const { batches, first, free, writes } = await held((alerts) =>
    alerts.some(({ key }) => key === 'bad') ? conflict : undefined,
  )
  const rest = ['a', 'bad', 'b'].map((key) => outcome(batches.take([named(key)])))
  free()
  await first
  assert.deepEqual(await Promise.all(rest), ['taken', 'conflict', 'taken'])
  assert.deepEqual(writes, [1, 3, 1, 1, 1])
})

test('while the store is away nothing is tried one by one', async () => {
  const away = new OpsError('unavailable', 'Away.')
  const { batches, first, free, writes } = await held(() => away)
  const all = [first, batches.take([named('a')]), batches.take([named('b')])].map(outcome)
  free()
  assert.deepEqual(await Promise.all(all), ['unavailable', 'unavailable', 'unavailable'])
  assert.deepEqual(writes, [1, 2])
})

test('what may wait is bounded: beyond it the answer is to come again, until there is room', async () => {
  const { batches, first, free } = await held()
  const waiting = Array.from({ length: 20 }, (_, n) => batches.take(many(n < 19 ? 500 : 499)))
  assert.equal(await outcome(batches.take([named('one more')])), 'busy')
  free()
  await Promise.all([first, ...waiting])
  assert.equal(await outcome(batches.take([named('later')])), 'taken')
})
