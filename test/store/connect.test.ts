import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { OpsError } from '../../src/core/errors.ts'
import { say } from '../../src/core/text.ts'
import { connectRedis } from '../../src/store/redis/connection.ts'
import { parseRedisUrl } from '../../src/store/redis/options.ts'
import { memoryLog, realClock } from '../helpers/engines.ts'
import { skipRedis, startRedis } from '../helpers/redis.ts'

const addresses = [
  ['redis://h', { host: 'h', port: 6379, db: 0 }],
  ['redis://h:7/3', { host: 'h', port: 7, db: 3 }],
  ['rediss://h', { host: 'h', port: 6379, db: 0, tls: {} }],
  ['redis://u:p%40ss@h', { host: 'h', port: 6379, db: 0, username: 'u', password: 'p@ss' }],
  ['redis://:pw@[fdaa::3]:1', { host: 'fdaa::3', port: 1, db: 0, password: 'pw' }],
  ['unix:/run/r.sock', { path: '/run/r.sock' }],
  ['unix:///run/r.sock', { path: '/run/r.sock' }],
] as const

for (const [url, expected] of addresses)
  test(`${url} is understood`, () => assert.deepEqual(parseRedisUrl(url), expected))

for (const url of ['', 'h:6379', 'http://h', 'unix:r.sock', 'redis://h/x', 'redis://:%zz@h'])
  test(`"${url}" is refused without being repeated`, () =>
    assert.throws(
      () => parseRedisUrl(url),
      (error) =>
        error instanceof OpsError && error.code === 'bad_input' && saysNothingOf(error, '%zz'),
    ))

const saysNothingOf = (error: OpsError, secret: string): boolean =>
  !`${say(error.text, 'en')}${say(error.text, 'zh-TW')}${String(error.cause)}`.includes(secret)

const connect = (url: string, log = memoryLog()) =>
  connectRedis(url, { log, clock: realClock, startMs: 500 })

async function listening(t: TestContext, server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Speaks just enough of Redis 5 for a client to read the INFO it is given. */
const impostor = (info: string) =>
  createServer((socket) => {
    socket.on('data', (data) => {
      const names = String(data).match(/^(hello|info|client|auth|quit|select)$/gim) ?? []
      for (const name of names) socket.write(ANSWERS[name.toLowerCase()] ?? bulk(info))
    })
    socket.on('error', () => {})
  })
const ANSWERS: Readonly<Record<string, string>> = {
  hello: "-ERR unknown command 'HELLO'\r\n",
  client: '+OK\r\n',
  quit: '+OK\r\n',
}
const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`

const servers = [
  ['too old', 'redis_version:5.0.14', 'bad_input', /5\.0\.14/],
  ['a replica', 'redis_version:7.2.0\r\nrole:slave', 'bad_input', /replica/],
  ['a cluster', 'redis_version:7.2.0\r\nredis_mode:cluster', 'bad_input', /cluster/],
] as const
for (const [what, info, code, message] of servers)
  test(`a server that is ${what} is refused`, async (t) => {
    const url = await listening(t, impostor(`${info}\r\nloading:0`))
    await assert.rejects(connect(url), { code, message })
  })

test('a server that tells nothing of itself is taken', async (t) => {
  const log = memoryLog()
  const link = await connect(await listening(t, impostor('loading:0')), log)
  await link.close()
  assert.deepEqual(log.lines, [])
})

test('one that may evict keys is taken with a warning', async (t) => {
  const log = memoryLog()
  const info = 'redis_version:7.2.0\r\nmaxmemory_policy:allkeys-lru'
  const link = await connect(await listening(t, impostor(info)), log)
  await link.close()
  assert.match(log.lines.join(), /noeviction.*allkeys-lru/)
})

test('something else than Redis is told apart', async (t) => {
  const url = await listening(
    t,
    createHttp((_request, response) => response.end('x')),
  )
  await assert.rejects(connect(url), { code: 'bad_input', message: /not Redis/ })
})

test('nobody there, and somebody who never answers', async (t) => {
  await assert.rejects(connect('unix:/nonexistent/r.sock'), { code: 'unavailable' })
  const silent = createServer()
  const url = await listening(t, silent)
  await assert.rejects(connect(url), { code: 'unavailable' })
})

test('a wrong password is said, not repeated', { skip: skipRedis }, async (t) => {
  const server = await startRedis(['--requirepass', 'right'])
  t.after(server.close)
  // A unix address holds no password, so none is given at all.
  await assert.rejects(connect(server.url), { code: 'auth' })
})
