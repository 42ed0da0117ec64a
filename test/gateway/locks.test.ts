import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { factsIn, judge, looksLikeGateway } from '../../src/gateway/lock-judge.mjs'
import { parsed } from '../../src/gateway/locks.ts'

const BOOT = 1_000_000_000
const world = { changedAt: BOOT + 5000, bootedAt: BOOT, now: BOOT + 600_000 }
const gateway = { gateway: true, startTime: 77 }
const program = { gateway: false, startTime: 77 }
const facts = (startTime: number | null, createdAt: number | null = BOOT + 5000) => ({
  pid: 321,
  startTime,
  createdAt,
})

const ROWS = [
  ['live', facts(77), gateway],
  ['live', facts(null), gateway],
  // A file that is older than the boot names no process of it; one whose clock is a little off is not believed.
  ['earlier', facts(null, BOOT - 90_000), gateway],
  ['live', facts(null, BOOT - 30_000), gateway],
  // The same start time is believed more than any clock.
  ['live', facts(77, BOOT - 90_000), gateway],
  ['restarted', facts(78), gateway],
  ['reused', facts(77), program],
  ['dead', facts(77), null],
] as const
for (const [verdict, lock, owner] of ROWS)
  test(`${verdict}: ${JSON.stringify([lock, owner])}`, () =>
    assert.equal(judge(lock, { ...world, owner }), verdict))

test('what can’t be read is left alone while it is young', () => {
  const none = { pid: null, startTime: null, createdAt: null }
  const at = (ms: number) => judge(none, { ...world, owner: null, changedAt: world.now - ms })
  assert.deepEqual([at(1000), at(29_999), at(30_000)], ['fresh', 'fresh', 'garbage'])
})

test('nothing that may be a live gateway’s is ever judged left behind', () => {
  const lock = fc.record({
    pid: fc.constant(321),
    startTime: fc.constantFrom(null, 77),
    createdAt: fc.option(fc.integer({ min: BOOT - 59_999, max: BOOT + 1_000_000 })),
  })
  const changedAt = fc.integer({ min: BOOT - 59_999, max: BOOT + 1_000_000 })
  fc.assert(
    fc.property(lock, changedAt, (one, changed) => {
      assert.equal(judge(one, { ...world, changedAt: changed, owner: gateway }), 'live')
    }),
  )
})

test('facts are taken from what is JSON, and nothing else is believed', () => {
  assert.deepEqual(
    factsIn(
      `${JSON.stringify({ pid: 9, startTime: 5, createdAt: '1970-01-01T00:00:01Z', stateDir: '/d', port: 3 })}\t \t`,
    ),
    { pid: 9, startTime: 5, createdAt: 1000, stateDir: '/d', port: 3 },
  )
  const nothing = { pid: null, startTime: null, createdAt: null, stateDir: null, port: null }
  for (const text of ['', '{', 'null', '[]', '{"pid":"9"}', '{"pid":-1}', '{"pid":1.5}', '321'])
    assert.deepEqual(factsIn(text), nothing, text)
  fc.assert(fc.property(fc.string(), (text) => void factsIn(text)))
})

test('what looks like a gateway', () => {
  for (const argv of [
    ['/usr/local/bin/node', 'dist/index.js', 'gateway', '--port', '3000'],
    ['openclaw-gateway', '', ''],
    ['openclaw  '],
  ])
    assert.ok(looksLikeGateway(argv), argv.join(' '))
  for (const argv of [
    ['tini', '-s', '--', 'node', 'dist/index.js', 'gateway'],
    ['grep', 'gateway'],
    ['node', 'server.js', '--mode=gateway'],
    ['sh', '-c', 'node dist/index.js gateway'],
    [''],
    [],
  ])
    assert.ok(!looksLikeGateway(argv), argv.join(' '))
})

const LINE = { bootedAt: 1, now: 2, files: [], gateways: [], removed: [] }
const output = (seen: object, nonce = 'n') => `gateway-locks ${nonce} ${JSON.stringify(seen)}\n`

test('only the whole of the one line counts', () => {
  assert.equal(parsed(output(LINE), 'n').known, true)
  const whole = output(LINE)
  for (const stdout of [
    '',
    whole.slice(0, -1),
    whole.slice(1),
    `${whole}${whole}`,
    `more\n${whole}`,
    output(LINE, 'other'),
    output({ ...LINE, files: [{ key: 'x' }] }),
    output({ ...LINE, removed: [{ key: 'x', outcome: 'yes' }] }),
    output({}),
  ])
    assert.equal(parsed(stdout, 'n').known, false, stdout)
})
