import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpsError } from '../../src/core/errors.ts'
import { readPattern } from '../../src/core/logs/patterns.ts'
import { positionAfter, type TailPosition } from '../../src/core/logs/tail.ts'
import { createMemoryPacer } from '../../src/fly/pace.ts'
import { createLogReads } from '../../src/log-reads.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { createLines, type ReadPages } from '../../src/watch/lines.ts'
import { createTestClock } from '../helpers/clock.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { noFly, noTails } from '../helpers/run-command.ts'

const LOOK_MS = 15_000
const { signal } = new AbortController()

/** Logs of which nothing can be followed, and each read is noted. */
function scene({ pages = 1 } = {}) {
  const clock = createTestClock()
  const reads: { readonly app: string; readonly at: number; readonly from: string }[] = []
  const state = { refused: false }
  const read: ReadPages = async (app, { after }) => {
    reads.push({ app, at: clock.now(), from: after })
    if (state.refused) throw new OpsError('auth', 'No.')
    return { lines: [], pages, position: positionAfter(String(clock.now())) }
  }
  const pacer = createMemoryPacer(clock)
  const lines = createLines({
    ...createLogReads({ fly: noFly(), pacer, clock }),
    pages: read,
    tails: noTails(),
    live: false,
    store: createMemoryStore(clock),
    sealer: createSealer(Buffer.alloc(32, 7)),
    clock,
  })
  const positions = new Map<string, TailPosition>()
  const look = async (app: string, hurry = false) => {
    const found = await lines.read(app, { position: positions.get(app), hurry, signal })
    positions.set(app, found.position)
    return found
  }
  return { clock, lines, reads, look, state }
}

/** Looks at each app every 15 s, one after another within them, for so many rounds. */
async function rounds(one: ReturnType<typeof scene>, apps: readonly string[], count: number) {
  const told: Array<number | null> = []
  for (let round = 0; round < count; round += 1)
    for (const [n, app] of apps.entries()) {
      const { logs, everyMs } = await one.look(app)
      if (logs !== undefined) told.push(everyMs)
      if (n % 10 === 9) await one.clock.advance((LOOK_MS / apps.length) * 10)
    }
  return told
}

test('a thousand logs are read in turn: four a second, none forgotten, each as often as is told', async () => {
  const one = scene()
  const apps = Array.from({ length: 1000 }, (_, n) => `app-${n}`)
  one.lines.expect(apps.length)
  const told = await rounds(one, apps, 60)
  const elapsed = 60 * LOOK_MS
  assert.ok(one.reads.length <= (elapsed / 1000) * 4 + 10, `${one.reads.length} reads`)
  assert.ok(one.reads.length >= (elapsed / 1000) * 3.5, `${one.reads.length} reads`)
  const most = Math.max(...told.map(Number))
  assert.ok(most <= 270_000, `every ${most} ms`)
  const last = new Map<string, number>()
  for (const { app, at } of one.reads) {
    const before = last.get(app)
    if (before !== undefined) assert.ok(at - before <= most, `${app} after ${at - before} ms`)
    last.set(app, at)
  }
  assert.equal(last.size, apps.length)
})

test('thirty logs are read at each look; with twenty they are followed', async () => {
  const one = scene()
  const apps = Array.from({ length: 30 }, (_, n) => `app-${n}`)
  one.lines.expect(30)
  await rounds(one, apps, 5)
  assert.ok(one.reads.length >= 30 * 4)
  one.lines.expect(20)
  await assert.rejects(one.look('app-0'), /tails.read was not expected/)
})

test('while it is not its turn a log stays where it was; what has just happened is looked at at once, within a limit', async () => {
  const one = scene()
  const apps = Array.from({ length: 200 }, (_, n) => `app-${n}`)
  one.lines.expect(apps.length)
  for (const app of apps) await one.look(app)
  const before = await one.look('app-150')
  assert.equal(before.logs, undefined)
  await one.clock.advance(1000)
  assert.deepEqual((await one.look('app-150')).position, before.position)
  assert.equal((await one.look('app-150', true)).logs?.known, true)
  const from = one.reads.length
  for (const app of apps.slice(20, 120)) await one.look(app, true)
  assert.ok(one.reads.length - from <= 20, 'who all fall at once wait for their turn')
})

test('a read that fails says so, and is made again from the same place', async () => {
  const one = scene()
  one.lines.expect(30)
  one.state.refused = true
  const { logs, position } = await one.look('app-0')
  assert.deepEqual([logs?.known, logs?.known === false && logs.code], [false, 'auth'])
  one.state.refused = false
  await one.look('app-0', true)
  assert.equal(one.reads[1]?.from, position.after)
  assert.equal(one.reads[0]?.from, position.after)
})

test('a log of many pages takes the turns of that many reads, from its next turn on', async () => {
  const one = scene({ pages: 5 })
  const apps = Array.from({ length: 100 }, (_, n) => `app-${n}`)
  one.lines.expect(apps.length)
  await rounds(one, apps, 20)
  assert.ok(one.reads.length * 5 <= 20 * 15 * 4 + 500, `${one.reads.length} reads of five pages`)
})

test('what this installation wants out of its logs is kept nowhere, and is no secret that was printed', async () => {
  const clock = createTestClock()
  const message = 'FATAL ERROR: Reached heap limit Allocation failed for cust-123456'
  const line = { at: 1, stamp: '1', machine: null, region: 'nrt', level: 'info', provider: 'app' }
  const counted: number[] = []
  const pattern = readPattern('cust-\\d{6}') ?? assert.fail()
  const lines = createLines({
    reserve: async () => 0,
    mayHurry: () => true,
    pages: async () => ({ lines: [{ ...line, message }], pages: 1, position: positionAfter('1') }),
    tails: noTails(),
    live: false,
    store: createMemoryStore(clock),
    sealer: createSealer(Buffer.alloc(32, 7)),
    patterns: [pattern],
    onPrinted: (_app, count) => counted.push(count),
    clock,
  })
  lines.expect(1000)
  const { logs } = await lines.read('app', { position: undefined, hurry: true, signal })
  assert.ok(logs?.known)
  assert.deepEqual(logs.value.secrets, { known: 0, shaped: 0 })
  assert.deepEqual(
    logs.value.signed.map((one) => one.message),
    ['FATAL ERROR: Reached heap limit Allocation failed for [secret]'],
  )
  assert.deepEqual(counted, [])
})
