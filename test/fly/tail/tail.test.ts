import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { OpsError } from '../../../src/core/errors.ts'
import { cursorAt } from '../../../src/core/fly.ts'
import { positionAfter } from '../../../src/core/logs/tail.ts'
import { createTails } from '../../../src/fly/tail/index.ts'
import { createTestClock, settle, START } from '../../helpers/clock.ts'
import { type Logged, createTestLog } from '../../helpers/test-log.ts'
import { createSource, lineAt, readerOf } from './source.ts'

function setUp() {
  const clock = createTestClock()
  const source = createSource(clock)
  const logged: Logged[] = []
  const open = () =>
    createTails({ fly: source.fly, stream: undefined, clock, log: createTestLog(logged) })
  return { clock, source, logged, open, tails: open() }
}

test('lines come as they are written, late ones too, each once', async () => {
  const { clock, source, tails } = setUp()
  const reader = readerOf(tails)
  reader.look()
  source.put('one')
  await clock.advance(3000)
  source.put('two')
  await clock.advance(3000)
  source.put('late', 5000)
  await clock.advance(3000)
  reader.look()
  assert.deepEqual(reader.seen, ['one', 'two', 'late'])
  await clock.advance(30_000)
  reader.look()
  assert.equal(reader.seen.length, 3)
  await tails.close()
})

test('hundreds of lines of one pause are read page after page, also those that share a moment with the end of a page', async () => {
  const { clock, source, tails } = setUp()
  const reader = readerOf(tails)
  reader.look()
  for (let n = 0; n < 450; n++) source.put(`line ${n}`)
  await clock.advance(5000)
  reader.look()
  assert.equal(new Set(reader.seen).size, 450)
  assert.equal(reader.seen.length, 450)
  await tails.close()
})

test('several readers share one upstream, which rests when nothing comes and ends when nobody reads', async () => {
  const { clock, source, tails } = setUp()
  const readers = [readerOf(tails), readerOf(tails), readerOf(tails)]
  for (const reader of readers) reader.look()
  source.put('for all')
  await clock.advance(4000)
  for (const reader of readers) reader.look()
  assert.deepEqual(
    readers.map(({ seen }) => seen),
    [['for all'], ['for all'], ['for all']],
  )
  const before = source.calls()
  await clock.advance(40_000)
  assert.ok(source.calls() - before <= 8, `${source.calls() - before} calls while nothing came`)
  await clock.advance(40_000)
  const ended = source.calls()
  await clock.advance(600_000)
  assert.equal(source.calls(), ended, 'nobody reads any more')
  assert.equal(clock.sleepers(), 0)
})

test('errors are waited out longer and longer, shown, and nothing is lost', async () => {
  const { clock, source, tails } = setUp()
  const reader = readerOf(tails)
  reader.look()
  await clock.advance(2000)
  source.fails = () => Promise.reject(new OpsError('server', 'Fly failed to answer.'))
  const before = source.calls()
  source.put('meanwhile')
  await clock.advance(50_000)
  assert.ok(source.calls() - before <= 7, `${source.calls() - before} tries in 50 s`)
  assert.equal(reader.look().trouble?.code, 'server')
  source.fails = undefined
  await clock.advance(21_000)
  assert.equal(reader.look().trouble, null)
  assert.deepEqual(reader.seen, ['meanwhile'])
  assert.equal(reader.gaps, 0)
  await tails.close()
})

test('more than a minute behind, it goes on with the newest and says what it left out', async () => {
  const { clock, source, tails } = setUp()
  const reader = readerOf(tails)
  reader.look()
  await clock.advance(100)
  for (let n = 0; n < 500; n++) source.put(`old ${n}`)
  source.fails = () => Promise.reject(new OpsError('network', 'Fly could not be reached.'))
  await clock.advance(55_000)
  reader.look()
  await clock.advance(40_000)
  for (let n = 0; n < 300; n++) source.put(`new ${n}`)
  source.fails = undefined
  reader.look()
  await clock.advance(30_000)
  const read = reader.look()
  assert.equal(read.gaps.length, 1)
  assert.deepEqual([read.gaps[0]?.from, read.gaps[0]?.to], [START + 100, START + 95_100])
  assert.ok(reader.seen.includes('old 0') && reader.seen.includes('new 299'))
  assert.equal(reader.look().gaps.length, 0, 'told once')
  await tails.close()
})

test('a reader that goes on in another process loses nothing and sees nothing twice, late lines included', async () => {
  const { clock, source, open, tails } = setUp()
  const reader = readerOf(tails)
  reader.look()
  for (let n = 0; n < 20; n++) {
    source.put(`before ${n}`)
    await clock.advance(1000)
  }
  reader.look()
  await tails.close()
  source.put('late', 3000)
  source.put('while nobody read')
  await clock.advance(5000)
  const other = open()
  reader.look(other)
  await clock.advance(3000)
  source.put('after')
  await clock.advance(3000)
  reader.look(other)
  const expected = [...Array.from({ length: 20 }, (_, n) => `before ${n}`), 'late']
  assert.deepEqual(reader.seen.toSorted(), [...expected, 'while nobody read', 'after'].toSorted())
  assert.equal(reader.gaps, 0)
  await other.close()
})

test('one that comes to a tail which began later is told what it missed; a silent app is no gap', async () => {
  const { clock, source, open, tails } = setUp()
  const reader = readerOf(tails)
  reader.look()
  for (let turn = 0; turn < 10; turn++) {
    await clock.advance(30_000)
    reader.look()
  }
  await tails.close()
  const silent = open()
  readerOf(silent, positionAfter(cursorAt(clock.now()))).look()
  reader.look(silent)
  assert.equal(reader.gaps, 0, 'nothing was written all the while')
  await silent.close()
  await clock.advance(60_000)
  source.put('missed', 30_000)
  const later = open()
  readerOf(later, positionAfter(cursorAt(clock.now()))).look()
  reader.look(later)
  assert.equal(reader.gaps, 1)
  await later.close()
})

test('what was shown long ago is let go of: who writes much for long costs no more memory', async () => {
  const { clock, source, tails } = setUp()
  const write = async (pages: number) => {
    for (let page = 0; page < pages; page++) {
      const at = clock.now()
      const lines = Array.from({ length: 8192 }, (_, n) => lineAt(at, n, 'again and again'))
      source.fails = async () => {
        source.fails = undefined
        return { lines, cursor: cursorAt(at) }
      }
      tails.read('app', positionAfter(cursorAt(at)))
      await clock.advance(40_000)
    }
  }
  await write(3)
  const before = heapUsed()
  await write(16)
  const more = heapUsed() - before
  assert.ok(more < 2_500_000, `${more} bytes`)
  await tails.close()
})

/** In bytes, without what nothing refers to any more. */
function heapUsed(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}

test('a call that hangs does not keep it from ending', async () => {
  const { source, tails } = setUp()
  const { left } = source
  source.fails = () =>
    new Promise((_, reject) =>
      left.signal.addEventListener('abort', () => reject(new Error('off'))),
    )
  readerOf(tails).look()
  await settle()
  await tails.close()
  assert.ok(left.signal.aborted)
})
