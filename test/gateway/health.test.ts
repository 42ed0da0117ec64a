import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JSON_TYPE, json, page, probeOutput, rawAnswer, reasonOf, scriptOutput } from './outputs.ts'
import { recorded } from './recordings.ts'

type Answers = Readonly<Record<string, string | null>>

const probe = (answers: Answers, more: readonly string[] = []) =>
  probeOutput(scriptOutput(answers, more))

const UNAUTHORIZED = json(401, { error: { message: 'Unauthorized', type: 'unauthorized' } })

/** What was recorded of a version on loopback without a token, as the client in the machine would print it. */
function transcript(version: string): Answers {
  const answers = ['startupz', 'readyz', 'healthz'].map((name) => {
    const start = `${version} /${name} [X-None: 1] 127.0.0.1 `
    const line = recorded('old-versions-auth.txt')
      .split('\n')
      .find((one) => one.startsWith(start))
    const [, status, type = '', body = ''] =
      /^(\d+) (\S+ \S+) (.*)$/.exec(line?.slice(start.length) ?? '') ?? []
    return [name, rawAnswer(Number(status), type, whole(body))] as const
  })
  return { ...Object.fromEntries(answers), invoke: UNAUTHORIZED }
}
/** The recorder kept the first 60 characters; what followed is figures. */
const whole = (body: string) =>
  body.startsWith('{') && !body.endsWith('}')
    ? body.replace(/,?"(?:eventLoop|uptimeMs)"?.*$/, '').replace(/,"[^"]*$/, '') + '}'
    : body

const RECORDED: ReadonlyArray<readonly [version: string, fromStartup: boolean]> = [
  ['2026.1.29', false],
  ['2026.3.13', false],
  ['2026.6.11', false],
  ['2026.8.2', true],
]

test('the recorded answers of each version are read as ready', async () => {
  for (const [version, fromStartup] of RECORDED) {
    const answers = transcript(version)
    const report = await probe(answers, [`package ${version}`])
    assert.equal(report.ready, true, `${version}: ${reasonOf(report)}`)
    assert.equal(report.version, version)
    const bare = await probe(answers)
    assert.equal(bare.version, fromStartup ? version : null)
    // The oldest cannot be told from any other web page when its version is not known.
    assert.equal(bare.ready, version === '2026.1.29' ? null : true, version)
  }
})

/** Each poll of the recorder, as [path, status, body]. */
const polls = (log: string) =>
  recorded(log)
    .split('\n')
    .flatMap((line) => {
      const [, path = '', status, body = ''] = /# poll \/(\w+) -> (\d+) (\{.*\})$/.exec(line) ?? []
      return status === undefined ? [] : [[path, Number(status), body] as const]
    })

test('the recorded start of 2026.9.6 goes from starting to ready', async () => {
  const states: Array<readonly [boolean | null, number | null, string | null]> = []
  for (const [path, status, body] of polls('01-first-start.log')) {
    if (path !== 'startupz') continue
    const report = await probe({ startupz: rawAnswer(status, JSON_TYPE, body) })
    states.push([report.ready, report.uptimeMs, report.version])
    if (report.ready === false)
      assert.match(reasonOf(report) ?? '', /still starting \(startup-sidecars\)/)
  }
  assert.deepEqual(states, [
    [false, 733, '2026.9.6'],
    [true, 2441, '2026.9.6'],
  ])
})

const STARTED = { ok: true, status: 'started', version: '2026.9.6', uptimeMs: 5 }
type Row = readonly [name: string, answers: Answers, ready: boolean | null, reason: RegExp | null]
const TABLE: readonly Row[] = [
  ['nothing listens', { startupz: null }, false, /Nothing listens on port 3000/],
  [
    'draining',
    { startupz: json(503, { ok: false, status: 'draining' }) },
    false,
    /finishing its work/,
  ],
  ['started but 503', { startupz: json(503, STARTED) }, null, /can be understood \(503\)/],
  [
    '200 but not ok',
    { startupz: json(200, { ok: false, status: 'started' }) },
    null,
    /can be understood/,
  ],
  [
    'a word nobody knows',
    { startupz: json(503, { ok: false, status: 'sleeping' }) },
    null,
    /can be understood/,
  ],
  [
    'forwarding headers',
    { startupz: json(403, { error: { type: 'proxy_attribution_required' } }) },
    null,
    /403.*trustedProxies/,
  ],
  ['too many requests', { startupz: json(429, { error: { type: 'rate_limited' } }) }, null, /429/],
  [
    'JSON as text',
    { startupz: rawAnswer(200, 'text/plain', JSON.stringify(STARTED)) },
    null,
    /can be understood/,
  ],
  [
    'JSON as a page',
    { startupz: rawAnswer(200, 'text/html', JSON.stringify(STARTED)) },
    null,
    /can be understood/,
  ],
  [
    'less than announced',
    { startupz: rawAnswer(200, JSON_TYPE, JSON.stringify(STARTED), 500) },
    null,
    /can be understood/,
  ],
  [
    'broken JSON',
    { startupz: rawAnswer(200, JSON_TYPE, '{"ok":true,') },
    null,
    /can be understood/,
  ],
  [
    'longer than is read',
    { startupz: json(200, { ...STARTED, pad: 'x'.repeat(5000) }) },
    null,
    /can be understood/,
  ],
  ['no HTTP', { startupz: 'SSH-2.0-OpenSSH_9.2\r\n\r\n' }, null, /can be understood/],
  [
    'only pages',
    { startupz: page(), readyz: page(), healthz: page(), invoke: page() },
    null,
    /web page/,
  ],
  [
    'pages and a refusal, version unknown',
    { startupz: page(), readyz: page(), healthz: page(), invoke: UNAUTHORIZED },
    null,
    /web page/,
  ],
  [
    'not ready by readyz',
    { startupz: page(), readyz: json(503, { ready: false, failing: ['discord:default'] }) },
    false,
    /not ready: discord:default/,
  ],
  [
    'alive only',
    { startupz: page(), readyz: page(), healthz: json(200, { ok: true, status: 'live' }) },
    true,
    null,
  ],
  [
    'alive but readyz fails oddly',
    { startupz: page(), readyz: json(500, {}), healthz: json(200, { ok: true }) },
    null,
    /500/,
  ],
]

test('what the answers say decides, and what is unclear stays unknown', async () => {
  for (const [name, answers, ready, reason] of TABLE) {
    const report = await probe(answers)
    assert.equal(report.ready, ready, name)
    if (reason === null) assert.equal(report.reason, null, name)
    else assert.match(reasonOf(report) ?? '', reason, name)
  }
})

test('a version known to answer JSON that answers pages is unknown, even when its tool route lives', async () => {
  const answers = { startupz: page(), readyz: page(), healthz: page(), invoke: UNAUTHORIZED }
  assert.equal((await probe(answers, ['package 2026.9.6'])).ready, null)
  assert.equal((await probe(answers, ['package 2026.1.29'])).ready, true)
})
