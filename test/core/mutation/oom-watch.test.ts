import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogLine, MachineEvent } from '../../../src/core/fly.ts'
import { beginWatch, updatedAt, type Watch, watchOn } from '../../../src/core/mutation/oom-watch.ts'
import { createTestClock, START } from '../../helpers/clock.ts'
import { event, failed, machine } from '../../helpers/deployments.ts'
import { scriptedFly } from '../../helpers/run-command.ts'

const UPDATE = START - 10_000
const S = 1000
/** As Fly tells an update: it begins, the old run exits, the new one starts. */
const UPDATED = [
  event('update', UPDATE),
  event('exit', UPDATE + S, { code: 143 }),
  event('start', UPDATE + 3 * S),
]
const line = (message: string): LogLine => ({
  at: UPDATE + 5 * S,
  stamp: '',
  machine: 'm',
  region: 'iad',
  level: 'info',
  provider: 'app',
  message,
})

interface Seen {
  readonly events?: readonly MachineEvent[]
  readonly lines?: ReadonlyArray<readonly LogLine[]>
  readonly after?: number
  readonly broken?: 'events' | 'logs'
}

async function watched({ events = [], lines = [], after = 0, broken }: Seen): Promise<Watch> {
  const clock = createTestClock(START + after)
  const pages = [...lines]
  const fly = scriptedFly({
    events: async () => (broken === 'events' ? Promise.reject(failed()) : [...UPDATED, ...events]),
    logs: async () => {
      if (broken === 'logs') throw failed('auth')
      const page = pages.shift() ?? []
      return { lines: page, cursor: `${pages.length}1` }
    },
  })
  const { signal } = new AbortController()
  return watchOn({ app: 'a', fly, clock, signal }, 'm', beginWatch(UPDATE, START))
}

const OVER = 126_000
const CASES: ReadonlyArray<readonly [what: string, seen: Seen, watch: Partial<Watch>]> = [
  ['nothing yet', {}, { state: 'watching', nextMs: 45_000 }],
  ['nearly over', { after: 110_000 }, { state: 'watching', nextMs: 15_000 }],
  ['nothing in two minutes', { after: OVER }, { state: 'quiet', logs: true }],
  [
    'an exit for want of memory',
    { events: [event('exit', UPDATE + 9 * S, { code: 137, oom: true })] },
    { state: 'oom', of: 'machine', at: UPDATE + 9 * S },
  ],
  [
    'another exit',
    { events: [event('exit', UPDATE + 9 * S, { code: 134 })] },
    { state: 'exited', code: 134 },
  ],
  [
    'an exit that was asked for',
    { events: [event('exit', UPDATE + 9 * S, { requested: true })], after: OVER },
    { state: 'quiet' },
  ],
  [
    'the exit that belongs to the next update',
    {
      events: [event('update', UPDATE + 8 * S), event('exit', UPDATE + 9 * S, { code: 1 })],
      after: OVER,
    },
    { state: 'quiet' },
  ],
  [
    'a line of V8 on the second page, and the exit it led to',
    {
      lines: [
        [line('[gateway] ready')],
        [line('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory')],
      ],
      events: [event('exit', UPDATE + 9 * S, { code: 134 })],
    },
    { state: 'oom', of: 'heap' },
  ],
  [
    'a line of the kernel',
    { lines: [[line('Out of memory: Killed process 640 (openclaw-gatewa) total-vm:21')]] },
    { state: 'oom', of: 'machine' },
  ],
  ['the log can’t be read, yet', { broken: 'logs', after: OVER }, { state: 'watching' }],
  ['the log can’t be read', { broken: 'logs', after: 300_000 }, { state: 'quiet', logs: false }],
  ['the events can’t be read', { broken: 'events', after: 300_000 }, { state: 'unknown' }],
]
for (const [what, seen, expected] of CASES)
  test(`${what}: ${expected.state}`, async () => {
    assert.partialDeepStrictEqual(await watched(seen), expected)
  })

test('a run is dated by its newest update', () => {
  const events = [event('update', 5), event('start', 9), event('update', 7)]
  assert.equal(updatedAt(machine({ events }), 99), 7)
  assert.equal(updatedAt(machine({ events: [], updatedAt: 3 }), 99), 3)
  assert.equal(updatedAt(machine({ events: [], updatedAt: null }), 99), 99)
})
