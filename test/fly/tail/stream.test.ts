import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '@nats-io/transport-node'
import { cursorAt, type LogLine } from '../../../src/core/fly.ts'
import { positionAfter, type TailPosition, type TailRead } from '../../../src/core/logs/tail.ts'
import type { Clock } from '../../../src/core/ports.ts'
import { Secret } from '../../../src/core/secret.ts'
import { say } from '../../../src/core/text.ts'
import { createTails } from '../../../src/fly/tail/index.ts'
import { createLogStream } from '../../../src/fly/tail/stream.ts'
import { START, createTestClock } from '../../helpers/clock.ts'
import { skipNats, startNats, type TestNats } from '../../helpers/nats.ts'
import { createTestLog } from '../../helpers/test-log.ts'
import { startSilent } from '../../helpers/silent.ts'
import { createSource } from './source.ts'

const ORG = 'personal'
const PASSWORD = 'fm2_one,fm2_two'

/** A real server, real sockets, and a time a hundred times as fast. */
async function setUp(t: TestContext, { token = `FlyV1 ${PASSWORD}` } = {}) {
  const nats = await startNats(ORG, PASSWORD)
  const clock = fastClock()
  const still = createTestClock(START)
  const source = createSource({ ...still, now: clock.now })
  const log = createTestLog()
  const open = () =>
    createLogStream({ url: nats.url, org: ORG, token: new Secret(token), clock, log })
  const tails = createTails({ fly: source.fly, stream: open(), clock, log })
  t.after(async () => {
    await tails.close()
    await nats.close()
  })
  return { nats, clock, source, tails }
}

const SPEED = 100
function fastClock(): Clock {
  const began = performance.now()
  return {
    // Whole milliseconds, as lines have them.
    now: () => START + Math.floor((performance.now() - began) * SPEED),
    sleep: (ms, signal) => sleep(ms / SPEED, undefined, { signal }),
  }
}

/** What vector sends at Fly (FLY.md §4.2). */
const payload = ({ stamp, message, machine, region, level, provider }: LogLine) =>
  JSON.stringify({
    event: { provider },
    fly: { app: { instance: machine, name: 'app' }, region },
    host: 'h',
    log: { level },
    message,
    timestamp: stamp,
  })

async function publisher(t: TestContext, { port }: TestNats) {
  const connection = await connect({
    servers: `127.0.0.1:${port}`,
    user: ORG,
    pass: PASSWORD,
    reconnect: false,
  })
  t.after(() => connection.close())
  return async (line: LogLine) => {
    connection.publish(`logs.app.iad.${line.machine}`, payload(line))
    await connection.flush()
  }
}

function readerOf(tails: ReturnType<typeof createTails>, clock: Clock) {
  let position: TailPosition = positionAfter(cursorAt(START - 1))
  const seen: string[] = []
  const news = new EventEmitter()
  const look = (): TailRead => {
    const read = tails.read('app', position)
    position = read.position
    seen.push(...Array.from(read.lines, ({ message }) => message))
    return read
  }
  return {
    seen,
    news,
    /** Looks again and again until this is so; the suite's own limit ends what never comes. */
    async until(done: (read: TailRead) => boolean): Promise<TailRead> {
      for (;;) {
        const read = look()
        if (done(read)) return read
        await clock.sleep(500)
      }
    },
  }
}

test(
  'lines arrive by the stream; while it is away pages fill the gap; nothing is lost or comes twice',
  { skip: skipNats, timeout: 20_000 },
  async (t) => {
    const { nats, clock, source, tails } = await setUp(t)
    const reader = readerOf(tails, clock)
    await reader.until(({ source: from }) => from === 'nats')
    const send = await publisher(t, nats)
    const written: string[] = []
    const write = (n: number) => {
      const line = source.put(`line ${n}`)
      written.push(line.message)
      return line
    }
    for (let n = 0; n < 50; n++) await send(write(n))
    await reader.until(() => reader.seen.length >= 50)
    // Pages have given what was before the stream, and are read no more.
    const rests = async () => {
      for (let calls = -1; calls !== source.calls();) {
        calls = source.calls()
        await clock.sleep(15_000)
        await reader.until(() => true)
      }
    }
    await rests()
    for (let n = 50; n < 100; n++) await send(write(n))
    await reader.until(() => reader.seen.length >= 100)

    await nats.kill()
    await reader.until(({ source: from }) => from === 'http')
    for (let n = 100; n < 130; n++) write(n)
    const away = await reader.until(() => reader.seen.length >= 130)
    assert.match(say(away.note ?? '', 'en'), /can’t be reached/)

    await nats.start()
    const again = await publisher(t, nats)
    await reader.until(({ source: from }) => from === 'nats')
    for (let n = 130; n < 160; n++) await again(write(n))
    await reader.until(() => reader.seen.length >= 160)
    await rests()
    assert.deepEqual(reader.seen.toSorted(), written.toSorted())
  },
)

test(
  'a refused password is said, and pages are read instead',
  { skip: skipNats, timeout: 10_000 },
  async (t) => {
    const { clock, source, tails } = await setUp(t, { token: 'fm2_wrong' })
    const reader = readerOf(tails, clock)
    const refused = /refuses the token.*FLY_READ_TOKEN/
    // Where the machine stands still while it is dialled, it first counts as out of reach.
    await reader.until(({ note }) => note !== null && refused.test(say(note, 'en')))
    source.put('by page')
    const read = await reader.until(() => reader.seen.includes('by page'))
    assert.equal(read.source, 'http')
  },
)

test(
  'a stream that never answers, or is not there, is let go of at once',
  { timeout: 10_000 },
  async () => {
    const silent = await startSilent()
    const clock = fastClock()
    for (const port of [silent.port, 1]) {
      const stream = createLogStream({
        url: `nats://127.0.0.1:${port}`,
        org: ORG,
        token: new Secret('fm2_x'),
        clock,
        log: createTestLog(),
      })
      const lives: boolean[] = []
      stream.subscribe('app', { line: () => {}, live: (live) => lives.push(live) })
      await clock.sleep(5000)
      await stream.close()
      assert.deepEqual(lives, [])
    }
    await silent.close()
  },
)
