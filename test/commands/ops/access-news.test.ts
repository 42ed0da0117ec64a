import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { Invocation } from '../../../src/core/invocation.ts'
import { OUTBOX, type OutboxRecord } from '../../../src/core/outbox.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import * as people from '../../helpers/people.ts'
import { button, createWorld, type World } from '../../helpers/world.ts'

/* Who rules a place hears of everybody who comes to rule it or is kept from it, but for the account that did it. */

const registry = await loadCommands()
const { ADMIN, GUILD, OPERATOR, OWNER } = people

async function done(world: World, command: string, input: Invocation['input'], actor = ADMIN) {
  const asked = await world.ask(command, input, { actor })
  return world.press(button(asked.reply, 'Confirm'), { actor })
}
/** Who was told in private, and what. */
const told = async ({ store }: World) =>
  (await store.list(OUTBOX))
    .map(({ value }) => value as OutboxRecord)
    .filter(({ key }) => key.startsWith('tell-'))
    .map(({ address, reply }) => [`${address.platform}:${address.user}`, reply] as const)
const whoIsTold = async (world: World) => (await told(world)).map(([who]) => who).toSorted()
const OWNERS = ['discord:100', 'telegram:100']

test('a new admin: the others are told, of a person and of a Discord role alike', async () => {
  for (const who of ['discord:42', 'role:77']) {
    const world = await createWorld({ registry })
    const second = people.person('201')
    await world.deps.access.grant(people.grantTo(second, 'admin'))
    await done(world, 'ops access allow', { who, role: 'admin', place: 'guild' })
    assert.deepEqual(await whoIsTold(world), [OWNERS[0], 'discord:201', OWNERS[1]])
    const [[, said] = []] = await told(world)
    assert.equal(said?.title, `${who} is an admin now`)
    assert.match(JSON.stringify(said), /Person 200 \(discord:200\)/)
  }
})

test('a new admin by an owner: their other account is told, the one that did it is not', async () => {
  const world = await createWorld({ registry })
  await done(world, 'ops access allow', { who: 'discord:42', role: 'admin' }, OWNER)
  assert.deepEqual(await whoIsTold(world), ['discord:200', 'telegram:100'])
})

test('less than admin is no news', async () => {
  const world = await createWorld({ registry })
  await done(world, 'ops access allow', { who: 'discord:42', role: 'operator' })
  await done(world, 'ops access deny', { who: 'discord:300' })
  const lifted = await done(world, 'ops access deny', { who: 'discord:300', for: 'off' })
  assert.equal(lifted.reply?.title, 'No longer denied')
  assert.deepEqual(await told(world), [])
})

test('whoever was admin until now and becomes less is no news', async () => {
  const world = await createWorld({ registry })
  const { access, clock } = world.deps
  await access.grant(people.grantTo(people.person('201'), 'admin', { until: clock.now() }))
  await done(world, 'ops access allow', { who: 'discord:201', role: 'viewer', place: 'guild' })
  assert.deepEqual(await told(world), [])
})

test('an admin who is denied hears of it with the others', async () => {
  const world = await createWorld({ registry })
  const second = people.person('201')
  await world.deps.access.grant(people.grantTo(second, 'admin'))
  await done(world, 'ops access deny', { who: 'discord:201', place: 'guild' })
  assert.deepEqual(await whoIsTold(world), [OWNERS[0], 'discord:201', OWNERS[1]])
  const [[, said] = []] = await told(world)
  assert.equal(said?.title, 'discord:201 is denied now')
})

test('nobody is rid of the other admins in silence: made less, or given an end, they and the others hear of it', async () => {
  for (const [more, title] of [
    [{ role: 'viewer' }, 'discord:201 is viewer now, no admin any more'],
    [{ role: 'admin', for: '1s' }, 'discord:201 is an admin now'],
  ] as const) {
    const world = await createWorld({ registry })
    const { access, clock } = world.deps
    await access.grant(people.grantTo(people.person('201'), 'admin'))
    await done(world, 'ops access allow', { who: 'discord:201', place: 'guild', ...more })
    assert.deepEqual(await whoIsTold(world), [OWNERS[0], 'discord:201', OWNERS[1]])
    const [[, said] = []] = await told(world)
    assert.equal(said?.title, title)
    const end = new Date(clock.now() + 1000).toISOString().slice(0, 16)
    assert.match(JSON.stringify(said), 'for' in more ? new RegExp(`Until.*${end}`) : /for good/)
  }
})

test('an elevation to admin is news to all but those two who made it', async () => {
  const world = await createWorld({ registry })
  await world.deps.access.grant(people.grantTo(people.person('201'), 'admin'))
  const wish = { role: 'admin', place: 'guild', reason: 'to see' }
  const asked = await world.ask('ops access elevate', wish, { actor: OPERATOR })
  await world.press(button(asked.reply, 'Approve'), { actor: ADMIN })
  assert.deepEqual(await whoIsTold(world), [OWNERS[0], 'discord:201', OWNERS[1]])
})

test('where operators can be the second person, a new one is news', async () => {
  for (const [on, apps, news] of [
    [`discord:${GUILD}`, '*', true],
    [`discord:${GUILD}/910`, '*', true],
    ['app:my-openclaw', '*', true],
    ['app:my-openclaw', 'second-app', false],
    ['discord:9', '*', false],
  ] as const) {
    const world = await createWorld({ registry })
    await world.deps.access.guard({ on, second: 'dangerous', standsMs: null, by: 'x' })
    await done(world, 'ops access allow', { who: 'discord:42', role: 'operator', app: apps })
    const said = (await told(world)).map(([, { title }]) => title)
    assert.deepEqual(new Set(said), new Set(news ? ['discord:42 is an operator now'] : []), on)
  }
})

test('a denial of an admin that is taken back is news as it was', async () => {
  const world = await createWorld({ registry })
  await world.deps.access.grant(people.grantTo(people.person('201'), 'admin'))
  const wish = { who: 'discord:201', place: 'guild' }
  await done(world, 'ops access deny', wish)
  await done(world, 'ops access deny', { ...wish, for: 'off' })
  const said = (await told(world)).filter(
    ([, { title }]) => title === 'discord:201 is no longer denied',
  )
  assert.deepEqual(said.map(([who]) => who).toSorted(), [OWNERS[0], 'discord:201', OWNERS[1]])
})

test('a new place: every owner is told, of one that a code opened too', async () => {
  const world = await createWorld({ registry })
  await done(world, 'ops access trust', { place: 'telegram:-9' }, OWNER)
  assert.deepEqual(await whoIsTold(world), ['telegram:100'])
  const code = await world.deps.access.makeCode({ for: 'trust', by: 'discord:100', admin: null })
  const place = people.ELSEWHERE
  const asked = await world.ask('ops access trust', { code }, { actor: people.STRANGER, place })
  await world.press(button(asked.reply, 'Confirm'), { actor: people.STRANGER, place })
  const news = (await told(world)).filter(([, { title }]) => title.includes(place.space))
  assert.deepEqual(news.map(([who]) => who).toSorted(), OWNERS)
  assert.match(JSON.stringify(news), /"With a code of","discord:100"/)
})

test('what was given, denied, opened and capped is in the record', async () => {
  const world = await createWorld({ registry })
  await done(world, 'ops access allow', { who: 'discord:42', role: 'operator', app: 'second-app' })
  await done(world, 'ops access deny', { who: 'discord:300', place: 'guild' })
  await done(world, 'ops access trust', { place: 'telegram:-9' }, OWNER)
  await done(world, 'ops access ceiling', { role: 'responder' })
  const facts = world.audited.flatMap(({ event, plan }) =>
    event === 'finished' ? (plan?.facts ?? []) : [],
  )
  assert.deepEqual(facts, [
    `discord:42 · operator · second-app · discord:${GUILD}/910 · for good`,
    `discord:300 · denied · all apps · discord:${GUILD} · for good`,
    'telegram:-9 is trusted',
    `discord:${GUILD}/910 ceiling: responder`,
  ])
})

for (const locale of ['en', 'zh-TW'] as const)
  test(`news: how they look in ${locale}`, async (t) => {
    const world = await createWorld({ registry })
    const one = async (command: string, input: Invocation['input'], actor = ADMIN) => {
      const asked = await world.ask(command, input, { actor, locale })
      const [yes] = asked.reply?.actions ?? []
      await world.press(yes ?? assert.fail(), { actor, locale })
    }
    await one('ops access allow', { who: 'discord:42', role: 'admin', reason: 'Ann is away' })
    await one('ops access deny', { who: 'discord:200', place: 'guild' }, OWNER)
    await one('ops access trust', { place: 'telegram:-9' }, OWNER)
    const said = new Map((await told(world)).map(([, words]) => [words.title, words]))
    for (const words of said.values())
      t.assert.snapshot(renderConsole(words).replace(/G-[0-9a-f]{8}/g, 'G-00000000'), {
        serializers: [String],
      })
    assert.equal(said.size, 3, OPERATOR.name)
  })
