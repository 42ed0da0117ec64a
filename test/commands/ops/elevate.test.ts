import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCommands } from '../../../src/load-commands.ts'
import { ADMIN, grantTo, OPERATOR, OWNER, person, RESPONDER } from '../../helpers/people.ts'
import { button, createWorld } from '../../helpers/world.ts'

const registry = await loadCommands()
const WISH = { role: 'admin', for: '30m', reason: 'rotate the leaked token' }
const setup = () => createWorld({ registry })

test('elevate: an admin approves, it holds for its time, is shown, and ends by itself', async () => {
  const world = await setup()
  const list = () => world.ask('ops access list', {}, { actor: OPERATOR })
  assert.equal((await list()).kind, 'refused')
  const asked = await world.ask('ops access elevate', WISH, { actor: OPERATOR })
  assert.match(JSON.stringify(asked.reply), /rotate the leaked token/)
  const done = await world.press(button(asked.reply, 'Approve'), { actor: ADMIN })
  assert.match(JSON.stringify(done.reply), /Elevated for a while.*discord:200/s)
  assert.match(JSON.stringify(await list()), /elevated/)
  assert.match(JSON.stringify(await world.ask('ops whoami', {}, { actor: OPERATOR })), /elevated/)
  await world.clock.advance(30 * 60_000)
  assert.equal((await list()).kind, 'refused')
  assert.equal((await world.ask('openclaw restart', {}, { actor: OPERATOR })).kind, 'queued')
})

test('elevate: an operator approves neither their own wish nor another’s', async () => {
  const world = await setup()
  const other = person('301')
  await world.deps.access.grant(grantTo(other, 'operator'))
  const asked = await world.ask('ops access elevate', WISH, { actor: OPERATOR })
  for (const actor of [OPERATOR, other, RESPONDER])
    assert.equal((await world.press(button(asked.reply, 'Approve'), { actor })).kind, 'refused')
  assert.equal((await world.deps.access.fresh()).grants.filter((one) => one.elevation).length, 0)
})

test('elevate: an admin of one app does not approve all of them', async () => {
  const world = await setup()
  const part = person('201')
  await world.deps.access.grant(grantTo(part, 'admin', { apps: ['second-app'] }))
  const all = await world.ask('ops access elevate', WISH, { actor: OPERATOR })
  assert.equal((await world.press(button(all.reply, 'Approve'), { actor: part })).kind, 'refused')
  const one = { ...WISH, app: 'second-app' }
  const asked = await world.ask('ops access elevate', one, { actor: OPERATOR })
  assert.equal((await world.press(button(asked.reply, 'Approve'), { actor: part })).kind, 'reply')
})

for (const [what, actor, more, title] of [
  ['an owner', OWNER, {}, 'You have that role here already.'],
  ['for a week', OPERATOR, { for: '7d' }, 'An elevation lasts 12 hours at most.'],
] as const)
  test(`elevate: ${what} is told why not`, async () => {
    const world = await setup()
    const asked = await world.ask('ops access elevate', { ...WISH, ...more }, { actor })
    const done = await world.press(button(asked.reply, 'Approve'), { actor: ADMIN })
    assert.equal(done.reply?.title, title)
  })

test('elevate: a responder may not even ask', async () => {
  const world = await setup()
  assert.equal((await world.ask('ops access elevate', WISH, { actor: RESPONDER })).kind, 'refused')
})
