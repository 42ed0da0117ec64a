import assert from 'node:assert/strict'
import { test } from 'node:test'
import network from '../../../commands/openclaw/network.ts'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { Fly } from '../../../src/core/fly.ts'
import { rememberNetwork } from '../../../src/core/network-memory.ts'
import * as made from '../../helpers/deployments.ts'
import { createTestClock } from '../../helpers/clock.ts'
import { createMemoryStore } from '../../helpers/memory-store.ts'
import { runWork, scriptedFly, scriptedGateway } from '../../helpers/run-command.ts'

const show = network[0] ?? assert.fail()
const sealer = {
  seal: (plain: string) => `sealed:${plain}`,
  open: (sealed: string) => sealed.slice(7),
  digest: (value: string) => value,
}
const V6 = { address: 'fdaa:0:1::3', type: 'private_v6', network: '' } as const

interface Here {
  readonly calls?: Partial<Pick<Fly, 'addresses' | 'machines'>>
  readonly version?: string
  readonly remembered?: boolean
}

async function ran({ calls = {}, version = '2026.9.6', remembered = false }: Here = {}) {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const kept = { id: 'd8912345c67890', group: 'app', services: [{ internal_port: 3000 }] }
  const v4 = { address: '66.241.124.10', type: 'shared_v4', region: null } as const
  if (remembered) await rememberNetwork({ app: 'my-openclaw', store, sealer, clock }, [v4], [kept])
  const fly = scriptedFly({
    machines: async () => [made.machine()],
    addresses: async () => [made.address(), made.address({ address: '149.248.1.1', type: 'v4' })],
    ...calls,
  })
  const gateway = scriptedGateway({ probe: async () => made.report({ version }) })
  return runWork(show, {}, { fly, gateway, store, clock, sealer })
}
const bare = async () => [made.machine({ config: made.config({ services: [] }) })]
const hidden = async () => [made.address(V6)]
const fails = () => Promise.reject(made.failed())

for (const [name, here] of [
  ['public', {}],
  ['private', { calls: { addresses: hidden, machines: bare }, remembered: true }],
  ['with addresses unread', { calls: { addresses: fails } }],
] as const)
  test(`network show: ${name}`, async (t) => {
    const { en, zh } = await ran(here)
    for (const said of [en, zh])
      t.assert.snapshot(renderConsole(said), { serializers: [(value) => String(value)] })
  })

test('network show: what scripts get', async () => {
  const { result } = await ran()
  const view = result as Record<string, unknown>
  assert.deepEqual(
    [view['private'], view['url'], view['costUsdMonth'], view['refusesProxies'], view['flycast']],
    [false, 'https://my-openclaw.fly.dev/', 2, true, 'none'],
  )
})

test('network show: an unread list is unknown, never none', async () => {
  const { result, en } = await ran({ calls: { machines: fails } })
  const view = result as Record<string, unknown>
  assert.deepEqual([view['url'], view['machines'], en.tone], [null, null, 'warn'])
  assert.match(renderConsole(en), /Machines: unknown/)
  await assert.rejects(ran({ calls: { machines: fails, addresses: fails } }), { code: 'server' })
})

test('network show: 403 is said of versions that answer it, and of unknown ones', async () => {
  assert.doesNotMatch(renderConsole((await ran({ version: '2026.6.11' })).en), /403/)
  assert.match(renderConsole((await ran({ version: 'odd' })).en), /403/)
})

test('network show: an address without services is no access, and Flycast routes nothing then', async () => {
  const { en } = await ran({ calls: { machines: bare } })
  assert.match(renderConsole(en), /public address, but nothing behind it/)
  const flycast = await ran({ calls: { machines: bare, addresses: hidden } })
  assert.match(renderConsole(flycast.en), /routes nothing without services/)
})
