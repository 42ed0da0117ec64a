import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OpsError } from '../../../src/core/errors.ts'
import { cursorAt, type Fly, type LogLine } from '../../../src/core/fly.ts'
import { localise } from '../../../src/core/localise.ts'
import { beginLive, type Live, look, pauseOf } from '../../../src/core/logs/live.ts'
import { printedOf } from '../../../src/core/logs/printed.ts'
import { renderLive } from '../../../src/core/logs/show-live.ts'
import { positionAfter, type TailRead } from '../../../src/core/logs/tail.ts'
import { tr } from '../../../src/core/text.ts'
import { createTails } from '../../../src/fly/tail/index.ts'
import { createSource, lineAt } from '../../fly/tail/source.ts'
import { createTestClock } from '../../helpers/clock.ts'
import { createMemoryStore } from '../../helpers/memory-store.ts'
import { wordsOf } from '../../helpers/mutation.ts'
import { createTestLog } from '../../helpers/test-log.ts'

type Seen = Partial<Omit<TailRead, 'lines'>> & { readonly lines?: readonly LogLine[] }

/** A follower of a tail that gives what the test says. */
async function setUp() {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const fly: Pick<Fly, 'logs'> = { logs: async () => ({ lines: [], cursor: null }) }
  let seen: Seen = {}
  const context = {
    app: 'my-openclaw',
    place: { platform: 'discord', space: '1', private: false } as const,
    fly: fly as Fly,
    clock,
    store,
    sealer: { seal: String, open: String, digest: String },
    signal: new AbortController().signal,
    tails: {
      read: (_: string, position: TailRead['position']) => ({
        position,
        dropped: 0,
        gaps: [],
        source: 'http' as const,
        trouble: null,
        note: null,
        ...seen,
        // An array is enough of what lines can be.
        lines: seen.lines ?? [],
      }),
      close: async () => {},
    },
    stopped: undefined,
  } as const
  let live: Live = await beginLive(context, {})
  const next = async (ms: number, read: Seen): Promise<Live> => {
    await clock.advance(ms)
    seen = read
    live = JSON.parse(JSON.stringify(await look(context, {}, live))) as Live
    return live
  }
  const lines = (...messages: readonly string[]) =>
    messages.map((message, n) => lineAt(clock.now(), n, message))
  const words = () => wordsOf(localise(renderLive(live, {}, 'J-000000'), 'en')).join('\n')
  return { clock, store, context, next, lines, words }
}

test('what comes too fast is counted in the total and told, whichever look it was lost in', async () => {
  const { next, lines, words } = await setUp()
  await next(2000, { lines: lines('a', 'b'), dropped: 500 })
  await next(2000, { lines: lines('c') })
  const live = await next(2000, { lines: lines('d'), dropped: 7 })
  assert.deepEqual([live.total, live.matched, live.next, live.dropped], [511, 4, 4, 507])
  assert.match(words(), /Lines: 511\n/)
  assert.match(words(), /507 lines came faster than they could be kept and are only counted/)
})

test('the header says how fast lines come, from where, and how far behind it is', async () => {
  const { clock, next, lines, words } = await setUp()
  const late = lines('a', 'b', 'c', 'd')
  const busy = await next(4000, { lines: late, dropped: 36, source: 'nats' })
  assert.equal(pauseOf(busy), 2000)
  assert.match(words(), /Rate: 10\/s\nSource: live stream\nBehind: 4 s\nFor: 4 s/)
  const calm = await next(4000, {
    note: tr('The live stream can’t be reached.', '無法連上即時串流。'),
  })
  assert.equal(pauseOf(calm), 4000)
  assert.match(words(), /Rate: 0\.0\/s\nSource: log API\nBehind: no lines/)
  assert.match(words(), /The live stream can’t be reached/)
  assert.doesNotMatch(words(), /Out of view/)
  await next(2000, { lines: Array.from({ length: 50 }, (_, n) => lineAt(clock.now(), n, `${n}`)) })
  assert.match(words(), /Out of view: 24\n/)
  assert.match(words(), /\n49\n/)
})

test('a time in which nothing was written is no gap, whenever somebody else began to read', async () => {
  const { clock, context } = await setUp()
  const source = createSource(clock)
  const { fly } = source
  const tails = createTails({ fly, stream: undefined, clock, log: createTestLog() })
  source.put('long ago')
  await clock.advance(600_000)
  // The look-out, for one, which has just been started.
  tails.read(context.app, positionAfter(cursorAt(clock.now())))
  await clock.advance(1000)
  const here = { ...context, fly: fly as Fly, tails }
  let live = await beginLive(here, {})
  source.put('late', 5000)
  source.put('now')
  await clock.advance(10_000)
  live = await look(here, {}, live)
  assert.deepEqual(live.gaps, [])
  assert.deepEqual(
    live.lines.map(({ message }) => message),
    ['long ago', 'late', 'now'],
  )
  await tails.close()
})

/** Follows an app that has written so many lines, one each few seconds, in which others come late just after the start. */
async function startedLate(old: number, everyMs: number, late: ReadonlyMap<string, number>) {
  const { clock, context } = await setUp()
  const source = createSource(clock)
  const fly = source.fly as Fly
  for (let n = 0; n < old; n++) {
    source.put(`old ${n}`)
    await clock.advance(everyMs)
  }
  const tails = createTails({ fly, stream: undefined, clock, log: createTestLog() })
  const here = { ...context, fly, tails }
  let live = await beginLive(here, {})
  for (const [message, agoMs] of late) source.put(message, agoMs)
  for (let n = 0; n < 5; n++) {
    await clock.advance(4000)
    live = await look(here, {}, live)
  }
  await tails.close()
  return live
}

for (const [why, old, everyMs, late] of [
  ['long after it was written', 1, 60_000, new Map([['late', 25_000]])],
  ['that was written before the last one that was read', 20, 3000, new Map([['between', 3500]])],
] as const)
  test(`a line that comes at the start ${why} is shown`, async () => {
    const live = await startedLate(old, everyMs, late)
    const messages = live.lines.map(({ message }) => message)
    assert.deepEqual(messages.slice(-2), [`old ${old - 1}`, ...late.keys()])
    assert.equal(new Set(messages).size, messages.length, 'each once')
    assert.deepEqual([live.total, live.gaps], [1, []])
  })

test('of a busy app no line is shown twice where a follow begins', async () => {
  const { clock, context } = await setUp()
  const source = createSource(clock)
  const fly = source.fly as Fly
  const write = async (count: number) => {
    for (let n = 0; n < count; n++) {
      source.put(`line ${source.calls()} ${clock.now()} ${n}`)
      if (n % 20 === 0) await clock.advance(100)
    }
  }
  await write(700)
  const tails = createTails({ fly, stream: undefined, clock, log: createTestLog() })
  const here = { ...context, fly, tails }
  let live = await beginLive(here, { grep: 'line' })
  await write(300)
  for (let n = 0; n < 5; n++) {
    await clock.advance(4000)
    live = await look(here, { grep: 'line' }, live)
  }
  assert.deepEqual([live.total, live.matched, live.gaps], [300, 300, []])
  await tails.close()
})

test('times that were not read stay named: the newest three, and how many before those', async () => {
  const { clock, next, words } = await setUp()
  const from = clock.now()
  for (let n = 0; n < 5; n++)
    await next(2000, { gaps: [{ from: from + n * 1000, to: from + n * 1000 + 500 }] })
  const live = await next(2000, {})
  assert.deepEqual(
    live.gaps.map((gap) => gap.from - from),
    [2000, 3000, 4000],
  )
  assert.match(words(), /2 earlier gaps are not listed/)
})

test('a source that fails is waited for one minute, then it ends and says why; better in between, it goes on', async () => {
  const { next, words } = await setUp()
  const trouble = new OpsError('server', tr('Fly failed (502).', 'Fly 失敗（502）。'))
  for (let n = 0; n < 7; n++) assert.equal((await next(8000, { trouble })).ended, null)
  assert.match(words(), /Just now: Fly failed \(502\)/)
  assert.notEqual(pauseOf(await next(3000, {})), null)
  assert.doesNotMatch(words(), /Just now/)
  await next(8000, { trouble })
  assert.equal((await next(59_999, { trouble })).ended, null)
  const over = await next(1, { trouble })
  assert.equal(pauseOf(over), null)
  assert.match(words(), /^Followed my-openclaw[^]*\nFly failed \(502\)\.$/)
})

test('what waiting can not better ends it at once, with what to do', async () => {
  for (const code of ['auth', 'not_found'] as const) {
    const { next, words } = await setUp()
    const hint = tr('Set FLY_READ_TOKEN.', '請設定 FLY_READ_TOKEN。')
    const why = tr('Fly refuses it.', 'Fly 拒絕。')
    const live = await next(2000, { trouble: new OpsError(code, why, { hint }) })
    assert.equal(pauseOf(live), null)
    assert.match(words(), /Fly refuses it\. Set FLY_READ_TOKEN\.$/)
  }
})

test('secrets that are printed while it is followed are taken out, counted and remembered', async () => {
  const { store, next, lines, words } = await setUp()
  await next(2000, { lines: lines('token=abcdef1234567890abcdef') })
  const live = await next(2000, { lines: lines('API_KEY=abcdef1234567890abcdef', 'fine') })
  assert.equal(live.secrets, 2)
  assert.match(words(), /Secrets were left out of 2 lines/)
  assert.doesNotMatch(JSON.stringify(live), /abcdef1234567890/)
  assert.equal((await printedOf(store, 'my-openclaw'))?.lines, 2)
})
