import assert from 'node:assert/strict'
import { test } from 'node:test'
import { autoClock, manualClock, realClock } from './clock.ts'
import { startTestFly } from './test-client.ts'

void test('a manual clock fires timers in order, each at its own time', async () => {
  const clock = manualClock(1000)
  const seen: (readonly [string, number])[] = []
  const note = (name: string) => () => void seen.push([name, clock.now()])
  clock.after(20, note('second'))
  clock.after(10, note('first'))
  clock.after(10, () => clock.after(5, note('chained')))
  clock.after(15, note('cancelled'))()
  clock.after(99, note('later'))
  await clock.advance(50)
  assert.deepEqual(seen, [
    ['first', 1010],
    ['chained', 1015],
    ['second', 1020],
  ])
  assert.equal(clock.now(), 1050)
})

void test('a sleep ends with the clock, or with its signal', async () => {
  const clock = manualClock()
  const slept = clock.sleep(1000)
  await clock.advance(1000)
  await slept
  const leave = new AbortController()
  const aborted = clock.sleep(1000, leave.signal)
  leave.abort(new Error('enough'))
  await assert.rejects(aborted, /enough/)
})

void test('an auto clock jumps as soon as somebody sleeps', async () => {
  const clock = autoClock(0)
  await Promise.all([clock.sleep(3_600_000), clock.sleep(1000)])
  assert.equal(clock.now(), 3_600_000)
})

void test('on an auto clock a whole restart takes no time', async (t) => {
  const { fly, send } = await startTestFly(t, { clock: autoClock() })
  const { machine } = await fly.deployOpenclaw()
  const path = `/v1/apps/my-openclaw/machines/${machine.id}`
  await send('POST', `${path}/stop`)
  assert.equal((await send('GET', `${path}/wait?state=stopped&timeout=60`)).status, 200)
  await fly.clock.sleep(5000)
  await send('POST', `${path}/start`)
  assert.equal((await send('GET', `${path}/wait?state=started&timeout=60`)).status, 200)
  assert.equal((await send('GET', `${path}/wait?state=suspended&timeout=60`)).status, 408)
})

void test('a closed real clock holds nothing back', () => {
  const clock = realClock()
  clock.after(60_000, () => assert.fail('closed'))
  clock.close()
})
