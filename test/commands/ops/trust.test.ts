import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Grant } from '../../../src/core/access.ts'
import type { Invocation } from '../../../src/core/invocation.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import * as people from '../../helpers/people.ts'
import { button, createWorld, type Told, type World } from '../../helpers/world.ts'

const { ADMIN, CONSOLE, GUILD, HERE, LOCAL, OWNER, VIEWER } = people
const registry = await loadCommands()
const world = (settled = true) => createWorld({ registry, settled })

/** Asks, and says yes to the question; a typed one with the app's name. */
async function done(
  one: World,
  command: string,
  input: Invocation['input'],
  more: Partial<Invocation> = {},
): Promise<Told> {
  const asked = await one.ask(command, input, more)
  assert.equal(asked.kind, 'reply', JSON.stringify(asked.reply))
  const yes = button(asked.reply, 'Confirm')
  const by = { actor: more.actor ?? OWNER, place: more.place ?? HERE }
  return one.press(yes, { ...by, ...(yes.ask && { answer: 'my-openclaw' }) })
}
const grants = async (one: World): Promise<readonly Grant[]> =>
  (await one.deps.access.fresh()).grants

test('trust: an owner opens a guild, which by itself gives nobody a role', async () => {
  const one = await world(false)
  const told = await done(one, 'ops access trust', {})
  assert.equal(told.reply?.title, `discord:${GUILD} is trusted`)
  const refused = await one.ask('openclaw status', {}, { actor: VIEWER })
  assert.match(JSON.stringify(refused.reply), /You have no role here/)
  assert.equal((await one.ask('openclaw status')).kind, 'queued')
})

test('untrust: the guild is closed at once, its grants stay for later', async () => {
  const one = await world()
  const before = (await grants(one)).length
  await done(one, 'ops access untrust', {})
  for (const actor of [OWNER, ADMIN])
    assert.equal((await one.ask('openclaw status', {}, { actor })).kind, 'refused')
  assert.equal((await grants(one)).length, before)
  await done(one, 'ops access trust', {})
  assert.equal((await one.ask('openclaw status', {}, { actor: VIEWER })).kind, 'queued')
})

test('untrust: a place that was not trusted is said to be so', async () => {
  const told = await done(await world(), 'ops access untrust', { place: 'discord:42' })
  assert.equal(told.reply?.title, 'discord:42 was not trusted before')
})

test('trust: the console names a place, for it is none itself', async () => {
  const one = await world(false)
  const here = { actor: LOCAL, place: CONSOLE }
  const bare = await done(one, 'ops access trust', {}, here)
  assert.equal(bare.reply?.title, 'The console is no place to give roles in.')
  await done(one, 'ops access trust', { place: `discord:${GUILD}` }, here)
  assert.equal((await one.ask('openclaw status')).kind, 'queued')
})
