import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCommands } from '../../../src/load-commands.ts'
import * as people from '../../helpers/people.ts'
import { createWorld } from '../../helpers/world.ts'

const { ADMIN, CONSOLE, ELSEWHERE, GUILD, LOCAL } = people
const registry = await loadCommands()
const world = () => createWorld({ registry })

test('list: this place’s grants and nobody else’s', async () => {
  const one = await world()
  await one.deps.access.trust(ELSEWHERE, 'discord:100')
  const scope = { platform: 'discord', space: ELSEWHERE.space } as const
  await one.deps.access.grant(people.grantTo(people.person('42'), 'admin', { scope }))
  const here = JSON.stringify(await one.ask('ops access list', {}, { actor: ADMIN }))
  assert.ok(here.includes('discord:200') && !here.includes('discord:42'))
  const him = await one.ask('ops access list', { who: 'discord:300' }, { actor: ADMIN })
  assert.match(JSON.stringify(him.reply), /discord:300/)
  assert.doesNotMatch(JSON.stringify(him.reply?.blocks[1]), /discord:400/)
})

test('list: an admin is not shown who rules another place', async () => {
  const one = await world()
  await one.deps.access.trust(ELSEWHERE, 'discord:100')
  const scope = { platform: 'discord', space: ELSEWHERE.space } as const
  await one.deps.access.grant(people.grantTo(people.person('42'), 'admin', { scope }))
  const place = `discord:${ELSEWHERE.space}`
  const told = await one.ask('ops access list', { place }, { actor: ADMIN })
  assert.equal(told.reply?.title, 'Only an owner can look into another place.')
  const owner = await one.ask('ops access list', { place })
  assert.match(JSON.stringify(owner.reply), /discord:42/)
})

test('list: the console sees all places', async () => {
  const one = await world()
  const told = await one.ask('ops access list', {}, { actor: LOCAL, place: CONSOLE })
  assert.match(JSON.stringify(told.reply), new RegExp(`discord:${GUILD}.*discord:500`))
})

test('list: where the environment names no owner, as in the demo, that is said', () => {
  const { command } = registry.get('ops access list') ?? assert.fail()
  const nothing = { owners: [], trusted: [], grants: [], ceilings: [], links: [], moved: [] }
  const result = { ...nothing, freeze: null, away: [], gone: [] }
  const said = command.render(result as never, {}, { app: '*', job: '', asker: 'local' })
  assert.match(JSON.stringify(said), /none in OPS_OWNERS/)
})
