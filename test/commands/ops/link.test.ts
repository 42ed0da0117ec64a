import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Actor, Place } from '../../../src/core/invocation.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import { ADMIN, CONSOLE, grantTo, HERE, LOCAL, OPERATOR, VIEWER } from '../../helpers/people.ts'
import { createWorld, type Told } from '../../helpers/world.ts'

const registry = await loadCommands()
const ANN: Actor = { platform: 'telegram', id: '42', name: 'Ann', roles: [] }
const CHAT: Place = { platform: 'telegram', space: '-100', private: false }
const codeIn = ({ reply }: Told): string =>
  /code=([0-9A-Z-]+)/.exec(JSON.stringify(reply))?.[1] ?? assert.fail('no code')

async function setup() {
  const world = await createWorld({ registry })
  await world.deps.access.trust(CHAT, 'telegram:100')
  const scope = { platform: 'telegram', space: '-100' } as const
  await world.deps.access.grant(grantTo(ANN, 'admin', { scope }))
  const there = { actor: ANN, place: CHAT }
  return { world, there, links: async () => (await world.deps.access.fresh()).links }
}

test('link: a code of one platform, entered on the other, makes two accounts one person', async () => {
  const { world, there, links } = await setup()
  const code = codeIn(await world.ask('ops access link', {}, { actor: VIEWER }))
  const done = await world.ask('ops access link', { code: code.toLowerCase() }, there)
  assert.equal(done.reply?.title, 'discord:500 and telegram:42 are one person')
  assert.deepEqual((await links())[0]?.accounts, ['discord:500', 'telegram:42'])
  const twice = await world.ask('ops access link', { code }, there)
  assert.match(twice.reply?.title ?? '', /no code of the other platform/)
})

for (const [what, actor, place, wait] of [
  ['on the same platform', OPERATOR, HERE, 0],
  ['ten minutes later', ANN, CHAT, 600_000],
] as const)
  test(`link: a code entered ${what} links nobody`, async () => {
    const { world, links } = await setup()
    const code = codeIn(await world.ask('ops access link', {}, { actor: VIEWER }))
    await world.clock.advance(wait)
    const no = await world.ask('ops access link', { code }, { actor, place })
    assert.match(no.reply?.title ?? '', /no code of the other platform/)
    assert.deepEqual(await links(), [])
  })

test('link: an account has one other self, and roles stay apart', async () => {
  const { world, there, links } = await setup()
  for (const actor of [VIEWER, OPERATOR]) {
    const code = codeIn(await world.ask('ops access link', {}, { actor }))
    await world.ask('ops access link', { code }, there)
  }
  assert.equal((await links()).length, 1)
  assert.equal((await world.ask('ops access list', {}, { actor: VIEWER })).kind, 'refused')
})

test('link: nobody unlinks themself; another admin does', async () => {
  const { world, there, links } = await setup()
  const code = codeIn(await world.ask('ops access link', {}, { actor: VIEWER }))
  await world.ask('ops access link', { code }, there)
  const own = await world.ask('ops access link', { code: 'off' }, there)
  assert.equal(own.reply?.title, 'Another admin has to unlink you.')
  assert.equal(
    (await world.ask('ops access link', { code: 'off' }, { actor: VIEWER })).kind,
    'refused',
  )
  assert.equal((await links()).length, 1)
  const off = { code: 'off', who: 'discord:500' }
  const done = await world.ask('ops access link', off, { actor: ADMIN })
  assert.equal(done.reply?.title, 'discord:500 stands alone again')
  assert.deepEqual(await links(), [])
})

test('link: the console is nobody’s account', async () => {
  const { world } = await setup()
  const told = await world.ask('ops access link', {}, { actor: LOCAL, place: CONSOLE })
  assert.equal(told.reply?.title, 'The console is nobody’s account.')
})
