import assert from 'node:assert/strict'
import { test } from 'node:test'
import JSON5 from 'json5'
import { closingWords, configFacts, openingWords } from '../../src/core/network-config.ts'
import { say } from '../../src/core/text.ts'

const URL = 'https://my-openclaw.fly.dev'
const HOSTS = ['my-openclaw.fly.dev', '66.241.124.10', '2a09:8280:1::5b:7']
const factsOf = (text: string) => configFacts(JSON5.parse(text), HOSTS)

test('what waits for requests from outside is found by its settings', () => {
  const rows: ReadonlyArray<readonly [string, readonly string[]]> = [
    ['{}', []],
    ['{ channels: { discord: { enabled: true }, telegram: { botToken: "•••" } } }', []],
    ['{ channels: { telegram: { webhookUrl: "https://x" } } }', ['channels.telegram (webhookUrl)']],
    ['{ channels: { telegram: { enabled: false, webhookUrl: "https://x" } } }', []],
    ['{ channels: { slack: { mode: "socket", webhookPath: "/slack" } } }', []],
    ['{ channels: { slack: { mode: "http" } } }', ['channels.slack (mode http)']],
    [
      '{ channels: { feishu: { connectionMode: "webhook" } } }',
      ['channels.feishu (connectionMode webhook)'],
    ],
    [
      '{ channels: { googlechat: {}, line: {}, msteams: { enabled: false } } }',
      ['channels.googlechat', 'channels.line'],
    ],
    [
      '{ channels: { zalo: { accounts: { a: { webhookUrl: "https://x" } } } } }',
      ['channels.zalo (webhookUrl)'],
    ],
    [
      '{ channels: { zalo: { accounts: { a: { enabled: false, webhookUrl: "https://x" } } } } }',
      [],
    ],
    ['{ hooks: { enabled: true } }', ['hooks']],
    ['{ hooks: { enabled: false } }', []],
    [
      '{ plugins: { entries: { "voice-call": {}, webhooks: { enabled: false } } } }',
      ['plugins.entries.voice-call'],
    ],
    [
      '{ gateway: { http: { endpoints: { chatCompletions: { enabled: true }, responses: { enabled: false } } } } }',
      ['gateway.http.endpoints.chatCompletions'],
    ],
    ['{ channels: [1, "x"], hooks: 7, plugins: null, gateway: "x" }', []],
    ['{ "__proto__": { channels: { line: {} } }, constructor: { x: 1 } }', []],
  ]
  for (const [text, expected] of rows) assert.deepEqual(factsOf(text).inbound, expected, text)
})

test('settings that name the public address are found as a whole, wherever they are', () => {
  const facts = factsOf(`{
    a: 'https://my-openclaw.fly.dev/hook?x=1', b: [{ c: 'wss://66.241.124.10:443' }],
    d: 'https://not-my-openclaw.fly.dev', e: 'my-openclaw.fly.dev.example.com', f: 'http://[2a09:8280:1::5b:7]/x',
    gateway: { controlUi: { allowedOrigins: ['https://my-openclaw.fly.dev'] } },
  }`)
  assert.deepEqual(facts.named, ['a', 'b[0].c', 'f'])
  assert.deepEqual(facts.origins, [URL])
})

const opening = (text: string, release: string | null = '2026.9.6') =>
  openingWords({ id: 'm1', release, url: URL }, factsOf(text))
    .map((one) => say(one, 'en'))
    .join('\n')

test('opening says what the public will meet', () => {
  assert.match(opening('{}'), /has no gateway\.trustedProxies: version 2026\.9\.6 answers 403/)
  assert.match(opening('{}'), /allowedOrigins of m1 does not list https:\/\/my-openclaw\.fly\.dev/)
  assert.match(opening('{}', null), /since 2026\.8 a gateway answers 403/)
  assert.doesNotMatch(opening('{}', '2026.6.11'), /403/)
  const good = `{ gateway: { trustedProxies: ['10.0.0.0/8'], controlUi: { allowedOrigins: ['${URL}'] } } }`
  assert.match(opening(good), /has an entry; whether Fly's proxy is among them/)
  assert.doesNotMatch(opening(good), /⚠️/)
  assert.match(opening('{ hooks: { enabled: true } }'), /can be reached again: hooks/)
})

test('closing says what stops, and that nothing does', () => {
  const words = (text: string) =>
    closingWords('m1', factsOf(text))
      .map((one) => say(one, 'en'))
      .join('\n')
  assert.match(words('{ hooks: { enabled: true } }'), /no longer delivered: hooks\./)
  assert.equal(
    words('{}'),
    'No channel, hook or plugin in the config of m1 waits for requests from outside.',
  )
})
