import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { OpsError } from '../../../src/core/errors.ts'
import { Secret } from '../../../src/core/secret.ts'
import { createHookKeyring } from '../../../src/oncall/receivers/keys.ts'
import { createHookReceiver } from '../../../src/oncall/receivers/receive.ts'
import { createSealer } from '../../../src/store/sealing.ts'
import { served } from '../../http/served.ts'
import { createTestClock } from '../../helpers/clock.ts'
import { memoryIntake, payload, SIGN } from '../../helpers/hooks.ts'
import { away, createMemoryStore } from '../../helpers/memory-store.ts'
import { createTestLog, type Logged } from '../../helpers/test-log.ts'

interface Options {
  readonly signing?: Readonly<Record<string, readonly Secret[]>>
  readonly bucket?: { readonly size: number; readonly perMs: number }
}

/** The way in from HTTP to an intake that keeps what it was given. */
async function way(t: TestContext, { signing = {}, bucket }: Options = {}) {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const intake = memoryIntake()
  const lines: Logged[] = []
  const keyring = createHookKeyring({
    store,
    clock,
    signing,
    sealer: createSealer(randomBytes(32)),
  })
  const hooks = createHookReceiver({
    keyring,
    intake,
    store,
    clock,
    log: createTestLog(lines),
    apps: ['my-openclaw'],
    publicUrl: 'https://ops.example.com',
    ...(bucket && { bucket }),
  })
  const http = await served(t, { hooks })
  const make = async (...args: Parameters<typeof keyring.createHook>) => {
    const made = await keyring.createHook(...args)
    return { ...made, url: made.path.reveal() }
  }
  return { clock, store, intake, keyring, lines, make, ...http }
}

const by = { by: 'discord:1' }
const FIRING = payload('alertmanager.firing.json').toString()
const alertOf = (uid: string, more: object = {}) =>
  JSON.stringify({ alert_uid: uid, title: uid, ...more })

test('an alert is answered 202 when it is written down, and not before', async (t) => {
  const { post, intake, make } = await way(t)
  const { url } = await make('alertmanager', by)
  const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  intake.before = () => {
    reached.resolve()
    return goOn.promise
  }
  let answered = false
  const answer = post(url, FIRING).then((response) => {
    answered = true
    return response
  })
  await reached.promise
  assert.equal(answered, false)
  goOn.resolve()
  assert.equal((await answer).status, 202)
  assert.deepEqual(
    intake.all().map(({ key, app, status }) => [key, app, status]),
    [
      ['alertmanager:9fe7a4a5b3c2d1e0', 'my-openclaw', 'firing'],
      ['alertmanager:9fe7a4a5b3c2d1e1', 'my-openclaw', 'resolved'],
    ],
  )
})

test('a wrong secret, another source’s, an unknown source and a removed hook are an unknown path', async (t) => {
  const { post, make, keyring, intake, store } = await way(t)
  const { url, hook } = await make('generic', by)
  const looks: string[] = []
  store.before = (operation, bucket) => void looks.push(`${operation} ${bucket}`)
  const nowhere = await post('/nowhere', '{}')
  const seen = async (path: string) => {
    looks.length = 0
    const answer = await post(path, alertOf('a'))
    const headers = Object.fromEntries(answer.headers)
    delete headers['date']
    return { status: answer.status, body: await answer.text(), headers, looks: looks.join() }
  }
  const wrong = await seen(`${url.slice(0, -4)}aaaa`)
  assert.deepEqual([wrong.status, wrong.body], [404, await nowhere.text()])
  assert.equal(wrong.looks, 'get hook')
  const secret = url.split('/').at(-1) ?? ''
  for (const path of [
    `/hooks/grafana/${secret}`,
    `/hooks/unknown/${secret}`,
    `/hooks/__proto__/${secret}`,
    '/hooks/generic/x',
  ])
    assert.deepEqual(await seen(path), wrong, path)
  assert.equal((await seen(url)).status, 202)
  assert.equal(await keyring.removeHook(hook.id), true)
  assert.equal(await keyring.removeHook(hook.id), false)
  assert.deepEqual(await seen(url), wrong)
  assert.equal(intake.all().length, 1)
})

test('two hooks of a source are good while one takes the place of the other', async (t) => {
  const { post, make, keyring, store, clock } = await way(t)
  const one = await make('generic', by)
  await clock.advance(1)
  const two = await make('generic', by)
  assert.notEqual(one.url, two.url)
  for (const { url } of [one, two]) assert.equal((await post(url, alertOf('a'))).status, 202)
  assert.deepEqual(await keyring.listHooks(), [one.hook, two.hook])
  assert.deepEqual(one.hook, { ...one.hook, source: 'generic', by: 'discord:1', signed: false })
  // 128 bits, and nothing from which the address could be told.
  const secrets = [one, two].map(({ url }) => url.split('/').at(-1) ?? '')
  for (const secret of secrets) {
    assert.equal(Buffer.from(secret, 'base64url').length, 16)
    assert.ok(!store.dump().includes(secret))
  }
})

test('Grafana gets a key that is chosen here and kept sealed; without its signature nothing is taken', async (t) => {
  const { post, make, store, intake } = await way(t)
  const { url, key, hook } = await make('grafana', by)
  assert.ok(key !== null && hook.signed)
  assert.ok(!store.dump().includes(key.reveal()))
  const body = payload('grafana.firing.json')
  assert.equal((await post(url, body.toString())).status, 401)
  const answer = await post(url, body.toString(), SIGN.grafana(key.reveal(), body))
  assert.equal(answer.status, 202)
  assert.equal(intake.all().length, 1)
  const open = await make('grafana', { ...by, key: 'none' })
  assert.equal(open.key, null)
  assert.equal((await post(open.url, body.toString())).status, 202)
})

test('keys of the configuration and of the hook are both good', async (t) => {
  const { post, make, intake } = await way(t, { signing: { sentry: [new Secret('0ld')] } })
  const { url, key } = await make('sentry', { ...by, key: new Secret('n3w') })
  assert.equal(key, null)
  const body = payload('sentry.event-alert.json')
  const send = async (name: string) =>
    (await post(url, body.toString(), SIGN.sentry(name, body))).status
  assert.deepEqual([await send('0ld'), await send('wr0ng')], [202, 401])
  assert.equal(intake.all().length, 1)
})

test('what was signed is taken once, and again when it could not be written down', async (t) => {
  const { post, make, intake } = await way(t, { signing: { pagerduty: [new Secret('k3y')] } })
  const { url } = await make('pagerduty', by)
  const body = payload('pagerduty.triggered.json')
  const send = async () => (await post(url, body.toString(), SIGN.pagerduty('k3y', body))).status
  intake.before = () => {
    throw away()
  }
  assert.equal(await send(), 503)
  intake.before = () => {}
  assert.deepEqual([await send(), await send(), await send()], [202, 202, 202])
  assert.equal(intake.all().length, 1)
})

test('a store that is away is 503 with a time to come back, never 429', async (t) => {
  const { post, make, store } = await way(t)
  const { url } = await make('generic', by)
  store.before = () => {
    throw away()
  }
  const answer = await post(url, alertOf('a'))
  assert.equal(answer.status, 503)
  assert.equal(answer.headers.get('retry-after'), '5')
})

test('an endless stream is asked to wait; people hear of it once, and once that it is over', async (t) => {
  const { post, make, clock, intake } = await way(t, { bucket: { size: 2, perMs: 60_000 } })
  const { url } = await make('generic', by)
  const other = await make('netdata', by)
  const answers = []
  for (let n = 0; n < 5; n++) answers.push(await post(url, alertOf(`a${n}`)))
  assert.deepEqual(
    answers.map(({ status }) => status),
    [202, 202, 503, 503, 503],
  )
  assert.equal(answers[2]?.headers.get('retry-after'), '30')
  assert.equal((await post(other.url, payload('netdata.alert.json').toString())).status, 202)
  const notices = () => intake.all().filter(({ rule }) => rule === 'too-many')
  await intake.first(({ rule }) => rule === 'too-many')
  assert.deepEqual(
    notices().map(({ status, severity }) => [status, severity]),
    [['firing', 'info']],
  )
  await clock.advance(120_000)
  assert.equal((await post(url, alertOf('later'))).status, 202)
  await intake.first(({ rule, status }) => rule === 'too-many' && status === 'resolved')
  assert.equal(notices().length, 2)
})

test('what is about ourselves is marked, and an echo ends by itself', async (t) => {
  const { post, make, intake, lines } = await way(t)
  const { url } = await make('generic', by)
  const about: ReadonlyArray<object> = [
    { message: 'openclaw_ops_chat_sends_total rises' },
    { message: 'POST https://elsewhere.example/hooks/alertmanager/x failed' },
    { message: 'I-7K3QZ9 critical: my-openclaw is down' },
    { link_to_upstream_details: 'https://ops.example.com/metrics' },
  ]
  for (const [n, more] of about.entries()) {
    for (let times = 0; times < 6; times++)
      assert.equal((await post(url, alertOf(`own-${n}`, more))).status, 202)
    const told = intake.all().filter(({ key }) => key === `generic:own-${n}`)
    assert.equal(told.length, 3, JSON.stringify(more))
    assert.deepEqual(told[0]?.evidence[0]?.[1], 'openclaw-ops')
  }
  // An echo with another name each time ends, too; that something is over is always told.
  for (let n = 0; n < 20; n++)
    await post(url, alertOf(`echo-${n}`, { message: 'I-7K3QZ9 is open' }))
  assert.equal(intake.all().filter(({ key }) => key.startsWith('generic:echo')).length, 0)
  await post(url, alertOf('own-0', { ...about[0], state: 'ok' }))
  assert.equal(intake.all().at(-1)?.status, 'resolved')
  assert.ok(lines.some(({ message }) => message.includes('came back too often')))
  // Somebody else’s trouble is not ours.
  for (let n = 0; n < 9; n++)
    await post(url, alertOf('x', { link_to_upstream_details: 'https://ops.example.com/' }))
  assert.equal(intake.all().filter(({ key }) => key === 'generic:x').length, 9)
})

test('an alert about an app that is not managed here is about none', async (t) => {
  const { post, make, intake } = await way(t)
  const { url } = await make('uptime-kuma', by)
  const body = payload('uptime-kuma.down.json').toString()
  await post(url, body)
  await post(url, body.replaceAll('my-openclaw', 'other-app'))
  assert.deepEqual(
    intake.all().map(({ app, down }) => [app, down]),
    [
      ['my-openclaw', true],
      [null, undefined],
    ],
  )
})

test('what is no JSON is 400, what is no alert is 202 and in the log', async (t) => {
  const { post, make, intake, lines } = await way(t)
  const { url } = await make('generic', by)
  assert.equal((await post(url, '{')).status, 400)
  assert.equal((await post(url, '[]')).status, 202)
  assert.deepEqual(
    lines.map(({ message }) => message),
    ['A hook brought nothing that is an alert.'],
  )
  assert.equal(intake.all().length, 0)
})

test('a storm is written down in a few goes, and all of it', async (t) => {
  const { post, make, intake, store } = await way(t)
  const { url } = await make('generic', by)
  const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const arrived = Promise.withResolvers<void>()
  let arrivals = 0
  store.before = () => void (++arrivals === 121 && arrived.resolve())
  intake.before = () => {
    reached.resolve()
    return goOn.promise
  }
  const first = post(url, alertOf('first'))
  await reached.promise
  const rest = Array.from({ length: 120 }, (_, n) => post(url, alertOf(`a${n}`)))
  await arrived.promise
  goOn.resolve()
  const statuses = (await Promise.all([first, ...rest])).map(({ status }) => status)
  assert.deepEqual(new Set(statuses), new Set([202]))
  assert.equal(new Set(intake.all().map(({ key }) => key)).size, 121)
  assert.ok(intake.calls.length <= 3, `${intake.calls.length} goes`)
})

test('one that can not be written down does not take others with it', async (t) => {
  const { post, make, intake } = await way(t)
  const { url } = await make('generic', by)
  const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  intake.before = async (alerts) => {
    reached.resolve()
    await goOn.promise
    if (alerts.some(({ key }) => key === 'generic:bad')) throw new OpsError('conflict', 'No.')
  }
  const first = post(url, alertOf('first'))
  await reached.promise
  const rest = ['a', 'bad', 'b'].map((uid) => post(url, alertOf(uid)))
  goOn.resolve()
  const statuses = (await Promise.all([first, ...rest])).map(({ status }) => status)
  assert.deepEqual(statuses, [202, 202, 500, 202])
  assert.equal(intake.all().length, 3)
})
