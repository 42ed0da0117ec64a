import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import * as people from '../../helpers/people.ts'
import { createWorld } from '../../helpers/world.ts'

const registry = await loadCommands()

async function whoami(actor = people.OWNER, locale: 'en' | 'zh-TW' = 'en') {
  const world = await createWorld({ registry })
  const one = people.person('700', ['77', '78'])
  await world.deps.access.grant(people.grantTo(one, 'operator', { apps: ['second-app'] }))
  const told = await world.ask('ops whoami', {}, { actor, locale })
  assert.ok(told.reply && told.outcome?.kind === 'reply')
  return { said: told.reply, result: told.outcome.result as { perApp: unknown; who: string } }
}

test('whoami: an owner is one by the environment', async () => {
  const { result } = await whoami()
  assert.deepEqual(result.perApp, [
    { app: 'my-openclaw', role: 'owner', by: 'OPS_OWNERS' },
    { app: 'second-app', role: 'owner', by: 'OPS_OWNERS' },
  ])
})

test('whoami: each of one’s apps has its own answer, with the grant; others are not named', async () => {
  const { result } = await whoami(people.person('700', ['77', '78']))
  const [first, ...more] = result.perApp as Array<{ app: string; role: unknown; by: string }>
  assert.deepEqual([first?.app, first?.role, more], ['second-app', 'operator', []])
  assert.match(first?.by ?? '', /^G-[0-9a-f]{8}$/)
})

for (const locale of ['en', 'zh-TW'] as const)
  test(`whoami: how it looks in ${locale}`, async (t) => {
    const { said } = await whoami(people.person('700', ['77', '78']), locale)
    const stable = renderConsole(said).replace(/G-[0-9a-f]{8}/, 'G-00000000')
    t.assert.snapshot(stable, { serializers: [(value) => String(value)] })
  })

test('whoami: a stranger is told their id, by the refusal', async () => {
  const world = await createWorld({ registry })
  const told = await world.ask('ops whoami', {}, { actor: people.STRANGER })
  assert.equal(told.kind, 'refused')
  assert.match(JSON.stringify(told.reply), /discord:600/)
})
