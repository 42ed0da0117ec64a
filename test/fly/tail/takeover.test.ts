import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpsError } from '../../../src/core/errors.ts'
import type { LogLine } from '../../../src/core/fly.ts'
import { createTails } from '../../../src/fly/tail/index.ts'
import type { LogStream } from '../../../src/fly/tail/stream.ts'
import { createTestClock, START } from '../../helpers/clock.ts'
import { createTestLog } from '../../helpers/test-log.ts'
import { createSource, lineAt, readerOf } from './source.ts'

/** A live stream that is up when the test says so. */
function fakeStream() {
  const listeners: Array<Parameters<LogStream['subscribe']>[1]> = []
  const stream: LogStream = {
    subscribe: (_, listener) => {
      listeners.push(listener)
      return () => {}
    },
    trouble: () => null,
    close: async () => {},
  }
  return { stream, listeners }
}

/** Who reads by pages while the stream is not up yet. */
function setUp() {
  const clock = createTestClock()
  const source = createSource(clock)
  const { stream, listeners } = fakeStream()
  const tails = createTails({ fly: source.fly, stream, clock, log: createTestLog() })
  const reader = readerOf(tails)
  reader.look()
  const up = () => listeners.forEach(({ live }) => live(true))
  const brings = (line: LogLine) => listeners.forEach((one) => one.line(line))
  return { clock, source, tails, reader, up, brings }
}

/** The same, with one line that a page gave long before the stream came up. */
async function setUpLate() {
  const all = setUp()
  all.source.put('long before')
  await all.clock.advance(40_000)
  all.reader.look()
  all.up()
  return all
}

test('what a page gave just before the stream was enough is not taken again when the stream brings it late', async () => {
  const { clock, source, tails, reader, up, brings } = setUp()
  up()
  await clock.advance(9000)
  const overtaken = source.put('by page first')
  await clock.advance(30_000)
  const { source: from } = reader.look()
  assert.equal(from, 'nats')
  brings(overtaken)
  brings(source.put('by stream alone'))
  reader.look()
  assert.deepEqual(reader.seen, ['by page first', 'by stream alone'])
  await tails.close()
})

test('what was written long before the stream brings the next line is not taken again', async () => {
  const { clock, source, tails, reader, brings } = await setUpLate()
  await clock.advance(1000)
  brings(source.put('by stream first'))
  await clock.advance(20_000)
  reader.look()
  assert.deepEqual(reader.seen, ['long before', 'by stream first'])
  await tails.close()
})

test('where nothing was written before the stream there is nothing to leave out', async () => {
  const { clock, source, tails, reader } = await setUpLate()
  await clock.advance(40_000)
  assert.equal(reader.look().source, 'nats')
  const calls = source.calls()
  await clock.advance(10_000)
  assert.equal(source.calls(), calls, 'the stream is enough')
  reader.look()
  assert.deepEqual([reader.seen, reader.gaps], [['long before'], 0])
  await tails.close()
})

test('what pages can not give before the stream is enough is left out, and said so once', async () => {
  const { clock, source, tails, reader, up, brings } = setUp()
  await clock.advance(1000)
  for (let n = 0; n < 300; n++) source.put(`before ${n}`)
  source.fails = () => Promise.reject(new OpsError('server', 'Fly failed to answer.'))
  await clock.advance(2000)
  const began = clock.now()
  up()
  await clock.advance(40_000)
  reader.look()
  source.fails = undefined
  await clock.advance(20_000)
  const { gaps } = reader.look()
  assert.deepEqual(gaps, [{ from: START + 1000, to: began }])
  brings(source.put('by stream'))
  assert.equal(reader.look().gaps.length, 0)
  assert.equal(reader.seen.at(-1), 'by stream')
  assert.ok(reader.seen.includes('before 0') && !reader.seen.includes('before 299'))
  await tails.close()
})

test('of more lines than are kept between two looks the newest are there, and the others counted', async () => {
  const { clock, tails, reader, up, brings } = setUp()
  const late = readerOf(tails)
  up()
  await clock.advance(30_000)
  reader.look()
  for (let n = 0; n < 30_000; n++) brings(lineAt(clock.now(), n, `line ${n}`))
  const { lines, dropped } = reader.look()
  assert.equal(lines.length + dropped, 30_000)
  assert.ok(lines.length >= 20_000 && dropped > 0, `${lines.length} kept`)
  assert.equal(reader.seen.at(-1), 'line 29999')
  assert.equal(reader.look().dropped, 0, 'counted once')
  assert.equal(late.look().dropped, 0, 'who was not here missed nothing here')
  await tails.close()
})
