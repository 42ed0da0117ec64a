import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Config } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load.ts'
import { formatProblems } from '../../src/config/problem.ts'
import { variables } from '../../src/config/schema.ts'

type Env = Readonly<Record<string, string | undefined>>

const KEY = '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'
const GOOD: Env = {
  OPS_APPS: 'my-openclaw',
  OPS_OWNERS: 'discord:123456789012345678',
  DISCORD_BOT_TOKEN: 'discord.bot.token',
  FLY_API_TOKEN: 'FlyV1 fm2_one,fm2_two',
}
const REDIS: Env = { ...GOOD, REDIS_URL: 'redis://:pw@redis.internal:6379/1', OPS_SECRET_KEY: KEY }

function good(env: Env, mode?: 'cli' | 'demo'): Config {
  const loaded = loadConfig(env, mode === undefined ? {} : { mode })
  assert.ok(loaded.ok, loaded.ok ? '' : formatProblems(loaded.problems))
  return loaded.config
}
function bad(env: Env, mode?: 'cli' | 'demo'): readonly string[] {
  const loaded = loadConfig(env, mode === undefined ? {} : { mode })
  assert.ok(!loaded.ok, 'was accepted')
  return formatProblems(loaded.problems).split('\n')
}

test('the least environment gives the documented defaults', () => {
  const { discord, fly, ...rest } = good(GOOD)
  assert.deepEqual(rest, {
    role: 'all',
    apps: ['my-openclaw'],
    owners: ['discord:123456789012345678'],
    stateDir: './.openclaw-ops',
    secretKey: undefined,
    locale: 'en',
    redis: undefined,
    http: { host: '127.0.0.1', port: 8080 },
    publicUrl: undefined,
    auditDays: 400,
    redact: [],
    logLevel: 'info',
    hookKeys: {},
    heartbeatUrl: undefined,
    register: true,
    telegram: undefined,
    gateway: { port: undefined, stateDir: undefined },
    self: undefined,
  })
  assert.equal(discord?.apiUrl, 'https://discord.com/api')
  assert.equal(discord?.token.reveal(), 'discord.bot.token')
  assert.equal(fly?.apiUrl, 'https://api.machines.dev')
  assert.equal(fly?.platformUrl, 'https://api.fly.io')
  assert.equal(fly?.readToken.reveal(), 'FlyV1 fm2_one,fm2_two', 'falls back to FLY_API_TOKEN')
})

const accepted: ReadonlyArray<readonly [string, Env, (config: Config) => unknown, unknown]> = [
  ['apps in order, each once', { OPS_APPS: ' b-2, a ,b-2' }, (c) => c.apps, ['b-2', 'a']],
  [
    'owners of both platforms',
    { OPS_OWNERS: 'discord:12345,telegram:7' },
    (c) => c.owners,
    ['discord:12345', 'telegram:7'],
  ],
  ['nothing is not set', { LOG_LEVEL: '', OPS_UNKNOWN: '' }, (c) => c.logLevel, 'info'],
  ['blanks around a value', { OPS_LOCALE: ' zh-TW\n' }, (c) => c.locale, 'zh-TW'],
  ['any free port', { PORT: '0' }, (c) => c.http.port, 0],
  ['no registration', { OPS_REGISTER: 'off' }, (c) => c.register, false],
  ['a base64 key', { OPS_SECRET_KEY: Buffer.from(KEY, 'hex').toString('base64') }, key, KEY],
  ['a base64url key', { OPS_SECRET_KEY: Buffer.from(KEY, 'hex').toString('base64url') }, key, KEY],
  ['a hex key in capitals', { OPS_SECRET_KEY: KEY.toUpperCase() }, key, KEY],
  ['a slash at the end', { FLY_API_URL: 'http://127.0.0.1:1/' }, flyUrl, 'http://127.0.0.1:1'],
  ['a path in a base', { FLY_API_URL: 'https://x.test/a/b/' }, flyUrl, 'https://x.test/a/b'],
  ['redis', { REDIS_URL: 'redis://user:pw@h:1/2' }, target, ['redis://user:pw@h:1/2', 'h:1']],
  ['redis with TLS', { REDIS_URL: 'rediss://h' }, target, ['rediss://h', 'h']],
  ['a redis socket', { REDIS_URL: 'unix:/run/r.sock' }, target, ['/run/r.sock', '/run/r.sock']],
  [
    'the same as a URL',
    { REDIS_URL: 'unix:///run/r.sock' },
    target,
    ['/run/r.sock', '/run/r.sock'],
  ],
  [
    'keys of hooks, with a colon in one, and two of one source while they change',
    { OPS_HOOK_KEYS: 'pagerduty:a:b, sentry:c,sentry:d' },
    ({ hookKeys: { pagerduty, sentry, grafana } }) => [
      pagerduty?.map((key) => key.reveal()),
      sentry?.map((key) => key.reveal()),
      grafana,
    ],
    [['a:b'], ['c', 'd'], undefined],
  ],
  [
    'a webhook of Telegram',
    {
      TELEGRAM_BOT_TOKEN: '1:a',
      TELEGRAM_WEBHOOK_SECRET: 'w_-1',
      OPS_PUBLIC_URL: 'https://x.fly.dev/',
    },
    (c) => [c.publicUrl, c.telegram?.webhookSecret?.reveal()],
    ['https://x.fly.dev', 'w_-1'],
  ],
  [
    'a webhook without TLS behind a Bot API of one’s own',
    {
      TELEGRAM_BOT_TOKEN: '1:a',
      TELEGRAM_WEBHOOK_SECRET: 'w',
      TELEGRAM_API_URL: 'http://127.0.0.1:5',
      OPS_PUBLIC_URL: 'http://127.0.0.1:6',
    },
    (c) => c.telegram?.apiUrl,
    'http://127.0.0.1:5',
  ],
  [
    'the log stream',
    { FLY_NATS_URL: 'nats://[fdaa::3]:4223', FLY_ORG: 'personal', FLY_READ_TOKEN: 'fm2_r' },
    (c) => [c.fly?.natsUrl, c.fly?.org, c.fly?.readToken.reveal()],
    ['nats://[fdaa::3]:4223', 'personal', 'fm2_r'],
  ],
  [
    'tokens of several apps',
    { FLY_API_TOKEN: 'FlyV1 fm2_a, FlyV1 fm2_b' },
    (c) => c.fly?.token.reveal(),
    'FlyV1 fm2_a, FlyV1 fm2_b',
  ],
  [
    'only itself',
    { OPS_APPS: undefined, OPS_SELF_ONLY: '1', FLY_APP_NAME: 'me', FLY_MACHINE_ID: '148e' },
    (c) => [c.apps, c.self],
    [['me'], { app: 'me', machine: '148e', region: undefined }],
  ],
  [
    'an override of what is found',
    { OPENCLAW_GATEWAY_PORT: '3000', OPENCLAW_STATE_DIR: '/data' },
    (c) => c.gateway,
    { port: 3000, stateDir: '/data' },
  ],
]
function key(config: Config): unknown {
  return config.secretKey?.reveal()
}
function flyUrl(config: Config): unknown {
  return config.fly?.apiUrl
}
function target(config: Config): unknown {
  return [config.redis?.target.reveal(), config.redis?.where]
}
for (const [name, env, pick, expected] of accepted)
  test(`accepted: ${name}`, () => assert.deepEqual(pick(good({ ...GOOD, ...env })), expected))

const TOKENS = 'DISCORD_BOT_TOKEN, TELEGRAM_BOT_TOKEN'
const refused: ReadonlyArray<readonly [string, Env, ...string[]]> = [
  ['no app', { OPS_APPS: '' }, 'OPS_APPS: is missing. List'],
  ['apps of commas', { OPS_APPS: ',,' }, 'OPS_APPS: names no app.'],
  ['a bad app name', { OPS_APPS: 'ok,Not_Ok' }, 'OPS_APPS: "Not_Ok" is not a Fly app name.'],
  ['no owner', { OPS_OWNERS: undefined }, 'OPS_OWNERS: is missing. Name at least one'],
  ['an owner by name', { OPS_OWNERS: 'discord:bob' }, 'OPS_OWNERS: "discord:bob" is not discord:<'],
  ['an owner elsewhere', { OPS_OWNERS: 'slack:12345' }, 'OPS_OWNERS: "slack:12345" is not discord'],
  ['no chat', { DISCORD_BOT_TOKEN: ' ' }, `${TOKENS}: both are missing. Set at least one`],
  [
    'a quoted token',
    { DISCORD_BOT_TOKEN: '"abc"' },
    'DISCORD_BOT_TOKEN: holds blanks or quotation',
  ],
  ['a Telegram token', { TELEGRAM_BOT_TOKEN: 'abc' }, 'TELEGRAM_BOT_TOKEN: is not <bot id>'],
  ['no Fly token', { FLY_API_TOKEN: undefined }, 'FLY_API_TOKEN: is missing. Make one with "fly'],
  ['a Fly token', { FLY_API_TOKEN: 'fm2_a fm2_b' }, 'FLY_API_TOKEN: is not a token as "fly'],
  ['a role', { OPS_ROLE: 'boss' }, 'OPS_ROLE: "boss" is not one of all, bot, worker. Use all'],
  ['a bot alone', { OPS_ROLE: 'bot' }, 'REDIS_URL: is missing, and', 'OPS_SECRET_KEY: is missing'],
  ['a worker alone', { OPS_ROLE: 'worker' }, 'REDIS_URL: is missing, and', 'OPS_SECRET_KEY: is m'],
  ['a short key', { OPS_SECRET_KEY: 'abcd' }, 'OPS_SECRET_KEY: is not 32 bytes in hex or base64.'],
  ['a language', { OPS_LOCALE: 'de' }, 'OPS_LOCALE: "de" is not one of en, zh-TW.'],
  ['a port', { PORT: '65536' }, 'PORT: "65536" is not a port between 0 and 65535.'],
  ['a port in words', { PORT: '8e3' }, 'PORT: "8e3" is not a port'],
  ['a level', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL: "loud" is not one of trace,'],
  ['a switch', { OPS_REGISTER: 'maybe' }, 'OPS_REGISTER: "maybe" is neither on nor off.'],
  ['an address', { FLY_API_URL: 'ftp://x' }, 'FLY_API_URL: is not an http:// or https:// address.'],
  ['no call', { OPS_HEARTBEAT_URL: 'hc-ping.com/x' }, 'OPS_HEARTBEAT_URL: is not an http:// or'],
  ['no address', { OPS_PUBLIC_URL: 'x.fly.dev' }, 'OPS_PUBLIC_URL: is not an http:// or https://'],
  ['a login', { DISCORD_API_URL: 'https://a:b@x' }, 'DISCORD_API_URL: carries a user name or pass'],
  ['a query', { OPS_PUBLIC_URL: 'https://x?a=b' }, 'OPS_PUBLIC_URL: carries a ? or # part.'],
  ['redis by http', { REDIS_URL: 'http://x' }, 'REDIS_URL: is not redis://, rediss:// or unix:/p'],
  ['redis nowhere', { REDIS_URL: 'redis://' }, 'REDIS_URL: is not redis://'],
  ['a redis path', { REDIS_URL: 'redis://h/abc' }, 'REDIS_URL: has a path that is not a database'],
  ['a hook key', { OPS_HOOK_KEYS: 'generic:k' }, 'OPS_HOOK_KEYS: has a part that is not <source>'],
  [
    'a hook key three times',
    { OPS_HOOK_KEYS: 'sentry:a,sentry:b,sentry:c' },
    'OPS_HOOK_KEYS: names "sentry" more than twice',
  ],
  ['a public key', { DISCORD_PUBLIC_KEY: 'abc' }, 'DISCORD_PUBLIC_KEY: is not 64 hex digits. Copy'],
  [
    'a public key alone',
    { DISCORD_BOT_TOKEN: undefined, TELEGRAM_BOT_TOKEN: '1:a', DISCORD_PUBLIC_KEY: KEY },
    'DISCORD_PUBLIC_KEY: is set without DISCORD_BOT_TOKEN.',
  ],
  [
    'a webhook from nowhere',
    { TELEGRAM_BOT_TOKEN: '1:a', TELEGRAM_WEBHOOK_SECRET: 'w' },
    'TELEGRAM_WEBHOOK_SECRET: is set without OPS_PUBLIC_URL.',
  ],
  [
    'a webhook without TLS',
    {
      TELEGRAM_BOT_TOKEN: '1:a',
      TELEGRAM_WEBHOOK_SECRET: 'w',
      OPS_PUBLIC_URL: 'http://x.fly.dev',
    },
    'OPS_PUBLIC_URL: is not https://, which Telegram insists on.',
  ],
  [
    'a webhook secret',
    { TELEGRAM_WEBHOOK_SECRET: 'ü', OPS_PUBLIC_URL: 'https://x' },
    'TELEGRAM_WEB',
  ],
  [
    'what to leave out of logs',
    { OPS_REDACT: 'cust-\\d+\n(' },
    'OPS_REDACT: pattern 2 is no RE2 pattern',
  ],
  [
    'a log stream of nobody',
    { FLY_NATS_URL: 'nats://[fdaa::3]:4223' },
    'FLY_NATS_URL: is set with',
  ],
  [
    'a log stream',
    { FLY_NATS_URL: 'http://x', FLY_ORG: 'o' },
    'FLY_NATS_URL: is not nats://<host>',
  ],
  [
    'itself and others',
    { OPS_SELF_ONLY: '1', FLY_APP_NAME: 'me' },
    'OPS_SELF_ONLY: is on while OPS',
  ],
  [
    'itself, outside Fly',
    { OPS_APPS: undefined, OPS_SELF_ONLY: '1' },
    'OPS_SELF_ONLY: is on, but FLY_APP_NAME is not set.',
  ],
  ['port 0 of a gateway', { OPENCLAW_GATEWAY_PORT: '0' }, 'OPENCLAW_GATEWAY_PORT: "0" is not a po'],
  [
    'a relative directory',
    { OPENCLAW_STATE_DIR: 'data' },
    'OPENCLAW_STATE_DIR: is not an absolute',
  ],
  ['a typo', { OPS_OWNER: 'x' }, 'OPS_OWNER: is not known. Did you mean OPS_OWNERS?'],
  [
    'a stranger',
    { OPS_QQQQQQQQQQQQQQQQ: 'x' },
    'OPS_QQQQQQQQQQQQQQQQ: is not known. Did you mean OPS_ROLE? If not, remove it.',
  ],
  ['all at once', { PORT: 'x', OPS_ROLE: 'y', OPS_APP: 'z' }, 'OPS_ROLE: ', 'PORT: ', 'OPS_APP: '],
]
for (const [name, env, ...starts] of refused)
  test(`refused: ${name}`, () => {
    const lines = bad({ ...GOOD, ...env })
    assert.equal(lines.length, starts.length, lines.join('\n'))
    starts.forEach((start, index) => assert.ok(lines[index]?.startsWith(start), lines[index]))
  })

test('a bot holds nothing of Fly, whatever is set', () => {
  const config = good({
    ...REDIS,
    OPS_ROLE: 'bot',
    FLY_READ_TOKEN: 'broken token',
    FLY_NATS_URL: '?',
  })
  assert.equal(config.fly, undefined)
  assert.equal(config.discord?.token.reveal(), GOOD['DISCORD_BOT_TOKEN'])
})

test('a worker holds nothing of the chats, and needs none', () => {
  const config = good({ ...REDIS, OPS_ROLE: 'worker', TELEGRAM_BOT_TOKEN: 'broken' })
  assert.equal(config.discord, undefined)
  assert.equal(config.telegram, undefined)
  assert.ok(config.fly)
  good({ ...REDIS, OPS_ROLE: 'worker', DISCORD_BOT_TOKEN: undefined })
})

test('the shell and the demonstration do without chats, the latter without owner and Fly token', () => {
  good({ ...GOOD, DISCORD_BOT_TOKEN: undefined }, 'cli')
  good({ OPS_APPS: 'my-openclaw' }, 'demo')
  assert.match(
    bad({ OPS_APPS: 'my-openclaw' }, 'cli').join('\n'),
    /^OPS_OWNERS: .*\nFLY_API_TOKEN: /,
  )
})

test('the configuration is frozen to the bottom', () => {
  const config = good(REDIS)
  for (const part of [
    config,
    config.http,
    config.apps,
    config.discord,
    config.redis,
    config.hookKeys,
  ])
    assert.ok(Object.isFrozen(part))
})

test('every default is read as the operator would have written it', () => {
  const written = Object.fromEntries(
    variables.flatMap(([name, { standard }]) =>
      standard === undefined || standard.includes('`') ? [] : [[name, standard]],
    ),
  )
  assert.deepEqual(good({ ...written, ...GOOD }), good(GOOD))
})

test('problems are said in the language that is set', () => {
  const loaded = loadConfig({ ...GOOD, OPS_APPS: undefined, OPS_LOCALE: 'zh-TW' })
  assert.ok(!loaded.ok)
  assert.equal(
    formatProblems(loaded.problems, loaded.locale),
    'OPS_APPS：尚未設定。請列出要管理的 Fly 應用程式，例如 OPS_APPS=my-openclaw。',
  )
})
