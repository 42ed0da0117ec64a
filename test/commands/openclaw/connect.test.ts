import assert from 'node:assert/strict'
import { test } from 'node:test'
import connect from '../../../commands/openclaw/connect.ts'
import { renderConsole } from '../../../src/chat/console/render.ts'
import * as made from '../../helpers/deployments.ts'
import { runWork, scriptedFly } from '../../helpers/run-command.ts'

const WAYS = ['browser', 'proxy', 'wireguard', 'ssh', 'tunnel'] as const
const ran = (
  input: Readonly<Record<string, unknown>> = {},
  machines = [made.machine()],
  addresses = [made.address()],
) => {
  const fly = scriptedFly({ machines: async () => machines, addresses: async () => addresses })
  return runWork(connect, input, { fly })
}
const words = (said: Awaited<ReturnType<typeof ran>>['en']) => renderConsole(said)

test('connect: all ways, with this app’s name and port', async (t) => {
  const { en, zh } = await ran()
  for (const part of [
    'https://my-openclaw.fly.dev/',
    'fly proxy 3000:3000 --app my-openclaw',
    'http://my-openclaw.internal:3000/',
    'fly ssh console --app my-openclaw',
    'ngrok http 3000',
  ])
    assert.ok(words(en).includes(part), part)
  for (const said of [en, zh])
    t.assert.snapshot(words(said), { serializers: [(value) => String(value)] })
})

for (const how of WAYS)
  test(`connect how=${how} gives that way alone`, async () => {
    const all = await ran()
    const { en, result } = await ran({ how })
    assert.deepEqual(result, { app: 'my-openclaw', open: true, routed: true, port: 3000, how })
    assert.ok(en.blocks.length < all.en.blocks.length)
    assert.ok(
      en.blocks.every((block) => JSON.stringify(all.en.blocks).includes(JSON.stringify(block))),
    )
  })

test('connect: no browser without a public address, or without a service', async () => {
  const hidden = await ran({ how: 'browser' }, undefined, [made.address({ type: 'private_v6' })])
  const bare = made.machine({ config: made.config({ services: [] }) })
  for (const one of [hidden, await ran({ how: 'browser' }, [bare])]) {
    assert.match(words(one.en), /not possible now/)
    assert.doesNotMatch(words(one.en), /https:/)
  }
})

test('connect: the port is that of the machine’s own command', async () => {
  const moved = made.config({ init: { cmd: 'x gateway --port 18789 --bind lan'.split(' ') } })
  const { en } = await ran({ how: 'proxy' }, [made.machine({ config: moved })])
  assert.match(words(en), /fly proxy 18789:18789/)
})

test('connect: an app without machines gets the ways that need none known', async () => {
  const { result } = await ran({}, [])
  assert.deepEqual(result, { app: 'my-openclaw', open: true, routed: false, port: 3000, how: null })
})
