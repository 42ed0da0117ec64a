import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Grant } from '../../../src/core/access.ts'
import type { Actor, Invocation, Place } from '../../../src/core/invocation.ts'
import { changeSetting } from '../../../src/core/settings.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import { away } from '../../helpers/memory-store.ts'
import * as people from '../../helpers/people.ts'
import { button, createWorld, type Told, type World } from '../../helpers/world.ts'

/* An edit reaches as far as the role of whoever makes it, and of whoever approves it: a room's admin is not the guild's, an app's not all apps'. */

const registry = await loadCommands()
const { ADMIN, GUILD, HERE, OPERATOR, OWNER } = people
const ROOM = people.person('700')
const PART = people.person('701')

async function setup() {
  const world = await createWorld({ registry })
  const { access } = world.deps
  const scope = { platform: 'discord', space: GUILD, room: '910' } as const
  await access.grant(people.grantTo(ROOM, 'admin', { scope }))
  await access.grant(people.grantTo(PART, 'admin', { apps: ['second-app'] }))
  return world
}
interface By {
  readonly actor: Actor
  readonly approver?: Actor
  readonly place?: Place
}

/** Asks, and says yes where something is asked. */
async function done(world: World, command: string, input: Invocation['input'], by: By) {
  const { actor, approver = actor, place = HERE } = by
  const asked = await world.ask(command, input, { actor, place })
  const yes = asked.reply?.actions?.find(({ label }) => label === 'Confirm' || label === 'Approve')
  return yes === undefined ? asked : world.press(yes, { actor: approver, place })
}
const title = ({ reply }: Told): string => reply?.title ?? ''
const ruleOf = async (world: World) => {
  const { grants, ceilings, guards } = await world.deps.access.fresh()
  return JSON.stringify([grants, ceilings, guards])
}
const me = { who: 'discord:700', role: 'admin' } as const
const THREAD: Place = { ...HERE, room: '999', parent: '910' }

const CASES: ReadonlyArray<
  readonly [what: string, command: string, input: Invocation['input'], by: By, ok: boolean]
> = [
  ['a room’s admin, the room', 'ops access allow', me, { actor: ROOM }, true],
  ['the same from a thread', 'ops access allow', me, { actor: ROOM, place: THREAD }, true],
  ['… the guild', 'ops access allow', { ...me, place: 'guild' }, { actor: ROOM }, false],
  ['… another room', 'ops access allow', { ...me, place: '<#911>' }, { actor: ROOM }, false],
  [
    '… a denial in the guild',
    'ops access deny',
    { who: 'discord:200', place: 'guild' },
    { actor: ROOM },
    false,
  ],
  ['… a ceiling here', 'ops access ceiling', { role: 'operator' }, { actor: ROOM }, true],
  [
    '… a ceiling over the guild',
    'ops access ceiling',
    { role: 'viewer', place: 'guild' },
    { actor: ROOM },
    false,
  ],
  [
    '… settings of the guild',
    'ops settings',
    { quiet: true, place: 'guild' },
    { actor: ROOM },
    false,
  ],
  ['… settings here', 'ops settings', { quiet: true }, { actor: ROOM }, true],
  ['an app’s admin, a ceiling', 'ops access ceiling', { role: 'viewer' }, { actor: PART }, false],
  ['… what all apps take', 'ops settings', { second: 'changes' }, { actor: PART }, false],
  ['… how loud it is', 'ops settings', { quiet: true }, { actor: PART }, true],
  [
    'a guild’s admin, another room',
    'ops access allow',
    { who: 'discord:42', role: 'viewer', place: '<#911>' },
    { actor: ADMIN },
    true,
  ],
  [
    'an elevation in the guild that a room’s admin approves',
    'ops access elevate',
    { role: 'admin', place: 'guild', reason: 'to see' },
    { actor: OPERATOR, approver: ROOM },
    false,
  ],
  [
    '… that the guild’s admin approves',
    'ops access elevate',
    { role: 'admin', place: 'guild', reason: 'to see' },
    { actor: OPERATOR, approver: ADMIN },
    true,
  ],
  [
    '… in the room, by its admin',
    'ops access elevate',
    { role: 'admin', reason: 'to see' },
    { actor: OPERATOR, approver: ROOM },
    true,
  ],
  [
    'an app’s settings by a room’s admin',
    'ops settings',
    { quiet: true, of: 'my-openclaw' },
    { actor: ROOM },
    false,
  ],
  [
    '… what it takes, loosened by the guild’s with a room’s',
    'ops settings',
    { second: 'usual', of: 'my-openclaw' },
    { actor: ADMIN, approver: ROOM },
    false,
  ],
  ['… by its own admin', 'ops settings', { quiet: true, of: 'second-app' }, { actor: PART }, true],
  [
    'settings of the guild loosened with a room’s admin',
    'ops settings',
    { second: 'usual', place: 'guild' },
    { actor: ADMIN, approver: ROOM },
    false,
  ],
]
for (const [what, command, input, by, ok] of CASES)
  test(`reach: ${what}: ${ok ? 'done' : 'refused'}`, async () => {
    const world = await setup()
    const before = await ruleOf(world)
    const told = await done(world, command, input, by)
    if (ok) return assert.equal(told.reply?.tone, 'ok', title(told))
    assert.match(title(told), /^Person \d+ is not admin of .* so nothing was changed\.$/)
    assert.equal(await ruleOf(world), before)
    const last = world.audited.at(-1)
    assert.deepEqual([last?.event, last?.verb, last?.detail], ['refused', command, 'forbidden'])
  })

test('record: how a command that is answered at once failed, and who was denied between press and answer', async () => {
  const world = await setup()
  const deny = { who: 'discord:42', app: 'nobodys', place: 'guild' }
  await done(world, 'ops access deny', deny, { actor: ADMIN })
  const ends = () => world.audited.map(({ event, detail }) => `${event} ${detail ?? ''}`).slice(-1)
  assert.deepEqual(ends(), ['finished bad_input'])
  const asked = await world.ask('ops access deny', { who: 'discord:42' }, { actor: ADMIN })
  const { access } = world.deps
  await access.grant(people.grantTo(ADMIN, 'viewer', { deny: true }))
  await world.press(button(asked.reply, 'Confirm'), { actor: ADMIN })
  assert.deepEqual(ends(), ['refused denied'])
})

test('reach: a ceiling of another room is lifted from outside it by the guild’s admin, not by that room’s', async () => {
  const world = await setup()
  const { access } = world.deps
  const scope = { platform: 'discord', space: GUILD, room: '911' } as const
  await access.ceiling({ scope, role: 'viewer', until: null, by: 'x', reason: null })
  const off = { role: 'off', place: '<#911>' }
  assert.match(title(await done(world, 'ops access ceiling', off, { actor: ROOM })), /not admin/)
  assert.equal(
    title(await done(world, 'ops access ceiling', off, { actor: ADMIN })),
    `No ceiling in discord:${GUILD}/911 any more`,
  )
})

test('settings: nothing is changed by half when one of the wishes is refused', async () => {
  const world = await setup()
  const wish = { second: 'changes', app: 'nobodys-app' }
  const told = await done(world, 'ops settings', wish, { actor: ADMIN })
  assert.match(title(told), /I do not manage/)
  assert.deepEqual((await world.deps.access.fresh()).guards, [])
})

test('settings: the first of all apps is not named to whoever has no role on it', async () => {
  const world = await setup()
  const told = await done(world, 'ops settings', {}, { actor: PART })
  assert.doesNotMatch(JSON.stringify(told.reply), /my-openclaw/)
  await changeSetting(world.store, HERE, { app: 'second-app' })
  assert.match(
    JSON.stringify((await done(world, 'ops settings', {}, { actor: PART })).reply),
    /second-app/,
  )
})

test('access: edits of a place at the same moment: one counts, the others are told to come again', async () => {
  const world = await setup()
  const ask = (who: string, actor: Actor) =>
    world.ask('ops access deny', { who, place: 'guild' }, { actor })
  const [one, two] = [await ask('discord:42', ADMIN), await ask('discord:43', OWNER)]
  const cap = await world.ask('ops access ceiling', { role: 'operator' }, { actor: ADMIN })
  const told = await Promise.all([
    world.press(button(one.reply, 'Confirm'), { actor: ADMIN }),
    world.press(button(two.reply, 'Confirm'), { actor: OWNER }),
    world.press(button(cap.reply, 'Confirm'), { actor: ADMIN }),
  ])
  const [first, ...others] = told.map(title).toSorted()
  assert.equal(first, 'Denied')
  for (const other of others) assert.match(other, /^Somebody else changes the rules of this place/)
  const { grants, ceilings } = await world.deps.access.fresh()
  assert.deepEqual([grants.filter(({ deny }) => deny).length, ceilings], [1, []])
  const again = await done(world, 'ops access deny', { who: 'discord:44' }, { actor: ADMIN })
  assert.equal(title(again), 'Denied', 'it is let go of')
})

test('access: an edit that was made is told as made, though its turn could not be given back', async () => {
  const world = await setup()
  const deny = { who: 'discord:42', place: 'guild' }
  const asked = await world.ask('ops access deny', deny, { actor: ADMIN })
  world.store.before = (operation, bucket) => {
    if (operation === 'remove' && bucket === 'access-edit') throw away()
  }
  const told = await world.press(button(asked.reply, 'Confirm'), { actor: ADMIN })
  assert.equal(title(told), 'Denied')
})

test('allow: of somebody who is denied it says so and how to end that; then they are no longer', async () => {
  const world = await setup()
  const deny = { who: 'discord:300', place: 'guild' }
  await done(world, 'ops access deny', deny, { actor: ADMIN })
  const allow = { who: 'discord:300', role: 'operator', place: 'guild' }
  const told = await done(world, 'ops access allow', allow, { actor: ADMIN })
  assert.equal(title(told), 'Allowed, but still denied')
  const line = `/ops access deny discord:300 place=discord:${GUILD} for=off`
  assert.ok(JSON.stringify(told.reply).includes(line))
  assert.equal((await world.ask('openclaw status', {}, { actor: OPERATOR })).kind, 'refused')
  const off = { who: 'discord:300', place: `discord:${GUILD}`, for: 'off' }
  const lifted = await done(world, 'ops access deny', off, { actor: ADMIN })
  assert.equal(title(lifted), 'No longer denied')
  assert.equal((await world.ask('openclaw status', {}, { actor: OPERATOR })).kind, 'queued')
  const none = await done(world, 'ops access deny', off, { actor: ADMIN })
  assert.match(title(none), /^There is no such denial of discord:300/)
  const facts = world.audited.flatMap(({ plan }) => plan?.facts ?? [])
  assert.ok(facts.some((fact) => fact.startsWith('taken back: discord:300 · denied')))
})

test('allow: a denial in one room is told of in that room alone, one that is over nowhere', async () => {
  const world = await setup()
  const { access, clock } = world.deps
  await access.grant(people.grantTo(OPERATOR, 'viewer', { deny: true, until: clock.now() }))
  await done(world, 'ops access deny', { who: 'discord:300', place: 'here' }, { actor: ADMIN })
  const allowed = async (place: string) => {
    const allow = { who: 'discord:300', role: 'operator', place }
    return title(await done(world, 'ops access allow', allow, { actor: ADMIN }))
  }
  assert.deepEqual(
    [await allowed('here'), await allowed('<#911>'), await allowed('guild')],
    ['Allowed, but still denied', 'Allowed', 'Allowed'],
  )
})

test('list: who is who is told of those whom rules here name; all of it to owners', async () => {
  const world = await setup()
  await world.deps.access.link(['discord:77', 'telegram:88'])
  await world.deps.access.link(['discord:300', 'telegram:99'])
  const said = async (actor: Actor) =>
    JSON.stringify((await world.ask('ops access list', {}, { actor })).reply)
  assert.match(await said(OWNER), /discord:77 = telegram:88/)
  assert.match(await said(ADMIN), /discord:300 = telegram:99/)
  assert.doesNotMatch(await said(ADMIN), /telegram:88/)
})

test('rules: of several at once about the same one stays, whichever process wrote it', async () => {
  const world = await setup()
  const { access } = world.deps
  const draft = people.grantTo(OPERATOR, 'viewer', { deny: true })
  const given = await Promise.all(Array.from({ length: 5 }, () => access.grant(draft)))
  const left = (await access.fresh()).grants.filter(({ deny }: Grant) => deny)
  assert.equal(left.length, 1)
  assert.ok(given.some(({ id }) => id === left[0]?.id))
  assert.equal(await access.revoke(left[0]?.id ?? ''), true)
  assert.equal(await access.revoke(left[0]?.id ?? ''), false)
})

test('rules: what an earlier release wrote gives way to the newest word, too', async () => {
  const world = await setup()
  const { access } = world.deps
  const old = { ...people.grantTo(OPERATOR, 'admin'), id: 'G-0000beef', at: 0 }
  await world.store.put('grant', old.id, old)
  await access.grant(people.grantTo(OPERATOR, 'viewer'))
  const theirs = (await access.fresh()).grants.filter(({ subject }) => subject.id === '300')
  assert.deepEqual(
    theirs.map(({ role }) => role),
    ['viewer'],
  )
})
