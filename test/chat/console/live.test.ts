import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createLiveText } from '../../../src/chat/console/live.ts'
import type { Action, SaidReply } from '../../../src/core/reply.ts'

const STOP: Action<string> = {
  label: 'Stop',
  style: 'danger',
  intent: { do: 'cancel', job: 'J-000000' },
  token: 't',
}

const said = (lines: readonly string[], more: Partial<SaidReply> = {}): SaidReply => ({
  tone: 'pending',
  locale: 'en',
  title: 'Following',
  blocks: [{ type: 'code', code: lines.join('\n'), language: 'log', live: true }],
  actions: [STOP],
  ...more,
})

test('each line is printed once, in order, as long as looks overlap', () => {
  const views = fc.record({
    count: fc.integer({ min: 1, max: 80 }),
    size: fc.integer({ min: 5, max: 20 }),
    steps: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 20 }),
  })
  fc.assert(
    fc.property(views, ({ count, size, steps }) => {
      const all = Array.from({ length: count }, (_, n) => `line ${n}`)
      const live = createLiveText()
      const printed: string[] = []
      let end = Math.min(size, count)
      printed.push(...(live.fresh(said(all.slice(0, end))) ?? []))
      for (const step of steps) {
        end = Math.min(count, end + step)
        printed.push(...(live.fresh(said(all.slice(Math.max(0, end - size), end))) ?? []))
      }
      assert.deepEqual(printed, all.slice(0, end))
    }),
  )
})

test('the last words hold only what was not printed, and other words are left alone', () => {
  const live = createLiveText()
  assert.equal(live.fresh(said([], { blocks: [{ type: 'text', text: 'x' }] })), undefined)
  assert.deepEqual(live.fresh(said(['a', 'b'])), ['a', 'b'])
  assert.equal(live.stop()?.label, 'Stop')
  const end = live.rest(said(['a', 'b', 'c'], { tone: 'info', actions: [] }))
  assert.deepEqual(end.blocks, [{ type: 'code', code: 'c', language: 'log', live: true }])
  assert.equal(live.stop(), undefined)
  const none = createLiveText()
  const other = said(['a'])
  assert.equal(none.rest(other), other)
})

test('numbered lines are told apart where they read the same, and what was never shown is counted', () => {
  const live = createLiveText()
  const numbered = (first: number, lines: readonly string[]) =>
    live.fresh(
      said([], {
        blocks: [{ type: 'code', code: lines.join('\n'), language: 'log', live: true, first }],
      }),
    )
  assert.deepEqual(numbered(0, ['same', 'same']), ['same', 'same'])
  assert.deepEqual(numbered(0, ['same', 'same', 'same']), ['same'])
  assert.deepEqual(numbered(1, ['same', 'same']), [])
  assert.deepEqual(numbered(5, ['a', 'b']), ['… 2 lines left out here', 'a', 'b'])
})
