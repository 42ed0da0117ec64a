import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Send } from './test-client.ts'
import { startTestFly } from './test-client.ts'
import { list, record } from './values.ts'

const logs = '/api/v1/apps/my-openclaw/logs'

async function page(send: Send, query = ''): Promise<{ messages: unknown[]; next: string }> {
  const { data } = await send('GET', logs + query)
  const messages = list(data['data']).map((entry) => record(record(entry)['attributes'])['message'])
  return { messages, next: String(record(data['meta'])['next_token']) }
}

void test('logs page on by nanoseconds, a hundred at a time, a moment late', async (t) => {
  const { fly, send } = await startTestFly(t)
  const { machine } = await fly.deployOpenclaw()
  for (let line = 0; line < 250; line += 1) {
    fly.log('my-openclaw', machine.id, { message: `line ${String(line)}` })
  }
  assert.deepEqual((await page(send)).messages, [])
  await fly.clock.advance(1500)
  const newest = await page(send)
  assert.equal(newest.messages.length, 100)
  assert.equal(newest.messages.at(-1), 'line 249')
  assert.match(newest.next, /^\d{19}$/)
  const start = String(BigInt(fly.clock.now() - 60_000) * 1_000_000n)
  const first = await page(send, `?next_token=${start}`)
  assert.equal(first.messages[0], 'line 0')
  const second = await page(send, `?next_token=${first.next}&instance=${machine.id}`)
  assert.equal(second.messages[0], 'line 100')
  const third = await page(send, `?next_token=${second.next}&region=iad`)
  assert.equal(third.messages.length, 50)
  const none = await page(send, `?next_token=${third.next}`)
  assert.deepEqual(none, { messages: [], next: third.next })
})

void test('a line may arrive late, before lines already read', async (t) => {
  const { fly, send } = await startTestFly(t, { delays: { logs: 0 } })
  const { machine } = await fly.deployOpenclaw()
  const at = fly.clock.now()
  fly.log('my-openclaw', machine.id, { message: 'second', at: at + 5 })
  const read = await page(send)
  fly.log('my-openclaw', machine.id, { message: 'first', at, level: 'error', provider: 'proxy' })
  assert.deepEqual((await page(send, `?next_token=${read.next}`)).messages, [])
  assert.deepEqual((await page(send)).messages, ['first', 'second'])
})

void test('the log API answers 401 to an unknown app and to Bearer macaroons', async (t) => {
  const { fly, send } = await startTestFly(t)
  await fly.deployOpenclaw()
  fly.expectMistake({ kind: 'auth', detail: /Bearer used/ })
  fly.expectMistake({ kind: 'auth', detail: /mixed/ })
  assert.equal((await send('GET', '/api/v1/apps/nobody/logs')).status, 401)
  const bearer = { authorization: fly.token.replace('FlyV1', 'Bearer') }
  assert.equal((await send('GET', logs, { headers: bearer })).status, 401)
  assert.equal((await send('GET', '/v1/apps/my-openclaw', { headers: bearer })).status, 200)
  const mixed = { authorization: `${fly.token},fo1_user` }
  assert.equal((await send('GET', logs, { headers: mixed })).status, 401)
})

void test('releases are listed newest first', async (t) => {
  const { fly, send } = await startTestFly(t)
  fly.addApp({ name: 'bare' })
  await fly.deployOpenclaw()
  fly.addRelease('my-openclaw', { image: 'ghcr.io/openclaw/openclaw:next', status: 'running' })
  const { data } = await send('GET', '/api/v1/apps/my-openclaw/releases?limit=1')
  assert.equal(record(list(data['releases'])[0])['version'], 2)
  const current = await send('GET', '/api/v1/apps/my-openclaw/releases/current')
  assert.equal(current.data['in_progress'], true)
  assert.equal((await send('GET', '/api/v1/apps/bare/releases/current')).status, 404)
})

void test('prometheus answers one selector', async (t) => {
  const { fly, send } = await startTestFly(t)
  const now = fly.clock.now()
  const labels = { app: 'my-openclaw', instance: 'd1' }
  const points = [
    [now - 60_000, 1],
    [now, 0],
  ] as const
  fly.addSeries({ name: 'fly_instance_exit_oom', labels, points })
  const ask = (query: string, more = ''): ReturnType<Send> =>
    send(
      'GET',
      `/prometheus/personal/api/v1/query${more}${more === '' ? '?' : '&'}query=${encodeURIComponent(query)}`,
    )
  const max = await ask('max_over_time(fly_instance_exit_oom{app="my-openclaw"}[1h])')
  assert.deepEqual(record(list(record(max.data['data'])['result'])[0])['value'], [now / 1000, '1'])
  const end = now / 1000
  const range = await ask(
    'fly_instance_exit_oom{app="my-openclaw"}',
    `_range?start=${String(end - 60)}&end=${String(end)}&step=60`,
  )
  const [series] = list(record(range.data['data'])['result']).map(record)
  assert.deepEqual(series?.['values'], [
    [end - 60, '1'],
    [end, '0'],
  ])
  const bad = await ask('sum(')
  assert.deepEqual([bad.status, bad.data['errorType']], [400, 'bad_data'])
})
