import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createLiveText } from '../../../src/chat/console/live.ts'
import type { Action, LogRow, SaidReply } from '../../../src/core/reply.ts'
import { START } from '../../helpers/clock.ts'

const STOP: Action<string> = {
  label: 'Stop',
  style: 'danger',
  intent: { do: 'cancel', job: 'J-000000' },
  token: 't',
}

const row = (message: string): LogRow => ({ at: START, message })
const said = (
  first: number,
  messages: readonly string[],
  more: Partial<SaidReply> = {},
): SaidReply => ({
  tone: 'pending',
  locale: 'en',
  title: 'Following',
  blocks: [{ type: 'log', rows: messages.map(row), first }],
  actions: [STOP],
  ...more,
})
/** What is printed of these lines. */
const printed = (...messages: readonly string[]): readonly string[] =>
  messages.map((message) => `  12:00:00 ${message}`)
const ZONE = 'Times in UTC:'

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
      const out: string[] = []
      let end = Math.min(size, count)
      out.push(...(live.fresh(said(0, all.slice(0, end))) ?? []))
      for (const step of steps) {
        end = Math.min(count, end + step)
        const first = Math.max(0, end - size)
        out.push(...(live.fresh(said(first, all.slice(first, end))) ?? []))
      }
      assert.deepEqual(out, [ZONE, ...printed(...all.slice(0, end))])
    }),
  )
})

test('the last words hold only what was not printed, and other words are left alone', () => {
  const live = createLiveText()
  assert.equal(live.fresh(said(0, [], { blocks: [{ type: 'text', text: 'x' }] })), undefined)
  assert.deepEqual(live.fresh(said(0, [])), [], 'no zone before the first line')
  assert.deepEqual(live.fresh(said(0, ['a', 'b'])), [ZONE, ...printed('a', 'b')])
  assert.equal(live.stop()?.label, 'Stop')
  const end = live.rest(said(0, ['a', 'b', 'c'], { tone: 'info', actions: [] }))
  assert.deepEqual(end.blocks, [{ type: 'log', rows: [row('c')], first: 0 }])
  assert.equal(live.stop(), undefined)
  assert.deepEqual(live.rest(said(0, ['a', 'b', 'c'])).blocks, [])
  const none = createLiveText()
  const other = said(0, ['a'])
  assert.equal(none.rest(other), other)
})

test('lines are told apart where they read the same, and what was never shown is counted', () => {
  const live = createLiveText()
  const fresh = (first: number, lines: readonly string[]) => live.fresh(said(first, lines))
  assert.deepEqual(fresh(0, ['same', 'same']), [ZONE, ...printed('same', 'same')])
  assert.deepEqual(fresh(0, ['same', 'same', 'same']), printed('same'))
  assert.deepEqual(fresh(1, ['same', 'same']), [])
  assert.deepEqual(fresh(5, ['a', 'b']), ['… 2 lines left out here', ...printed('a', 'b')])
  assert.deepEqual(live.rest(said(8, ['c'])).blocks, [
    { type: 'text', text: '… 1 line left out here' },
    { type: 'log', rows: [row('c')], first: 8 },
  ])
})
