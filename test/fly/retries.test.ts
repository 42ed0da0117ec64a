import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { failure, MACHINE, startBench } from './client.ts'
import type { Bench } from './client.ts'
import { EVERY_CALL } from './every-call.ts'
import type { Told } from './scripted.ts'

describe('Fly client: retries', () => {
  let bench: Bench
  beforeEach(async () => {
    bench = await startBench()
    bench.server.answer = () => ({ body: { ok: true } })
  })
  afterEach(() => bench.close())

  test('a read is tried four times, then tells the reference of the last answer', async () => {
    bench.inTurn({ status: 503, body: 'x', headers: { 'fly-request-id': '01ABC-fra' } })
    const error = await failure(bench.fly.machine('a', 'm1'))
    assert.deepEqual([error.code, error.reference], ['server', '01ABC-fra'])
    assert.equal(bench.server.seen.length, 4)
    assert.deepEqual(bench.flyCalls, Array(4).fill(['GET /v1/apps/{app}/machines/{id}', '503']))
  })

  test('a read survives a reset, a broken-off body and a 429', async () => {
    bench.inTurn(
      { instead: 'reset' },
      { instead: 'half', body: [] },
      { status: 429, headers: { 'retry-after': '5' } },
      { body: MACHINE },
    )
    assert.equal((await bench.fly.machine('a', 'm1')).version, 'v1')
    assert.ok(bench.clock.sleeps.some((ms) => ms >= 5000))
    assert.deepEqual(
      bench.flyCalls.map(([, status]) => status),
      ['reset', 'reset', '429', '200'],
    )
  })

  for (const told of [
    { instead: 'reset' },
    { instead: 'half' },
    { status: 500 },
    { status: 408 },
    { body: '<html>hello</html>' },
  ] satisfies readonly Told[]) {
    test(`a mutation is asked once and ambiguous after ${JSON.stringify(told)}`, async () => {
      bench.inTurn(told)
      assert.equal((await failure(bench.fly.start('a', 'm1'))).code, 'ambiguous')
      assert.equal(bench.server.seen.length, 1)
    })
  }

  test('a mutation that was rate limited is tried again', async () => {
    bench.inTurn({ status: 429 }, { body: MACHINE })
    await bench.fly.updateMachine('a', 'm1', { config: {} })
    assert.equal(bench.server.seen.length, 2)
  })

  test('a mutation that nobody received is tried again, and then is no ambiguous one', async () => {
    await bench.server.close()
    assert.equal((await failure(bench.fly.start('a', 'm1'))).code, 'network')
    assert.deepEqual(
      bench.flyCalls.map(([, status]) => status),
      Array(4).fill('refused'),
    )
  })

  test('a mutation whose answer does not come in time is ambiguous, a read tries again', async () => {
    bench.inTurn({ instead: 'hang' }, { instead: 'hang' }, { body: MACHINE })
    const expireOnArrival = async () => {
      await bench.server.arrival()
      bench.expire()
    }
    const [error] = await Promise.all([failure(bench.fly.start('a', 'm1')), expireOnArrival()])
    assert.equal(error.code, 'ambiguous')
    const [machine] = await Promise.all([bench.fly.machine('a', 'm1'), expireOnArrival()])
    assert.equal(machine.id, 'm1')
  })

  test('an aborted read is cancelled, an aborted mutation under way is ambiguous', async () => {
    bench.inTurn({ instead: 'hang' })
    for (const [name, code] of [
      ['machine', 'cancelled'],
      ['start', 'ambiguous'],
    ] as const) {
      const controller = new AbortController()
      const abort = bench.server.arrival().then(() => controller.abort(new Error('shutdown')))
      const work = failure(EVERY_CALL[name](bench.fly.with(controller.signal)))
      await abort
      assert.equal((await work).code, code)
    }
  })

  test('nothing is sent once the signal is aborted, whichever of several it is', async () => {
    const never = new AbortController().signal
    const aborted = AbortSignal.abort(new Error('stop'))
    for (const fly of [bench.fly.with(aborted).with(never), bench.fly.with(never).with(aborted)]) {
      for (const call of Object.values(EVERY_CALL)) {
        assert.equal((await failure(call(fly))).code, 'cancelled')
      }
    }
    assert.equal(bench.server.seen.length, 0)
  })
})
