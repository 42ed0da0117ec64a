import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { LogLine, LogPage } from '../../../src/core/fly.ts'
import { createGrep } from '../../../src/core/logs/grep.ts'
import {
  addPage,
  linesIn,
  newSearch,
  paused,
  type Search,
  type Wanted,
} from '../../../src/core/logs/search.ts'

const BASE = Date.parse('2026-11-22T10:00:00Z')

const line = (nanos: number, message: string, machine = 'm1'): LogLine => {
  const at = BASE + Math.floor(nanos / 1e6)
  const stamp = `${new Date(at).toISOString().slice(0, 19)}.${String((at % 1000) * 1e6 + (nanos % 1e6)).padStart(9, '0')}Z`
  return { at, stamp, machine, region: 'iad', level: 'info', provider: 'app', message }
}
const nanosOf = ({ stamp, at }: LogLine): bigint =>
  BigInt(Math.floor(at / 1000)) * 1_000_000_000n + BigInt(stamp.slice(20, 29))

/** The log API: what lies strictly after the cursor, oldest first, so many a page. */
function pageOf(all: readonly LogLine[], cursor: string | null, size: number): LogPage {
  const lines = all
    .filter((one) => cursor === null || nanosOf(one) > BigInt(cursor))
    .toSorted((a, b) => Number(nanosOf(a) - nanosOf(b)))
    .slice(0, size)
  const last = lines.at(-1)
  return { lines, cursor: last === undefined ? cursor : String(nanosOf(last)) }
}

const wanted = (more: Partial<Wanted> = {}): Wanted => ({
  lines: 1000,
  redact: (message) => message,
  from: BASE,
  until: BASE + 3_600_000,
  ...more,
})

function searchAll(
  all: readonly LogLine[],
  want: Wanted,
  size = 5,
): { search: Search; pages: number } {
  let search = newSearch(String(BigInt(BASE) * 1_000_000n - 1n))
  let pages = 0
  while (!search.done) {
    search = addPage(search, pageOf(all, search.cursor, size), want)
    // As another worker would find it.
    search = JSON.parse(JSON.stringify(paused(search, want.redact))) as Search
    pages += 1
    assert.ok(pages < 1000, 'it does not end')
  }
  return { search, pages }
}

const messages = ({ found }: Search) => found.flat().map(({ message }) => message)

test('every line is found once, in order, whatever shares a nanosecond or a page', () => {
  const lines = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 40 }),
      fc.constantFrom('m1', 'm2'),
      fc.integer({ min: 0, max: 5 }),
    ),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(lines, fc.integer({ min: 4, max: 9 }), (made, size) => {
      // No more lines of one nanosecond than fit on a page: more of them the log API itself can't give.
      const all = made
        .map(([nanos, machine, n], index) => line(nanos * 1e6, `line ${n} ${index}`, machine))
        .filter(
          (one, index, list) =>
            list.slice(0, index).filter(({ stamp }) => stamp === one.stamp).length < size - 1,
        )
      const { search } = searchAll(all, wanted(), size)
      assert.deepEqual(messages(search).toSorted(), all.map(({ message }) => message).toSorted())
      assert.equal(search.read, all.length)
      assert.equal(search.matched, all.length)
      const times = search.found.map(([head]) => head?.at ?? 0)
      assert.deepEqual(
        times,
        times.toSorted((a, b) => a - b),
      )
    }),
  )
})

test('two machines that say the same in the same nanosecond have both said it, where a page ends too', () => {
  const both = [line(5e9, 'ready', 'm1'), line(5e9, 'ready', 'm2')]
  const all = [line(1e9, 'first'), ...both, line(9e9, 'last')]
  for (const size of [2, 3, 4]) {
    const { search } = searchAll(all, wanted(), size)
    assert.deepEqual(messages(search), ['first', 'ready', 'ready', 'last'])
  }
})

test('an empty page is the end only where its cursor stands still', () => {
  const all = [line(1e9, 'before'), line(3_000e9, 'after a silence')]
  const cursor = (nanos: number) => String(BigInt(BASE) * 1_000_000n + BigInt(nanos))
  // As if so much time were looked through for a page at most, silent or not.
  const sparse = (from: string, hop: number): LogPage => {
    const to = BigInt(from) + BigInt(hop)
    const lines = all.filter((one) => nanosOf(one) > BigInt(from) && nanosOf(one) <= to)
    return { lines, cursor: String(to) }
  }
  let [search, pages] = [newSearch(cursor(0)), 0]
  for (; !search.done; pages += 1)
    search = addPage(search, sparse(search.cursor ?? '0', 600e9), wanted())
  assert.deepEqual(messages(search), ['before', 'after a silence'])
  assert.ok(pages <= 8, `${pages} pages`)
  let still = addPage(newSearch(cursor(0)), { lines: [], cursor: cursor(0) }, wanted())
  assert.ok(still.done)
  still = addPage(newSearch(cursor(0)), { lines: [], cursor: null }, wanted())
  assert.ok(still.done)
})

test('the newest lines are kept, a message is never cut, and all that match are counted', () => {
  const all = Array.from({ length: 30 }, (_, n) => line(n * 2e9, `message ${n}`))
  all.push(
    line(60e9, 'Error: it broke'),
    line(60e9 + 1, '    at first (a.js:1)'),
    line(60e9 + 2, '    at second (b.js:2)'),
  )
  const { search } = searchAll(all, wanted({ lines: 2 }))
  assert.deepEqual(messages(search), [
    'Error: it broke',
    '    at first (a.js:1)',
    '    at second (b.js:2)',
  ])
  assert.equal(search.matched, 33)
  const three = searchAll(all, wanted({ lines: 4 })).search
  assert.equal(linesIn(three.found), 4)
})

test('a message of several lines is found by any of them and shown whole, also across pages and machines', () => {
  const all = [
    line(1e9, 'TypeError: x is not a function', 'm1'),
    line(1e9 + 5, 'other machine speaks', 'm2'),
    line(1e9 + 10, '    at run (src/x.js:1)', 'm1'),
    line(9e9, 'later', 'm1'),
  ]
  const { search } = searchAll(all, wanted({ grep: createGrep('src/x') }), 2)
  assert.deepEqual(messages(search), ['TypeError: x is not a function', '    at run (src/x.js:1)'])
  const errors = searchAll(all, wanted({ level: 'error' }), 2).search
  assert.deepEqual(messages(errors), ['TypeError: x is not a function', '    at run (src/x.js:1)'])
})

test('a secret can not be found piece by piece, and none is written down between pages', () => {
  const redact = (message: string) => message.replaceAll('hunter2-secret', '[secret]')
  const all = Array.from({ length: 12 }, (_, n) => line(n * 2e9, `password hunter2-secret ${n}`))
  const guessed = searchAll(all, wanted({ redact, grep: createGrep('hunter2') })).search
  assert.deepEqual(guessed.found, [])
  assert.equal(guessed.matched, 0)
  let search = newSearch(null)
  for (let n = 0; n < 3; n++) {
    search = addPage(search, pageOf(all, search.cursor ?? '0', 5), wanted({ redact }))
    assert.doesNotMatch(JSON.stringify(paused(search, redact)), /hunter2/)
  }
})

test('lines after the moment of asking and of other machines are left out', () => {
  const all = [line(0, 'mine'), line(1, 'other', 'm2'), line(3_600_001e6, 'too late')]
  const { search } = searchAll(all, wanted({ machine: 'm1' }))
  assert.deepEqual(messages(search), ['mine'])
  assert.equal(search.read, 1)
})
