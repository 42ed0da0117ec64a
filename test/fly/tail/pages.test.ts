import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cursorAt, type LogLine } from '../../../src/core/fly.ts'
import { nanosOf, positionAfter } from '../../../src/core/logs/tail.ts'
import { readPages } from '../../../src/fly/tail/pages.ts'
import { START } from '../../helpers/clock.ts'
import { scriptedFly } from '../../helpers/run-command.ts'
import { runs } from '../../helpers/runs.ts'

const PAGE = 100

interface Written extends LogLine {
  /** From when on it can be read. */
  readonly there: number
}
const line = (at: number, n: number, lateMs = 0): Written => ({
  at,
  stamp: new Date(at).toISOString(),
  machine: 'd8912345c67890',
  region: 'nrt',
  level: 'info',
  provider: 'app',
  message: `line ${n}`,
  there: at + lateMs,
})

/** The log API over these lines, at a moment. */
function source(all: readonly Written[]) {
  const state = { now: START, calls: 0 }
  const fly = scriptedFly({
    logs: async (_app, { cursor } = {}) => {
      state.calls += 1
      const there = all
        .filter((one) => one.there <= state.now)
        .toSorted((a, b) => Number(nanosOf(a) - nanosOf(b)))
      const from = cursor === undefined ? undefined : BigInt(cursor)
      const lines =
        from === undefined
          ? there.slice(-PAGE)
          : there.filter((one) => nanosOf(one) > from).slice(0, PAGE)
      const last = lines.at(-1)
      return { lines, cursor: last === undefined ? (cursor ?? null) : String(nanosOf(last)) }
    },
  })
  return { fly, state }
}

test('read now and then, every line comes once, however late it comes in', async () => {
  const written = fc.array(
    fc.record({ gap: fc.nat(3000), lateMs: fc.oneof(fc.constant(0), fc.nat(8000)) }),
    { maxLength: 300 },
  )
  const pauses = fc.array(fc.integer({ min: 1000, max: 120_000 }), { minLength: 1, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(written, pauses, async (gaps, waits) => {
      let at = START
      const all = gaps.map(({ gap, lateMs }, n) => line((at += gap), n, lateMs))
      const { fly, state } = source(all)
      let position = positionAfter(cursorAt(START - 1))
      const read: string[] = []
      for (const wait of [...waits, at - START + 60_000]) {
        state.now += wait
        const found = await readPages(fly, 'a', { position, now: state.now })
        read.push(...found.lines.map(({ message }) => message))
        position = JSON.parse(JSON.stringify(found.position)) as typeof position
      }
      assert.deepEqual(read.toSorted(), all.map(({ message }) => message).toSorted())
    }),
    { numRuns: runs(60) },
  )
})

test('of more than five pages the newest is read, and reading goes on behind it', async () => {
  const all = Array.from({ length: 2000 }, (_, n) => line(START + n * 10, n))
  const { fly, state } = source(all)
  state.now = START + 60_000
  const from = positionAfter(cursorAt(START - 1))
  const first = await readPages(fly, 'a', { position: from, now: state.now })
  assert.equal(first.pages, state.calls)
  assert.ok(state.calls <= 6)
  assert.equal(first.lines.at(-1)?.message, 'line 1999')
  const next = await readPages(fly, 'a', { position: first.position, now: state.now })
  assert.deepEqual(next.lines, [])
})

test('lines of one moment that fill a page do not come for ever', async () => {
  const all = Array.from({ length: 150 }, (_, n) => line(START, n))
  const { fly, state } = source(all)
  state.now = START + 60_000
  const position = positionAfter(cursorAt(START - 1))
  const { lines } = await readPages(fly, 'a', { position, now: state.now })
  assert.equal(lines.length, 100, 'the cursor of the API can’t tell them apart')
})
