import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fly } from '../../../src/core/fly.ts'
import { beginHistory, type History, readOn } from '../../../src/core/logs/history.ts'
import { localise } from '../../../src/core/localise.ts'
import { renderHistory } from '../../../src/core/logs/show.ts'
import { createTestClock, START } from '../../helpers/clock.ts'
import { createMemoryStore } from '../../helpers/memory-store.ts'
import { wordsOf } from '../../helpers/mutation.ts'
import { nanosOf } from '../../../src/core/logs/tail.ts'
import { lineAt } from '../../fly/tail/source.ts'

const MINUTE = 60_000

/** A log of one line a minute whose pages take `pageMs` each. */
function setUp(pageMs: number, words = '') {
  const clock = createTestClock()
  let now = clock.now()
  const all = Array.from({ length: 120 }, (_, n) =>
    lineAt(START - (120 - n) * MINUTE + 1000, n, `line ${n}${words}`),
  )
  const fly: Pick<Fly, 'logs'> = {
    logs: async (_, { cursor = '0' } = {}) => {
      now += pageMs
      const lines = all.filter((line) => nanosOf(line) > BigInt(cursor)).slice(0, 3)
      const last = lines.at(-1)
      return { lines, cursor: last === undefined ? cursor : String(nanosOf(last)) }
    },
  }
  return {
    app: 'my-openclaw',
    fly: fly as Fly,
    clock: { ...clock, now: () => now },
    store: createMemoryStore(clock),
    sealer: { seal: String, open: String, digest: String },
    signal: new AbortController().signal,
    stopped: undefined,
  }
}

async function searched(pageMs: number, grep: string, since = '2h', context = setUp(pageMs)) {
  const options = { since, grep, lines: 200 }
  const said: string[] = []
  let history: History = await beginHistory(context, options)
  const say = () =>
    said.push(wordsOf(localise(renderHistory(history, options, 'J-1'), 'en')).join('\n'))
  say()
  while (!history.done) {
    history = await readOn(context, options, history)
    say()
  }
  return { history, first: said[0] ?? '', last: said.at(-1) ?? '' }
}

test('a search says how much of the time it has read and how long the rest takes', async () => {
  for (const grep of ['line', 'absent']) {
    const { history, first, last } = await searched(3000, grep)
    assert.equal(history.read, 120)
    assert.match(
      first,
      /Read \d+ % of the time \(\d+ lines, up to .*\); this message goes on\. About 2 min \d+ s to go\./,
    )
    assert.doesNotMatch(last, /Not read|of the time/)
  }
})

test('a search that goes on has no file yet, and does not say so', async () => {
  const options = { since: '2h', lines: 200, file: true }
  const context = setUp(3000, 'x'.repeat(200))
  let history = await beginHistory(context, options)
  const blocksOf = () => renderHistory(history, options, 'J-1').blocks
  const types = () => blocksOf().map(({ type }) => type)
  while (history.read < 30) history = await readOn(context, options, history)
  assert.ok(!history.done && !types().includes('file'))
  assert.match(JSON.stringify(blocksOf()), /The newest \d+ are shown\./)
  while (!history.done) history = await readOn(context, options, history)
  assert.ok(types().includes('file'))
  assert.match(JSON.stringify(blocksOf()), /are shown; the file has all 120/)
})

test('a search that ten minutes are not enough for says so early, and at the end what it has not read and what reads it', async () => {
  for (const grep of ['line', 'absent']) {
    const { history, first, last } = await searched(30_000, grep)
    assert.match(first, /It stops after ten minutes, at about \d+ %/)
    assert.ok(history.read > 20 && history.read < 120, `${history.read}`)
    assert.match(
      last,
      /Reading was stopped after ten minutes\. Not read: \S+ to \S+\. The same with since=\d+m reads that\./,
    )
    const minutes = Number(/since=(\d+)m/.exec(last)?.[1])
    assert.ok(history.at - minutes * MINUTE < (history.lastAt ?? 0))
    assert.ok(minutes < 120)
  }
})

test('what a search that was too long says reads the rest, again and again until nothing is left out', async () => {
  const context = setUp(30_000)
  const found = new Set<string>()
  let since: string | undefined = '2h'
  let searches = 0
  for (; since !== undefined; searches += 1) {
    const { history, last } = await searched(0, 'line', since, context)
    for (const { message } of history.found.flat()) found.add(message)
    ;[, since] = /The same with since=(\w+) reads that/.exec(last) ?? []
  }
  assert.equal(found.size, 120)
  assert.ok(searches > 1 && searches < 6, `${searches} searches`)
})
