import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { createCensusTend } from '../src/census.ts'
import { createCensus as onDiscord } from '../src/chat/discord/census.ts'
import { createCall } from '../src/chat/discord/call.ts'
import { createRests } from '../src/chat/discord/rest.ts'
import { hasAdmin } from '../src/core/access-edit.ts'
import type { Census } from '../src/core/census.ts'
import { OUTBOX, type OutboxRecord } from '../src/core/outbox.ts'
import { hasSecond } from '../src/core/reach.ts'
import { ChatError } from '../src/core/ports.ts'
import { Secret } from '../src/core/secret.ts'
import { loadCommands } from '../src/load-commands.ts'
import { startFakeDiscord } from './fakes/discord/fake-discord.ts'
import { startFakeTelegram } from './fakes/telegram/index.ts'
import { telegramCensus } from './helpers/telegram-census.ts'
import { ADMIN, grantTo, GUILD, HERE, OPERATOR, OWNER } from './helpers/people.ts'
import { createWorld, type World } from './helpers/world.ts'

const HOUR_MS = 3_600_000
const registry = await loadCommands()
const ROLE = { kind: 'role', id: '77' } as const

/** A platform that says what the test sets. */
function platform() {
  const gone = new Set<string>()
  const asked: string[] = []
  const census: Census = {
    async place(space) {
      asked.push(space)
      if (gone.has('all')) throw new ChatError('network', 'away')
      const roles = new Set(['77'].filter((id) => !gone.has(id)))
      return { here: !gone.has(space), roles }
    },
    async member(space, user) {
      asked.push(`${space}/${user}`)
      return !gone.has(user)
    },
  }
  return { gone, asked, census }
}

async function setup() {
  const world = await createWorld({ registry })
  const { access, settings } = world.deps
  await access.grant({ ...grantTo(ADMIN, 'admin'), subject: ROLE })
  const party = platform()
  const tendOnce = createCensusTend({
    ...world.deps,
    settings: settings ?? assert.fail(),
    locale: 'en',
    census: new Map([['discord', party.census]]),
  })
  const tend = async () => {
    await world.clock.advance(HOUR_MS)
    await tendOnce()
  }
  return { world, party, tend, tendOnce, state: () => access.fresh() }
}
const told = async ({ store }: World) =>
  (await store.list(OUTBOX)).map(({ value }) => value as OutboxRecord)
const titles = async (world: World) => [
  ...new Set((await told(world)).map(({ reply }) => reply.title)),
]

test('census: everybody is there: nothing is marked and nobody told; an hour later it is asked again', async () => {
  const { world, party, tend, tendOnce, state } = await setup()
  await tend()
  await tendOnce()
  assert.deepEqual((await state()).gone, [])
  assert.deepEqual(await told(world), [])
  const people = ['200', '300', '400', '500'].map((id) => `${GUILD}/${id}`)
  assert.deepEqual(party.asked.toSorted(), [GUILD, ...people])
  await tend()
  assert.equal(party.asked.length, 10)
})

test('census: a deleted role is told to those who rule there, once, and is nobody’s second person any more', async () => {
  const { world, party, tend, state } = await setup()
  const seconds = async () =>
    hasSecond(
      { ...(await state()), owners: [] },
      { actor: ADMIN, place: HERE, now: 0, app: null, approver: 'admin' },
    )
  await tend()
  assert.equal(await seconds(), true)
  party.gone.add('77')
  await tend()
  await tend()
  assert.equal(await seconds(), false)
  const said = await told(world)
  assert.deepEqual(said.map(({ address }) => address.user).toSorted(), ['100', '100', '200'])
  assert.match(JSON.stringify(said), /has no role 77 any more/)
  const list = await world.ask('ops access list', {}, { actor: ADMIN })
  assert.match(JSON.stringify(list.reply), /No longer there: role:77\./)
  party.gone.delete('77')
  await tend()
  assert.deepEqual((await state()).gone, [])
  assert.equal(await seconds(), true)
})

test('census: who left is told of to the others, rules and hears nothing there, and has their place again when back', async () => {
  const { world, party, tend, state } = await setup()
  await tend()
  const rules = async () => hasAdmin({ ...(await state()), owners: [] }, HERE, 0)
  assert.equal(await rules(), true)
  party.gone.add('200')
  await tend()
  assert.equal(await rules(), false, 'an edit may not count on them')
  assert.deepEqual(await titles(world), [`discord:200 left discord:${GUILD}`])
  assert.deepEqual(
    (await told(world)).map(({ address }) => address.user),
    ['100', '100'],
  )
  const frozen = await world.ask('ops freeze', { reason: 'a test' }, { actor: OPERATOR })
  assert.equal(frozen.kind, 'reply')
  const heard = (await told(world)).filter(({ reply }) => reply.title.includes('froze'))
  assert.ok(heard.length > 0 && heard.every(({ address }) => address.user !== '200'))
  const seen = JSON.stringify((await world.ask('ops access list')).reply)
  assert.match(seen, /No longer there: discord:200\./)
  party.gone.clear()
  await tend()
  assert.equal(await rules(), true)
})

test('census: the bot was removed: owners are told, the list says so; one place is looked into at once', async () => {
  const { world, party, tend, tendOnce, state } = await setup()
  await tend()
  party.gone.add(GUILD)
  await tendOnce({ platform: 'discord', space: '42' })
  assert.deepEqual((await state()).gone, [], 'a place that nobody trusts is not asked about')
  await tendOnce({ platform: 'discord', space: GUILD })
  assert.deepEqual((await state()).gone, [`discord:${GUILD}`])
  assert.deepEqual(await titles(world), [`I am no longer in discord:${GUILD}`])
  const place = { platform: 'discord', space: OWNER.id, private: true } as const
  const list = await world.ask('ops access list', { place: `discord:${GUILD}` }, { place })
  assert.match(JSON.stringify(list.reply), /I am no longer in discord/)
})

test('census: a place that was never seen and a platform that is away prove nothing', async () => {
  const never = await setup()
  never.party.gone.add(GUILD)
  await never.tend()
  assert.deepEqual((await never.state()).gone, [])
  const away = await setup()
  await away.tend()
  away.party.gone.add('all')
  await away.tend()
  assert.deepEqual((await away.state()).gone, [])
  assert.deepEqual(
    away.world.logged.map(({ message }) => message),
    ['a place could not be looked into'],
  )
})

test('census: told before it is marked, so that a kill in between tells again and never leaves it unsaid', async () => {
  const { world, party, tend, state } = await setup()
  await tend()
  party.gone.add('77')
  world.store.before = (operation, bucket) => {
    if (operation === 'put' && bucket === 'gone') throw new Error('killed')
  }
  await tend()
  world.store.before = () => {}
  assert.deepEqual((await state()).gone, [])
  assert.equal((await told(world)).length, 3)
  await tend()
  assert.deepEqual((await state()).gone, [`discord:${GUILD} role:77`])
  assert.equal((await told(world)).length, 3, 'the same messages')
})

test('census: Discord says who and what is in a guild', async (t: TestContext) => {
  const fake = await startFakeDiscord()
  t.after(() => fake.close())
  const metrics = { rateLimitWait: () => {} }
  const rests = createRests({ token: new Secret(fake.token), apiUrl: fake.apiUrl, metrics })
  t.after(rests.close)
  const census = onDiscord(createCall(rests.bot))
  const guild = fake.guild()
  const ann = fake.user({ roles: ['77'] })
  assert.deepEqual(await census.place(guild.id), { here: true, roles: new Set([guild.id, '77']) })
  assert.equal(await census.member(guild.id, ann.id), true)
  fake.leave(guild, '77')
  fake.leave(guild, ann.id)
  assert.deepEqual(await census.place(guild.id), { here: true, roles: new Set([guild.id]) })
  assert.equal(await census.member(guild.id, ann.id), false)
  fake.leave(guild)
  assert.deepEqual(await census.place(guild.id), { here: false, roles: null })
  assert.equal(await census.member(guild.id, ann.id), undefined, 'who is out sees nobody')
  fake.fail({ on: 'GET /guilds', status: 500 })
  await assert.rejects(census.place(guild.id), { kind: 'network' })
})

test('census: Telegram says whether it and others are in a group', async (t: TestContext) => {
  const fake = await startFakeTelegram()
  t.after(fake.close)
  const census = telegramCensus(fake)
  const [group, ann] = [fake.group(), fake.user()]
  const space = String(group.id)
  assert.deepEqual(await census.place(space), { here: true, roles: null })
  assert.equal(await census.place(String(ann.id)), undefined, 'a private talk cannot be left')
  assert.equal(await census.member(space, String(ann.id)), true)
  fake.leave(group, ann)
  assert.equal(await census.member(space, String(ann.id)), false)
  fake.leave(group)
  assert.deepEqual(await census.place(space), { here: false, roles: null })
  assert.equal(await census.member(space, String(ann.id)), undefined, 'who is out sees nobody')
})
