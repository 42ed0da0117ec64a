import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { toldToStop, unlessTold, untilTold } from '../src/stopping.ts'
import { createTestClock } from './helpers/clock.ts'

function scene() {
  const signals = new EventEmitter()
  const clock = createTestClock()
  let forced = 0
  const told = toldToStop({ signals, clock, force: () => forced++ })
  return { signals, clock, told, forced: () => forced }
}

test('the first signal tells, and npm’s copy of it changes nothing', async () => {
  const { signals, clock, told, forced } = scene()
  signals.emit('SIGINT', 'SIGINT')
  signals.emit('SIGINT', 'SIGINT')
  await clock.advance(500)
  signals.emit('SIGTERM', 'SIGTERM')
  await untilTold(told)
  assert.deepEqual([told.aborted, told.reason, forced()], [true, 'SIGINT', 0])
})

test('whoever asks again is obeyed at once', async () => {
  const { signals, clock, forced } = scene()
  signals.emit('SIGTERM', 'SIGTERM')
  await clock.advance(1001)
  signals.emit('SIGINT', 'SIGINT')
  assert.equal(forced(), 1)
})

test('a stop that hangs is ended before somebody kills the process', async () => {
  const { signals, clock, forced } = scene()
  await clock.advance(60_000)
  signals.emit('SIGTERM', 'SIGTERM')
  await clock.advance(27_999)
  assert.equal(forced(), 0)
  await clock.advance(1)
  assert.equal(forced(), 1)
})

test('what hangs is not waited for any more, what fails or ends before is as it was', async () => {
  const { signals, told } = scene()
  assert.equal(await unlessTold(told, Promise.resolve(1)), 1)
  await assert.rejects(unlessTold(told, Promise.reject(new Error('no'))), /no/)
  const hanging = unlessTold(told, new Promise(() => {}))
  const later = Promise.withResolvers<number>()
  const failing = unlessTold(told, later.promise)
  signals.emit('SIGTERM', 'SIGTERM')
  assert.deepEqual(await Promise.all([hanging, failing]), [undefined, undefined])
  // Nobody listens to it any more, and it must not end the process.
  later.reject(new Error('too late'))
})
