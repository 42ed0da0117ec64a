import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timesInUtc } from '../../src/chat/format.ts'
import { localise } from '../../src/core/localise.ts'
import { reply, text, textAt } from '../../src/core/reply.ts'

test('a reply for programs has moments in words, and braces that are none stay', () => {
  const at = Date.UTC(2026, 10, 22, 12)
  const said = localise(
    reply.ok('Done', [
      textAt('Up to {0}, day {1} and {2}.', { at }, { at, clock: true }),
      text('A {0} of its own.'),
    ]),
    'en',
  )
  assert.deepEqual(timesInUtc(said).blocks, [
    { type: 'text', text: 'Up to 2026-11-22T12:00:00Z, day 12:00:00 and {2}.' },
    { type: 'text', text: 'A {0} of its own.' },
  ])
})
