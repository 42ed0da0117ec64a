import assert from 'node:assert/strict'
import { test } from 'node:test'
import { effectsOf } from '../../src/core/network-effects.ts'
import { planNetwork } from '../../src/core/network-plan.ts'
import { say } from '../../src/core/text.ts'
import type { WorkContext } from '../../src/core/context.ts'
import * as made from '../helpers/deployments.ts'
import { scriptedFly, scriptedGateway } from '../helpers/run-command.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { createTestClock } from '../helpers/clock.ts'

/** The sentences of the question whether to make the app private. */
async function sentences(
  names: readonly string[] | null,
  publicUrl?: string,
  env: Readonly<Record<string, string>> = {},
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
    gateway: scriptedGateway({ probe: async () => made.report() }),
    store: createMemoryStore(createTestClock()),
    sealer: { seal: (plain) => plain, open: (sealed) => sealed },
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
