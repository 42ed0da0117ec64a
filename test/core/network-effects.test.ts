import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectsOf } from '../../src/core/network-effects.ts'
import { planNetwork } from '../../src/core/network-plan.ts'
import { say } from '../../src/core/text.ts'
import type { Gateway } from '../../src/core/gateway.ts'
import type { WorkContext } from '../../src/core/context.ts'
import * as made from '../helpers/deployments.ts'
import { scriptedFly, scriptedGateway } from '../helpers/run-command.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { createTestClock } from '../helpers/clock.ts'

const facts = { sha256: '', size: 1, uid: 0, gid: 0, mode: '0600', changedMs: 0, id: null }
const none = { kept: null, history: [], written: null, aside: [], work: null }

/** A config file with this text; null for none, the empty text for one that can't be read. */
const configIs = (text: string | null): Gateway['config'] => ({
  ...scriptedGateway({}).config,
  look: async () =>
    text === ''
      ? { known: false, trouble: 'unreadable', why: 'It is somebody else’s file.' }
      : {
          known: true,
          path: '/data/openclaw.json',
          at: 0,
          facts: text === null ? null : facts,
          current: text === null ? null : { text, regions: [], broken: null },
          ...none,
        },
})

/** The sentences of the question whether to make the app private. */
async function sentences(
  names: readonly string[] | null,
  publicUrl?: string,
  env: Readonly<Record<string, string>> = {},
  config: string | null = null,
): Promise<string> {
  const fly = scriptedFly({
    machines: async () => [made.machine({ config: made.config({ env }) })],
    addresses: async () => [made.address()],
    secrets: async () => {
      if (names === null) throw made.failed()
      return names.map((name) => made.secret({ name }))
    },
  })
  const context: Pick<WorkContext, 'app' | 'fly' | 'gateway' | 'store' | 'sealer' | 'publicUrl'> = {
    app: 'my-openclaw',
    fly,
    gateway: scriptedGateway({ probe: async () => made.report(), config: configIs(config) }),
    store: createMemoryStore(createTestClock()),
    sealer: { seal: (plain) => plain, open: (sealed) => sealed, digest: (value) => value },
    publicUrl,
  }
  const { change, machines } = await planNetwork(context, 'private')
  const found = await effectsOf(context, change, machines)
  return found.map((one) => say(one, 'en')).join('\n')
}

test('webhooks are found by the names of secrets and variables, never by their values', async () => {
  const words = await sentences(['TWILIO_AUTH_TOKEN', 'ANTHROPIC_API_KEY'], undefined, {
    MY_WEBHOOK_PATH: 'hook-canary',
  })
  assert.match(words, /no longer delivered: MY_WEBHOOK_PATH, TWILIO_AUTH_TOKEN\./)
  assert.doesNotMatch(words, /canary|ANTHROPIC/)
  assert.match(await sentences([]), /No secret or variable/)
  assert.match(await sentences(null), /not known/)
})

test('this bot’s own address is recognised when it leads to the app', async () => {
  for (const url of ['https://my-openclaw.fly.dev/hooks', 'http://66.241.124.10:8080'])
    assert.match(await sentences([], url), /leads to this app/, url)
  assert.match(await sentences([], 'https://ops.example.com'), /was not looked up/)
  for (const url of ['https://my-openclaw-ops.fly.dev', undefined])
    assert.doesNotMatch(await sentences([], url), /OPS_PUBLIC_URL/)
})

test('what the gateway’s own config says is told; one that can’t be read is said to be unread', async () => {
  const config = `{ channels: { telegram: { webhookUrl: 'https://my-openclaw.fly.dev/tg' } } }`
  const words = await sentences([], undefined, {}, config)
  assert.match(words, /no longer delivered: channels\.telegram \(webhookUrl\)\./)
  assert.match(words, /name the public address.*channels\.telegram\.webhookUrl/)
  assert.match(await sentences([]), /No channel, hook or plugin in the config/)
  for (const text of ['', '{ broken'])
    assert.match(
      await sentences([], undefined, {}, text),
      /could not be read\. .*So not looked at: channels with webhooks/,
    )
})
