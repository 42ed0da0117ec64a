import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { OpsError } from '../../src/core/errors.ts'
import type { Health } from '../../src/core/ports.ts'
import { createReadiness } from '../../src/http/readiness.ts'
import { raw, served } from './served.ts'

const fine: Health = { ok: true, detail: 'Connected.' }
const broken: Health = { ok: false, detail: 'Not connected.' }
const part = (required: boolean, health: Health) => ({ required, health: async () => health })

test('/healthz says that the process is alive', async (t) => {
  const { get } = await served(t)
  const answer = await get('/healthz')
  assert.equal(answer.status, 200)
  assert.deepEqual(await answer.json(), { ok: true })
  assert.equal(answer.headers.get('cache-control'), 'no-store')
})

test('/readyz tells each part, and fails only by a required one', async (t) => {
  const { get } = await served(t, {
    parts: { queue: part(true, fine), discord: part(false, broken) },
  })
  const answer = await get('/readyz')
  assert.equal(answer.status, 200)
  assert.deepEqual(await answer.json(), { ok: true, parts: { queue: fine, discord: broken } })
  const { get: other } = await served(t, { parts: { queue: part(true, broken) } })
  const bad = await other('/readyz')
  assert.equal(bad.status, 503)
  assert.deepEqual(await bad.json(), { ok: false, parts: { queue: broken } })
})

test('/readyz answers though a part hangs and another throws', async (t) => {
  const { get, logged } = await served(t, {
    limits: { readyMs: 20 },
    parts: {
      queue: { required: true, health: () => new Promise(() => {}) },
      fly: { required: false, health: async () => Promise.reject(new Error('boom')) },
      delivery: {
        required: false,
        health: () => new Promise(() => {}),
        late: 'Not known: no answer from Redis.',
      },
      telegram: part(false, fine),
    },
  })
  const answer = await get('/readyz')
  assert.equal(answer.status, 503)
  assert.deepEqual(await answer.json(), {
    ok: false,
    parts: {
      queue: { ok: false, detail: 'No answer within 0.02 s.' },
      fly: { ok: false, detail: 'Its health could not be read; the log says why.' },
      delivery: { ok: false, detail: 'Not known: no answer from Redis.' },
      telegram: fine,
    },
  })
  assert.deepEqual(
    logged.map(({ message }) => message),
    ['The health of a part could not be read.'],
  )
})

test('those who ask for readiness at the same time share one asking, later ones do not', async () => {
  let asked = 0
  const health = async () => {
    asked += 1
    return fine
  }
  const never = () => assert.fail('unexpected log')
  const log = { debug: never, info: never, warn: never, error: never, child: () => log }
  const readiness = createReadiness({ fly: { required: true, health } }, 1000, log)
  await Promise.all([readiness(), readiness()])
  assert.equal(asked, 1)
  await readiness()
  assert.equal(asked, 2)
})

test('/metrics is passed on with its content type', async (t) => {
  const { get } = await served(t)
  const answer = await get('/metrics')
  assert.equal(answer.headers.get('content-type'), 'text/plain')
  assert.equal(await answer.text(), 'up 1\n')
})

test('what is not there is plainly not there', async (t) => {
  const { get, post } = await served(t, { hooks: async () => assert.fail('was called') })
  const answers = await Promise.all([
    get('/'),
    get('/healthz/'),
    get('/hooks/grafana/secret'),
    get('/%zz'),
    post('/healthz', ''),
    post('/discord/interactions', '{}'),
    post('/telegram/x', '{}'),
    post('/hooks/grafana', '{}'),
    post('/hooks/grafana/a/b', '{}'),
    post('/nowhere', 'x'.repeat(300 * 1024)),
  ])
  for (const answer of answers) {
    const body = await answer.text()
    assert.equal(answer.status, answer.url.endsWith('%zz') ? 400 : 404, answer.url)
    assert.match(body, /^\{"error":"(?:Not found\.|The request is not valid\.)"\}$/, answer.url)
  }
})

test('a body up to 256 KiB is taken, one byte more is not, announced or not', async (t) => {
  const sizes: number[] = []
  const { post, port } = await served(t, {
    hooks:
      async () =>
      async ({ body }) => {
        sizes.push(body.length)
        return { status: 202 }
      },
  })
  const most = 256 * 1024
  assert.equal((await post('/hooks/generic/s', 'x'.repeat(most))).status, 202)
  const large = await post('/hooks/generic/s', 'x'.repeat(most + 1))
  assert.equal(large.status, 413)
  assert.deepEqual(await large.json(), { error: 'The body is larger than 256 KiB.' })
  const chunk = `10000\r\n${'x'.repeat(0x1_00_00)}\r\n`
  const head = 'POST /hooks/generic/s HTTP/1.1\r\nhost: x\r\nconnection: close\r\n'
  const { rest } = await raw(port, `${head}transfer-encoding: chunked\r\n\r\n${chunk.repeat(5)}`)
  assert.match(await rest(), /^HTTP\/1\.1 413 /)
  assert.deepEqual(sizes, [most])
})

test('what breaks is said in one sentence, without stack, name or version', async (t) => {
  const secret = 'something internal'
  const { post, logged } = await served(t, {
    hooks: async () => Promise.reject(new Error(secret)),
  })
  const answer = await post('/hooks/generic/s', '{}')
  assert.equal(answer.status, 500)
  assert.deepEqual(await answer.json(), { error: 'Internal error.' })
  const headers = JSON.stringify(Array.from(answer.headers))
  assert.doesNotMatch(headers, /fastify|node|server|powered/i)
  assert.equal(logged.length, 1)
  assert.equal(logged[0]?.message, 'A request could not be answered.')
  assert.partialDeepStrictEqual(logged[0]?.data, { route: '/hooks/:source/:secret' })
})

test('what is only unavailable may be sent again', async (t) => {
  const { post } = await served(t, {
    hooks: async () => Promise.reject(new OpsError('unavailable', 'The store is away.')),
  })
  const answer = await post('/hooks/generic/s', '{}')
  assert.equal(answer.status, 503)
  assert.equal(answer.headers.get('retry-after'), '5')
})

test('more deliveries than can be worked on are put off, probes are not', async (t) => {
  const gate = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  const { post, get } = await served(t, {
    limits: { inFlight: 1 },
    hooks: async () => async () => {
      arrived.resolve()
      await gate.promise
      return { status: 202 }
    },
  })
  const first = post('/hooks/generic/s', '{}')
  await arrived.promise
  const second = await post('/hooks/generic/s', '{}')
  assert.equal(second.status, 503)
  assert.equal(second.headers.get('retry-after'), '5')
  assert.equal((await get('/healthz')).status, 200)
  gate.resolve()
  assert.equal((await first).status, 202)
})

test('who knows no address takes up no place, however slowly its body is sent', async (t) => {
  const { post, port } = await served(t, {
    limits: { inFlight: 1 },
    hooks: async ({ secret }) => (secret === 's' ? async () => ({ status: 202 }) : undefined),
  })
  const head = 'POST /hooks/generic/guess HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc'
  const strangers = await Promise.all([raw(port, head), raw(port, head)])
  for (const { socket } of strangers) {
    const [said] = await once(socket, 'data')
    assert.match(String(said), /^HTTP\/1\.1 (?:404|503) /)
  }
  let status = 503
  while (status === 503) status = (await post('/hooks/generic/s', '{}')).status
  assert.equal(status, 202)
})

test('who sends slowly to one way in leaves the others open', async (t) => {
  const { post, port } = await served(t, {
    limits: { inFlight: 4 },
    discord: { verify: () => false, interaction: () => assert.fail('was called') },
    hooks: async () => async () => ({ status: 202 }),
  })
  const head = 'POST /discord/interactions HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc'
  const strangers = await Promise.all(Array.from({ length: 4 }, () => raw(port, head)))
  const [said] = await Promise.any(strangers.map(({ socket }) => once(socket, 'data')))
  assert.match(String(said), /^HTTP\/1\.1 503 /)
  assert.equal((await post('/hooks/generic/s', '{}')).status, 202)
})

test('a sender who hangs up gives his place back', async (t) => {
  const gate = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  const { post, port } = await served(t, {
    limits: { inFlight: 1 },
    hooks:
      async ({ source }) =>
      async () => {
        if (source === 'slow') {
          arrived.resolve()
          await gate.promise
        }
        return { status: 202 }
      },
  })
  const { socket } = await raw(
    port,
    'POST /hooks/slow/s HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n',
  )
  await arrived.promise
  socket.destroy()
  await once(socket, 'close')
  let status = 503
  while (status === 503) status = (await post('/hooks/generic/s', '{}')).status
  assert.equal(status, 202)
  gate.resolve()
})

const slow = {
  'in the head': 'GET /healthz HTTP/1.1\r\nhost: x\r\n',
  'in the body': 'POST /hooks/generic/s HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc',
}
for (const [where, sent] of Object.entries(slow))
  test(`a client who dawdles ${where} is hung up on`, async (t) => {
    const { port } = await served(t, {
      limits: { requestMs: 60 },
      hooks: async () => async () => assert.fail('was called'),
    })
    const { rest } = await raw(port, sent)
    assert.match(await rest(), /^HTTP\/1\.1 408 /)
  })

test('what is no HTTP is refused in a few words', async (t) => {
  const { port } = await served(t)
  const { rest } = await raw(port, 'hello\r\n\r\n')
  const said = await rest()
  assert.match(said, /^HTTP\/1\.1 400 /)
  assert.doesNotMatch(said, /fastify|node|parse/i)
})

test('closing lets a running request end, and does not wait for idle or dawdling clients', async (t) => {
  const gate = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  const { post, port, close } = await served(t, {
    limits: { closeMs: 50 },
    hooks: async () => async () => {
      arrived.resolve()
      await gate.promise
      return { status: 202 }
    },
  })
  const running = post('/hooks/generic/s', '{}')
  await arrived.promise
  const idle = await raw(port, '')
  const closed = close()
  gate.resolve()
  assert.equal((await running).status, 202)
  await closed
  await idle.rest()
  const refused = connect(port, '127.0.0.1')
  const [error] = await once(refused, 'error')
  assert.equal(error.code, 'ECONNREFUSED')
})
