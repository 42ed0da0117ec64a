import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpsError } from '../../src/core/errors.ts'
import { look, valueOr } from '../../src/core/in-time.ts'
import { say } from '../../src/core/text.ts'
import { createTestClock } from '../helpers/clock.ts'
import { failed } from '../helpers/deployments.ts'

const setup = () => {
  const clock = createTestClock()
  const stop = new AbortController()
  return { clock, stop, context: { clock, signal: stop.signal } }
}

test('a look that succeeds is known, and its limit sleeps no more', async () => {
  const { clock, context } = setup()
  assert.deepEqual(await look(context, 8000, async () => 5), { known: true, value: 5 })
  assert.equal(clock.sleepers(), 0)
})

test('a look that fails says why, with the error', async () => {
  const { clock, context } = setup()
  const error = failed('scope')
  const found = await look(context, 8000, () => Promise.reject(error))
  assert.deepEqual(found, { known: false, why: error.text, error })
  assert.equal(clock.sleepers(), 0)
})

test('a look that throws at once fails like any other, without its words', async () => {
  const { context } = setup()
  const found = await look(context, 8000, () => {
    throw new TypeError('abc')
  })
  assert.ok(!found.known)
  assert.equal(found.error.code, 'internal')
  assert.equal(say(found.why, 'en'), 'The answer could not be understood.')
  assert.ok(found.error.cause instanceof TypeError)
})

test('a look that hangs is unknown at its limit, and is told to stop', async () => {
  const { clock, context } = setup()
  let told: unknown
  const looking = look(context, 8000, (signal) => {
    signal.addEventListener('abort', () => (told = signal.reason))
    return new Promise<never>(() => {})
  })
  await clock.advance(7999)
  assert.equal(told, undefined)
  await clock.advance(1)
  const found = await looking
  assert.ok(!found.known)
  assert.equal(found.error.code, 'network')
  assert.equal(say(found.why, 'en'), 'Fly did not answer within 8 s.')
  assert.equal(say(found.why, 'zh-TW'), 'Fly 未在時限內回應：8 秒。')
  assert.equal(told, found.error)
})

test('an aborted job is no finding: the look rejects with the reason', async () => {
  const { stop, context } = setup()
  const reason = new OpsError('cancelled', 'Cancelled.')
  const looking = look(
    context,
    8000,
    (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(failed()))),
  )
  stop.abort(reason)
  await assert.rejects(looking, reason)
  await assert.rejects(
    look(context, 8000, () => new Promise(() => {})),
    reason,
  )
})

test('valueOr takes the other for what is not known', () => {
  assert.equal(valueOr({ known: true, value: 1 }, 2), 1)
  assert.equal(valueOr({ known: false, why: '', error: failed() }, 2), 2)
})
