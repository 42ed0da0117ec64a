import assert from 'node:assert/strict'
import { test } from 'node:test'
import { flyErrors } from './errors.ts'
import type { Fault } from './faults.ts'
import { startFakeFly } from './fake-fly.ts'
import { startTestFly } from './test-client.ts'

const path = '/v1/apps/my-openclaw'

void test('a scripted answer comes instead of the work, as often as told', async (t) => {
  const { fly, send } = await startTestFly(t)
  const { machine } = await fly.deployOpenclaw()
  const full = flyErrors.insufficientMemory()
  const fault = fly.fault({
    kind: 'answer',
    status: full.status,
    body: full.body,
    method: 'POST',
    path: /\/stop$/,
    times: 2,
    skip: 1,
  })
  const stop = async (): Promise<number> =>
    (await send('POST', `${path}/machines/${machine.id}/stop`)).status
  assert.deepEqual([await stop(), await stop(), await stop(), await stop()], [200, 409, 409, 200])
  assert.equal(fault.hits(), 2)
})

const broken: readonly (readonly [fault: Fault, worked: boolean])[] = [
  [{ kind: 'reset' }, false],
  [{ kind: 'answerLost' }, true],
]
for (const [fault, worked] of broken) {
  test(`${fault.kind} breaks the connection ${worked ? 'after' : 'before'} the work`, async (t) => {
    const { fly, send } = await startTestFly(t)
    await fly.deployOpenclaw()
    fly.fault({ ...fault, method: 'POST' })
    const values = { values: { EXTRA: 'x' } }
    await assert.rejects(send('POST', `${path}/secrets`, { body: values }))
    assert.equal(fly.app('my-openclaw').secrets.has('EXTRA'), worked)
    assert.equal(fly.calls.at(-1)?.fault, fault.kind)
    assert.equal(fly.calls.at(-1)?.status, 0)
  })
}

void test('html, empty and malformed answers', async (t) => {
  const { fly, send } = await startTestFly(t)
  await fly.deployOpenclaw()
  for (const fault of [{ kind: 'html' }, { kind: 'empty' }, { kind: 'malformed' }] as const) {
    fly.fault(fault)
  }
  const html = await send('GET', path, { unchecked: true })
  assert.equal(html.status, 502)
  assert.match(html.raw, /^<html>/)
  const empty = await send('GET', path, { unchecked: true })
  assert.deepEqual([empty.status, empty.raw], [200, ''])
  const malformed = await send('GET', path, { unchecked: true })
  assert.equal(malformed.body, undefined)
  assert.match(malformed.raw, /^\{"id"/)
})

void test('hang lasts until the client gives up, delay until the clock says so', async (t) => {
  const { fly, send } = await startTestFly(t)
  await fly.deployOpenclaw()
  fly.fault({ kind: 'hang' })
  const leave = new AbortController()
  const headers = { authorization: fly.token }
  const hanging = fetch(fly.url + path, { headers, signal: leave.signal })
  await fly.nextCall({ path: /my-openclaw$/ })
  leave.abort()
  await assert.rejects(hanging)
  fly.fault({ kind: 'delay', ms: 5000 })
  const late = send('GET', path)
  await fly.nextCall({ path: /my-openclaw$/ })
  await fly.clock.advance(5000)
  assert.equal((await late).status, 200)
})

void test('a client hanging on when the fake closes is let go', async () => {
  const fly = await startFakeFly()
  fly.fault({ kind: 'hang' })
  const hanging = fetch(fly.url, { headers: { authorization: fly.token } })
  hanging.catch(() => {})
  await fly.nextCall({})
  fly.expectMistake({ kind: 'route' })
  await fly.close()
  await assert.rejects(hanging)
})

void test('rate limits: one a second with a burst of three for each action and id', async (t) => {
  const { fly, send } = await startTestFly(t, { rateLimits: true })
  const { machine } = await fly.deployOpenclaw()
  const one = `${path}/machines/${machine.id}`
  const statuses = async (count: number, method: string, at: string): Promise<number[]> => {
    const replies: number[] = []
    for (let sent = 0; sent < count; sent += 1) replies.push((await send(method, at)).status)
    return replies
  }
  assert.deepEqual(await statuses(4, 'GET', `${one}/events`), [200, 200, 200, 429])
  assert.deepEqual(await statuses(1, 'GET', `${one}/versions`), [200])
  const gets = await statuses(11, 'GET', one)
  assert.equal(gets.filter((status) => status === 200).length, 10)
  await fly.clock.advance(1000)
  assert.deepEqual(await statuses(2, 'GET', `${one}/events`), [200, 429])
  const limited = await send('GET', `${one}/events`)
  assert.equal(limited.error, 'rate limit exceeded')
})

interface Wrong {
  readonly name: string
  readonly send: (url: string, token: string) => Promise<Response>
  readonly complaint: RegExp
  readonly status: number
}
const wrongs: readonly Wrong[] = [
  {
    name: 'an unknown endpoint',
    send: (url, authorization) => fetch(`${url}/v1/nothing`, { headers: { authorization } }),
    complaint: /route: GET \/v1\/nothing/,
    status: 404,
  },
  {
    name: 'no token',
    send: (url) => fetch(`${url}${path}`),
    complaint: /auth: .*no Authorization/,
    status: 401,
  },
  {
    name: 'a macaroon as Bearer, which the Machines API takes',
    send: (url, token) =>
      fetch(`${url}${path}`, { headers: { authorization: token.replace('FlyV1', 'Bearer') } }),
    complaint: /Bearer used for a token that wants FlyV1/,
    status: 200,
  },
  {
    name: 'a field Fly ignores',
    send: (url, authorization) =>
      fetch(`${url}${path}/ip_assignments`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ type: 'v6', auto_stop_machines: true }),
      }),
    complaint: /unknown field assignIPRequest\.auto_stop_machines/,
    status: 200,
  },
  {
    name: 'a body without a content type',
    send: (url, authorization) =>
      fetch(`${url}${path}/secrets`, {
        method: 'POST',
        headers: { authorization },
        body: '{"values":{}}',
      }),
    complaint: /content-type: POST/,
    status: 200,
  },
  {
    name: 'an unknown parameter',
    send: (url, authorization) => fetch(`${url}${path}?verbose=1`, { headers: { authorization } }),
    complaint: /query: .*verbose/,
    status: 200,
  },
  {
    name: 'a stop with a list for a body',
    send: (url, authorization) =>
      fetch(`${url}${path}/machines/x/stop`, {
        method: 'POST',
        headers: { authorization },
        body: '[]',
      }),
    complaint: /content-type/,
    status: 400,
  },
]
for (const { name, send, complaint, status } of wrongs) {
  test(`close rejects after ${name}`, async () => {
    const fly = await startFakeFly()
    await fly.deployOpenclaw()
    const response = await send(fly.url, fly.token)
    assert.equal(response.status, status, await response.text())
    await assert.rejects(fly.close(), complaint)
  })
}

void test('an expected mistake that never comes is one too', async () => {
  const fly = await startFakeFly()
  fly.expectMistake({ kind: 'field' })
  await assert.rejects(fly.close(), /never came/)
})
