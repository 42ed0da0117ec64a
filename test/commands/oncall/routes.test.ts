import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { Invocation } from '../../../src/core/invocation.ts'
import { FAILING, type Failing } from '../../../src/core/oncall/failing.ts'
import { readRoutes } from '../../../src/core/oncall/route-store.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { ADMIN, CONSOLE, ELSEWHERE, GUILD, LOCAL, OPERATOR } from '../../helpers/people.ts'
import { button } from '../../helpers/world.ts'
import { type DeskWorld, deskWorld } from './desk-world.ts'

const URL = 'https://ops.example.org/'
const all = (said: SaidReply | undefined): string => JSON.stringify(said)
const add = (one: DeskWorld, input: Invocation['input'], more: Partial<Invocation> = {}) =>
  one.confirmed('oncall route add', input, { actor: ADMIN, ...more })

const PLACES: ReadonlyArray<readonly [place: string | undefined, room: string]> = [
  [undefined, '910'],
  ['here', '910'],
  ['<#911>', '911'],
  [`discord:${GUILD}/912`, '912'],
]
for (const [place, room] of PLACES)
  test(`route add: place ${place} is room ${room}`, async () => {
    const one = await deskWorld()
    const { said } = await add(one, { source: 'watch', ...(place !== undefined && { place }) })
    assert.equal(said.title, 'Routed')
    const [route] = await readRoutes(one.store)
    assert.deepEqual(route?.place, { platform: 'discord', space: GUILD, room })
    assert.deepEqual([route?.severity, route?.app, route?.by], ['info', '*', 'discord:200'])
  })

test('route add: the same place again takes another severity, and is one route', async () => {
  const one = await deskWorld()
  await add(one, { source: 'watch' })
  const { asked } = await add(one, { source: 'watch', severity: 'critical', app: '*' })
  assert.match(all(asked), /There is this route already, for all; it is replaced/)
  assert.deepEqual(
    (await readRoutes(one.store)).map(({ severity }) => severity),
    ['critical'],
  )
})

const WRONG: ReadonlyArray<readonly [input: Invocation['input'], title: RegExp]> = [
  [{ source: 'watch', place: 'guild' }, /^A whole server is no room/],
  [{ source: 'watch', place: 'over there' }, /^place: write here/],
  [{ source: 'watch', place: 'telegram:-100123' }, /^Only an owner can change another place/],
  [{ source: 'watch', app: 'nobodys' }, /^I do not manage an app “nobodys”/],
  [{ source: 'nagios' }, /^source: /],
]
for (const [input, title] of WRONG)
  test(`route add ${JSON.stringify(input)}: refused in one sentence, nothing is changed`, async () => {
    const one = await deskWorld()
    const said = await one.say('oncall route add', input, { actor: ADMIN })
    assert.match(said.title, title)
    assert.deepEqual(await readRoutes(one.store), [])
  })

test('route add: an owner reaches into other places that are trusted; the console is no place', async () => {
  const one = await deskWorld()
  const there = { source: 'watch', place: `discord:${ELSEWHERE.space}/5` }
  assert.match((await one.say('oncall route add', there)).title, /is not trusted yet/)
  await one.deps.access.trust(ELSEWHERE, 'discord:100')
  const { said } = await one.confirmed('oncall route add', there)
  assert.equal(said.title, 'Routed')
  const local = { actor: LOCAL, place: CONSOLE }
  assert.match((await one.say('oncall route add', {}, local)).title, /console is no place/)
})

test('route add: a receiver gets an address that one person sees once, and that works', async () => {
  const one = await deskWorld(URL)
  const { asked, said } = await add(one, { source: 'alertmanager' })
  assert.match(all(asked), /an address of its own to send to, shown to you once/)
  const stored = JSON.stringify([said, [...(await one.store.list('job'))]])
  const other = await one.press(button(said, 'Reveal'), { actor: OPERATOR })
  assert.doesNotMatch(all(other.reply), /hooks/)
  const seen = await one.press(button(said, 'Reveal'), { actor: ADMIN })
  const [, secret = ''] =
    /https:\/\/ops\.example\.org\/hooks\/alertmanager\/([\w-]{22})"/.exec(all(seen.reply)) ?? []
  assert.equal((await one.hooks.verifyHook('alertmanager', secret))?.source, 'alertmanager')
  assert.equal(await one.hooks.verifyHook('grafana', secret), undefined)
  assert.ok(!stored.includes(secret), 'the secret lies in the reveal alone')
  const again = await one.press(button(said, 'Reveal'), { actor: ADMIN })
  assert.doesNotMatch(all(again.reply), /hooks\/alertmanager/)
})

test('route add: a second room uses the address there is; the last route closes it', async () => {
  const one = await deskWorld(URL)
  await add(one, { source: 'alertmanager' })
  const { said } = await add(one, { source: 'alertmanager', place: '<#911>' })
  assert.match(all(said), /has its address already/)
  assert.equal((await one.hooks.listHooks()).length, 1)
  const remove = (place: string) =>
    one.confirmed('oncall route remove', { source: 'alertmanager', place }, { actor: ADMIN })
  assert.match(all((await remove('here')).asked), /They still go to discord:\d+\/911/)
  assert.equal((await one.hooks.listHooks()).length, 1)
  assert.match(all((await remove('<#911>')).asked), /owners’ private chats.*its address is closed/)
  assert.deepEqual(await one.hooks.listHooks(), [])
})

test('route add: without OPS_PUBLIC_URL the route is there and what is missing is said', async () => {
  const one = await deskWorld()
  const { said } = await add(one, { source: 'generic' })
  assert.equal(said.tone, 'warn')
  assert.match(all(said), /Set OPS_PUBLIC_URL/)
  assert.deepEqual(await one.hooks.listHooks(), [])
})

test('route add: Grafana’s key is chosen here and revealed by a button of its own', async () => {
  const one = await deskWorld(URL)
  const { said } = await add(one, { source: 'grafana' })
  const key = await one.press(button(said, 'Reveal key'), { actor: ADMIN })
  assert.match(all(key.reply), /Signing key for grafana/)
  assert.equal((await one.hooks.listHooks())[0]?.signed, true)
})

test('route add: the key of a source that signs is asked for in private', async () => {
  const one = await deskWorld(URL)
  const told = await one.ask('oncall route add', { source: 'sentry' }, { actor: ADMIN })
  assert.equal(told.kind, 'question')
  const typed = await one.ask('oncall route add', { source: 'sentry', key: 'abc' })
  assert.equal(typed.burnt, true)
  assert.doesNotMatch(all(typed.reply), /abc/)
})

test('route remove: one that is not there is said, with where to look', async () => {
  const one = await deskWorld()
  const said = await one.say('oncall route remove', { source: 'watch' }, { actor: ADMIN })
  assert.equal(said.title, 'There is no such route.')
})

for (const locale of ['en', 'zh-TW'] as const)
  test(`routes: how it looks in ${locale}`, async (t) => {
    const one = await deskWorld(URL)
    const look = (said: SaidReply) => {
      const words = renderConsole(said).replace(/J-[0-9A-Z]{6}/g, 'J-000000')
      t.assert.snapshot(words, { serializers: [(value) => String(value)] })
    }
    look(await one.say('oncall route list', {}, { locale }))
    const both = async (command: string, input: Invocation['input']) => {
      const { asked, said } = await one.confirmed(command, input, { locale, actor: ADMIN })
      look(asked)
      look(said)
    }
    await both('oncall route add', { source: 'watch', severity: 'warning' })
    await both('oncall route add', { source: 'grafana', app: 'my-openclaw' })
    look(await one.say('oncall route list', {}, { locale }))
    await both('oncall route remove', { source: 'grafana', app: 'my-openclaw' })
    look(await one.say('oncall route remove', { source: 'events' }, { locale, actor: ADMIN }))
  })

test('route list: a place that takes no cards says since when and why', async () => {
  const one = await deskWorld()
  await add(one, { source: 'watch' })
  const place = { platform: 'discord', space: GUILD, room: '910' } as const
  const failing: Failing = { place, why: 'Missing Permissions', since: 0, incident: 'I-7K3M9Q' }
  await one.store.put(FAILING, `discord.${GUILD}.910`, failing)
  const said = await one.say('oncall route list', {}, { actor: OPERATOR })
  assert.match(
    all(said),
    /discord:\d+\/910 ⚠️ takes no cards since 1970-01-01T00:00:00Z: Missing Perm/,
  )
})

test('route add: a button tests the place, where that is here', async () => {
  const one = await deskWorld()
  const labels = async (place: string) => {
    const { said } = await add(one, { source: 'watch', place })
    return (said.actions ?? []).map(({ label }) => label)
  }
  assert.deepEqual(await labels('here'), ['Test'])
  assert.deepEqual(await labels('<#911>'), [])
})
