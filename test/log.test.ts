import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { Secret } from '../src/core/secret.ts'
import type { Log } from '../src/core/ports.ts'
import { createLog, throttled } from '../src/log.ts'
import { runs } from './helpers/runs.ts'

function recorder(level: 'debug' | 'info' | 'silent' = 'debug') {
  const lines: string[] = []
  const log = createLog({ level, destination: { write: (line) => lines.push(line) } })
  const last = (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? '{}')
  return { log, lines, last }
}

test('a line is JSON with time, level, data and message, and nothing of the machine', () => {
  const { log, lines, last } = recorder()
  log.child({ job: 'J-1' }).warn({ app: 'a' }, 'Something happened.')
  const { time, ...rest } = last()
  assert.match(String(time), /^\d{4}-\d\d-\d\dT.*Z$/)
  assert.deepEqual(rest, { level: 'warn', job: 'J-1', app: 'a', msg: 'Something happened.' })
  assert.match(lines[0] ?? '', /\}\n$/)
})

test('what is below the level is not written', () => {
  const { log, lines } = recorder('info')
  log.debug({}, 'no')
  log.info({}, 'yes')
  assert.equal(lines.length, 1)
  const silent = recorder('silent')
  silent.log.error({}, 'no')
  assert.deepEqual(silent.lines, [])
})

test('errors come with causes and parts, and without what clients hang on them', () => {
  const { log, last, lines } = recorder()
  const root = Object.assign(new TypeError('refused'), { code: 'ECONNREFUSED' })
  const error = Object.assign(new Error('no answer', { cause: root }), {
    request: { headers: { authorization: 'hunter2hunter2' } },
    status: 503,
  })
  log.error({ error, parts: new AggregateError([root, 'text'], 'all failed') }, 'Failed.')
  const { error: written, parts } = last() as Record<string, Record<string, unknown>>
  assert.equal(written?.['type'], 'Error')
  assert.equal(written?.['status'], 503)
  assert.match(String(written?.['stack']), /log\.test\.ts/)
  assert.partialDeepStrictEqual(written?.['cause'], {
    type: 'TypeError',
    message: 'refused',
    code: 'ECONNREFUSED',
  })
  assert.partialDeepStrictEqual(parts?.['errors'], [{ message: 'refused' }, 'text'])
  assert.ok(!lines.join('').includes('hunter2'))
})

test('an error is described under any name, in a child, alone, and in a circle', () => {
  const { log, last, lines } = recorder()
  const error = new Error('first')
  error.cause = error
  log.child({ why: error }).error(error, 'Failed.')
  assert.partialDeepStrictEqual(last(), { why: { message: 'first' }, err: { message: 'first' } })
  assert.ok((lines[0]?.length ?? 0) < 20_000)
})

test('a Secret prints as its mask wherever it stands', () => {
  const { log, lines } = recorder()
  const secret = new Secret('correct horse')
  log.child({ secret }).info({ deep: { list: [secret] } }, `in text ${secret.toString()}`)
  assert.ok(!lines.join('').includes('correct'))
  assert.equal(lines.join('').split('[secret]').length - 1, 3)
})

const FRAME = '{"level":"info","time":"2026-01-01T00:00:00.000Z","a":"[secret]","msg":"[secret]"}'
const anySecret = fc
  .oneof(fc.string({ unit: 'binary', minLength: 6, maxLength: 40 }), fc.string({ minLength: 6 }))
  .filter((it) => !FRAME.includes(it) && /[^\d.:TZ-]/.test(it))

test('a hidden value is in no line, in whatever form it is said', () => {
  const forms = fc.constantFrom(
    (it: string) => it,
    (it: string) => encodeURIComponent(it.toWellFormed()),
    (it: string) => Buffer.from(it).toString('base64'),
    (it: string) => Buffer.from(it).toString('base64url'),
    (it: string) => JSON.stringify({ token: it }),
  )
  const around = fc.stringMatching(/^[ .=&]{0,5}$/)
  fc.assert(
    fc.property(anySecret, forms, around, around, (secret, form, before, after) => {
      const { log, lines, last } = recorder()
      log.hide(secret)
      log.info({ a: before + form(secret) + after, list: [secret] }, before + form(secret) + after)
      const read = [last()['a'], last()['msg'], ...(last()['list'] as unknown[])]
      for (const text of read) assert.ok(!String(text).includes(form(secret)), lines[0])
      assert.equal(read[2], '[secret]')
    }),
    { numRuns: runs(500) },
  )
})

test('a hidden value is found inside what was encoded with it, as in basic authorization', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[!-~]{12,30}$/),
      fc.string({ maxLength: 6 }),
      (secret, user) => {
        const { log, last } = recorder()
        log.hide(secret)
        const encoded = Buffer.from(`${user}:${secret}`).toString('base64')
        log.info({ encoded }, 'x')
        const left = Buffer.from(String(last()['encoded']).split('[secret]')[0] ?? '', 'base64')
        assert.ok(String(last()['encoded']).includes('[secret]'))
        assert.ok(!left.toString().includes(secret))
      },
    ),
  )
})

test('one secret within another leaves nothing of the longer', () => {
  const { log, last } = recorder()
  log.hide('abcdefgh')
  log.hide('abcdefgh-and-more')
  log.info({ it: 'abcdefgh-and-more' }, 'x')
  assert.equal(last()['it'], '[secret]')
})

test('a short value is not hidden, for it would tear up words', () => {
  const { log, last } = recorder()
  log.hide('on')
  log.info({}, 'on and on')
  assert.equal(last()['msg'], 'on and on')
})

const letters = 'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-'
const shapes: ReadonlyArray<readonly [string, string, string]> = [
  ['a Fly token', `FlyV1 fm2_${letters},fm2_x+/=${letters}`, '[secret]'],
  ['a bare macaroon', `token fm2_lJPE+/=${letters}.`, 'token [secret].'],
  ['an old Fly token', `fo1_${letters}`, '[secret]'],
  [
    'a Discord token',
    `MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.${letters.slice(0, 38)} was`,
    '[secret] was',
  ],
  ['a Telegram token', `123456789:AA${letters.slice(0, 33)}`, '[secret]'],
  [
    'a Telegram URL',
    `https://api.telegram.org/bot123456789:AA${letters.slice(0, 33)}/getMe`,
    'https://api.telegram.org/bot[secret]/getMe',
  ],
  ['a bearer', 'authorization: Bearer abcdef.ghi~jk', 'authorization: [secret]'],
  ['a login in a URL', 'at redis://default:p4ss@h:6379/0', 'at redis://[secret]h:6379/0'],
  ['a user alone in a URL', 'https://ghp_x@github.com/a', 'https://[secret]github.com/a'],
  [
    'an interaction',
    `/webhooks/123/${letters}/messages/@original`,
    '/webhooks/123/[secret]/messages/@original',
  ],
  ['a hook', '/hooks/grafana/abc123xyz 404', '/hooks/grafana/[secret] 404'],
  ['a webhook', 'POST /telegram/Zm9vYmFyYmF6cXV4 401', 'POST /telegram/[secret] 401'],
  ['a query', 'GET /x?access_token=abc&page=2', 'GET /x?access_token=[secret]&page=2'],
  ['a model key', `sk-ant-${letters}`, '[secret]'],
]
for (const [name, text, expected] of shapes)
  test(`unregistered, ${name} is known by its shape`, () => {
    const { log, last } = recorder()
    log.warn({ text, error: new Error(text) }, text)
    const { text: data, msg, error } = last() as { text: string; msg: string; error: Error }
    for (const written of [data, msg, error.message]) assert.equal(written, expected)
  })

test('ordinary text is left alone', () => {
  const { log, last } = recorder()
  const texts = [
    'ghcr.io/openclaw/openclaw:2026.9.1@sha256:' + '0f'.repeat(32),
    '2026-11-22T15:46:00.123Z shared-cpu-2x fdaa:0:1::3 148e21ea7dd989 12345:67',
    'https://api.machines.dev/v1/apps/a/machines?include_deleted=false',
    'at call (file:///app/src/chat/telegram/attachments.ts:12:3)',
    'J-ABC123 restarted m1; a basic question, a bearer of news',
  ]
  for (const text of texts) {
    log.info({}, text)
    assert.equal(last()['msg'], text)
  }
})

test('a flood gives one line for each window, with the number left out', () => {
  const seen: Array<readonly [string, object, string]> = []
  const write =
    (level: string): Log['info'] =>
    (data, message) =>
      seen.push([level, data, message])
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (data) => ({ ...log, warn: (more, message) => log.warn({ ...data, ...more }, message) }),
  }
  let now = 0
  const calm = throttled(log, 1000, { now: () => now })
  for (let i = 0; i < 12_000; i++) calm.error({ i }, 'Redis is full.')
  calm.warn({}, 'Redis is full.')
  calm.error({}, 'Another.')
  now = 1000
  calm.error({ i: 'next' }, 'Redis is full.')
  now = 2000
  calm.error({}, 'Redis is full.')
  calm.child({ part: 1 }).warn({}, 'Redis is full.')
  assert.deepEqual(seen, [
    ['error', { i: 0 }, 'Redis is full.'],
    ['warn', {}, 'Redis is full.'],
    ['error', {}, 'Another.'],
    ['error', { i: 'next', leftOut: 11_999 }, 'Redis is full.'],
    ['error', {}, 'Redis is full.'],
    ['warn', { part: 1 }, 'Redis is full.'],
  ])
})
