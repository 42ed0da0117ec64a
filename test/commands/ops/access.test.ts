import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { Grant } from '../../../src/core/access.ts'
import type { Invocation } from '../../../src/core/invocation.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import * as people from '../../helpers/people.ts'
import { button, createWorld, type Told, type World } from '../../helpers/world.ts'

const { ADMIN, ELSEWHERE, GUILD, HERE, OPERATOR, OWNER } = people
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
const grantOf = async (one: World, id: string) =>
  (await grants(one)).filter(({ subject }) => subject.id === id)

const SCOPES: ReadonlyArray<readonly [place: string | undefined, scope: Grant['scope']]> = [
  [undefined, { platform: 'discord', space: GUILD, room: '910' }],
  ['here', { platform: 'discord', space: GUILD, room: '910' }],
  ['guild', { platform: 'discord', space: GUILD }],
  ['<#911>', { platform: 'discord', space: GUILD, room: '911' }],
  [`discord:${GUILD}/912`, { platform: 'discord', space: GUILD, room: '912' }],
]
for (const [place, scope] of SCOPES)
  test(`allow: place ${place} is ${JSON.stringify(scope)}`, async () => {
    const one = await world()
    const input = { who: '<@42>', role: 'operator', ...(place !== undefined && { place }) }
    const told = await done(one, 'ops access allow', input, { actor: ADMIN })
    assert.equal(told.reply?.title, 'Allowed')
    const [grant] = await grantOf(one, '42')
    assert.deepEqual([grant?.scope, grant?.by, grant?.apps], [scope, 'discord:200', '*'])
  })

test('allow: app, time and reason are kept, and the grant ends by itself', async () => {
  const one = await world()
  const input = { who: 'role:77', role: 'viewer', app: 'second-app', for: '4h', reason: 'on call' }
  await done(one, 'ops access allow', input)
  const [grant] = await grantOf(one, '77')
  assert.deepEqual(grant?.subject, { kind: 'role', id: '77' })
  assert.deepEqual([grant?.apps, grant?.reason], [['second-app'], 'on call'])
  assert.equal(grant?.until, one.clock.now() + 4 * 3_600_000)
  const member = people.person('700', ['77'])
  const ask = (app: string) => one.ask('openclaw status', { app }, { actor: member })
  assert.deepEqual(
    [(await ask('second-app')).kind, (await ask('my-openclaw')).kind],
    ['queued', 'refused'],
  )
  await one.clock.advance(4 * 3_600_000)
  assert.equal((await ask('second-app')).kind, 'refused')
  assert.deepEqual(await grantOf(one, '77'), [])
})

test('allow: the last word about somebody takes the place of the one before', async () => {
  const one = await world()
  for (const role of ['admin', 'viewer'])
    await done(one, 'ops access allow', { who: 'discord:42', role, place: 'guild' })
  assert.deepEqual(
    (await grantOf(one, '42')).map(({ role }) => role),
    ['viewer'],
  )
})

test('deny: it wins over every grant, until its time is over', async () => {
  const one = await world()
  await done(one, 'ops access deny', { who: 'discord:300', for: '30m', place: 'guild' })
  const refused = await one.ask('openclaw status', {}, { actor: OPERATOR })
  assert.match(JSON.stringify(refused.reply), /An admin has denied you this here/)
  await one.clock.advance(30 * 60_000)
  assert.equal((await one.ask('openclaw status', {}, { actor: OPERATOR })).kind, 'queued')
})

test('deny: of one app, the others stay', async () => {
  const one = await world()
  const input = { who: 'discord:300', app: 'second-app', place: 'guild' }
  await done(one, 'ops access deny', input)
  const ask = (app: string) => one.ask('openclaw status', { app }, { actor: OPERATOR })
  assert.deepEqual(
    [(await ask('second-app')).kind, (await ask('my-openclaw')).kind],
    ['refused', 'queued'],
  )
})

const WRONG: ReadonlyArray<readonly [input: Invocation['input'], title: RegExp]> = [
  [
    { who: 'Ann', role: 'viewer' },
    /^who: write a mention, .*; names can be taken over, ids can not\.$/,
  ],
  [{ who: '@ann', role: 'viewer' }, /^who: write a mention/],
  [{ who: 'telegram:ann', role: 'viewer' }, /^who: write a mention/],
  [{ who: 'discord:42', role: 'viewer', for: 'long' }, /^for: write 90s, 15m, 2h or 1d\.$/],
  [{ who: 'discord:42', role: 'viewer', for: '0m' }, /^for: write/],
  [
    { who: 'discord:42', role: 'viewer', place: 'over there' },
    /^place: write here, guild, a channel mention, .*\.$/,
  ],
  [{ who: 'discord:42', role: 'viewer', app: 'nobodys' }, /^I do not manage an app “nobodys”\.$/],
  [{ who: 'discord:42', role: 'viewer', place: 'discord:42' }, /^discord:42 is not trusted yet\.$/],
]
for (const [input, title] of WRONG)
  test(`allow: ${JSON.stringify(input)} is refused in one sentence, and nothing is changed`, async () => {
    const one = await world()
    const before = await grants(one)
    const early = /^\^(?:who|place|for): /.test(title.source)
    const told = await (early
      ? one.ask('ops access allow', input)
      : done(one, 'ops access allow', input))
    assert.equal(told.kind === 'refused', early)
    assert.match(told.reply?.title ?? '', title)
    assert.deepEqual(await grants(one), before)
  })

test('allow: owners are made by the environment only', async () => {
  const told = await (await world()).ask('ops access allow', { who: 'discord:42', role: 'owner' })
  assert.equal(told.kind, 'refused')
  assert.match(told.reply?.title ?? '', /^role: /)
})

test('allow: an admin rules the place they stand in, no other; an owner may reach over', async () => {
  const one = await world()
  await one.deps.access.trust(ELSEWHERE, 'discord:100')
  const input = { who: 'discord:42', role: 'viewer', place: `discord:${ELSEWHERE.space}` }
  const admin = await done(one, 'ops access allow', input, { actor: ADMIN })
  assert.equal(admin.reply?.title, 'Only an owner can change another place.')
  assert.deepEqual(await grantOf(one, '42'), [])
  await done(one, 'ops access allow', input)
  assert.equal((await grantOf(one, '42'))[0]?.scope.space, ELSEWHERE.space)
})

test('allow: no edit leaves a place without an admin', async () => {
  const one = await world()
  const place = { platform: 'telegram', space: '-100', private: false } as const
  const owner = { platform: 'telegram', id: '100', name: 'Olga', roles: [] } as const
  await one.deps.access.trust(place, 'discord:100')
  const scope = { platform: 'telegram', space: '-100' } as const
  const ann = { platform: 'telegram', id: '42', name: 'Ann', roles: [] } as const
  await one.deps.access.grant(people.grantTo(ann, 'admin', { scope }))
  const told = await done(one, 'ops access deny', { who: 'telegram:42' }, { actor: owner, place })
  assert.equal(told.reply?.title, 'Denied', 'an owner has an account there')
})

test('allow: an admin of some apps gives and takes those alone', async () => {
  const one = await world()
  const part = people.person('201')
  await one.deps.access.grant(people.grantTo(part, 'admin', { apps: ['second-app'] }))
  const wish = { who: 'discord:42', role: 'admin' }
  const all = await done(one, 'ops access allow', wish, { actor: part })
  assert.match(all.reply?.title ?? '', /^Person 201 is not admin of all apps in /)
  const own = { ...wish, app: 'second-app' }
  assert.equal((await done(one, 'ops access allow', own, { actor: part })).reply?.title, 'Allowed')
})

test('allow: everybody in a guild is viewer at most', async () => {
  const one = await world()
  const wish = (role: string) => ({ who: `role:${GUILD}`, role, place: 'guild' })
  const no = await done(one, 'ops access allow', wish('operator'))
  assert.equal(no.reply?.title, 'Everybody in a guild at once can be viewer at most.')
  await done(one, 'ops access allow', wish('viewer'))
  const anybody = { actor: people.STRANGER }
  assert.equal((await one.ask('openclaw status', {}, anybody)).kind, 'queued')
})

test('deny: an admin who denies themself is told so in the question', async () => {
  const one = await world()
  const wish = { who: 'discord:200', place: 'guild' }
  const asked = await one.ask('ops access deny', wish, { actor: ADMIN })
  assert.match(JSON.stringify(asked.reply), /you are no longer an admin here/)
  const other = { who: 'discord:300', place: 'guild' }
  const fine = await one.ask('ops access deny', other, { actor: ADMIN })
  assert.doesNotMatch(JSON.stringify(fine.reply), /no longer an admin/)
})

for (const locale of ['en', 'zh-TW'] as const)
  test(`access: how it looks in ${locale}`, async (t) => {
    const one = await world()
    const look = (told: Told) => {
      assert.ok(told.reply)
      const words = renderConsole(told.reply).replace(/G-[0-9a-f]{8}/g, 'G-00000000')
      t.assert.snapshot(words, { serializers: [(value) => String(value)] })
    }
    const yes = async (command: string, input: Invocation['input']) => {
      const asked = await one.ask(command, input, { locale })
      look(asked)
      const [button] = asked.reply?.actions ?? []
      assert.ok(button)
      look(await one.press(button, { locale, answer: 'my-openclaw' }))
    }
    await yes('ops access trust', { place: 'telegram:-100123' })
    await yes('ops access ceiling', { role: 'operator', place: 'telegram:-100123' })
    await yes('ops access allow', { who: 'telegram:42', role: 'operator', for: '2h', reason: 'x' })
    await yes('ops access deny', { who: 'role:77', app: 'second-app', place: 'guild' })
    look(await one.ask('ops access list', {}, { locale }))
    await yes('ops access untrust', { place: 'telegram:-100123' })
  })
