import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadCommands } from '../../../src/load-commands.ts'
import { ADMIN, GUILD, HERE, OPERATOR, OWNER, VIEWER } from '../../helpers/people.ts'
import { button, createWorld, type World } from '../../helpers/world.ts'

const registry = await loadCommands()
const OTHER = { ...HERE, room: '911' }
const TALK = { platform: 'discord', space: '100', private: true } as const

async function cap(world: World, input: object, more: object = { actor: ADMIN }) {
  const asked = await world.ask('ops access ceiling', { ...input }, more)
  if (asked.kind !== 'reply') return asked
  const done = await world.press(button(asked.reply, 'Confirm'), more)
  return { ...done, asked: JSON.stringify(asked.reply) }
}
const restart = (world: World, more: object) => world.ask('openclaw restart', {}, more)

test('ceiling: nobody goes beyond it, owners neither, in threads neither; elsewhere all is as before', async () => {
  const world = await createWorld({ registry })
  const done = await cap(world, { role: 'viewer', reason: 'alerts only' })
  assert.equal(done.reply?.title, 'Ceiling set')
  const thread = { ...HERE, room: '950', parent: '910' }
  for (const place of [HERE, thread])
    for (const actor of [OWNER, ADMIN, OPERATOR]) {
      const no = await restart(world, { actor, place })
      assert.match(JSON.stringify(no.reply), /Nobody may do more than viewer here/)
    }
  assert.equal((await world.ask('openclaw status', {}, { actor: VIEWER })).kind, 'queued')
  assert.equal((await restart(world, { actor: OPERATOR, place: OTHER })).kind, 'queued')
})

test('ceiling: who sets it below themself is told so before, and lifts it from outside', async () => {
  const world = await createWorld({ registry })
  const low = await cap(world, { role: 'viewer' })
  assert.match('asked' in low ? low.asked : '', /no longer an admin here/)
  const here = await world.ask('ops access ceiling', { role: 'off' }, { actor: ADMIN })
  assert.equal(here.kind, 'refused')
  const off = { role: 'off', place: `discord:${GUILD}/910` }
  const done = await cap(world, off, { actor: ADMIN, place: OTHER })
  assert.match(done.reply?.title ?? '', /No ceiling in/)
  assert.equal((await restart(world, { actor: OPERATOR })).kind, 'queued')
})

test('ceiling: over a whole guild it is lifted by an owner in private', async () => {
  const world = await createWorld({ registry })
  await cap(world, { role: 'responder', place: 'guild' })
  assert.equal((await restart(world, { actor: OPERATOR, place: OTHER })).kind, 'queued')
  const change = await world.ask('openclaw machine start', {}, { actor: ADMIN, place: OTHER })
  assert.equal(change.kind, 'refused')
  const off = { role: 'off', place: `discord:${GUILD}` }
  await cap(world, off, { actor: OWNER, place: TALK })
  assert.deepEqual((await world.deps.access.fresh()).ceilings, [])
})

test('ceiling: put on between question and press, it holds at the press', async () => {
  const world = await createWorld({ registry })
  const wish = { who: 'discord:42', role: 'viewer' }
  const asked = await world.ask('ops access allow', wish, { actor: ADMIN })
  await cap(world, { role: 'operator', place: 'guild' }, { actor: OWNER })
  const press = await world.press(button(asked.reply, 'Confirm'), { actor: ADMIN })
  assert.match(JSON.stringify(press.reply), /Nobody may do more than operator here/)
})
