import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccessState, Guard } from '../../src/core/access.ts'
import type { Confirm, Risk } from '../../src/core/command.ts'
import { asksMore, decide, type Decision, type Question } from '../../src/core/policy.ts'
import type { Invocation } from '../../src/core/invocation.ts'
import { PENDING, type Pending } from '../../src/core/confirm.ts'
import { assess } from '../../src/core/assess.ts'
import { mayAlone } from '../../src/core/watch/rule-line.ts'
import { loadCommands } from '../../src/load-commands.ts'
import settings from '../../commands/ops/settings.ts'
import { workCommand } from '../helpers/commands.ts'
import * as people from '../helpers/people.ts'
import { button, createWorld, registryOf, type World } from '../helpers/world.ts'
import { actorOf, GUILD, state } from './everybody.ts'

/*
 * Settings that ask for more than usual: of an app, wherever it is asked about, and of a place. The strictest counts, nothing ever asks for
 * less, and every way in, the worker too, goes by what holds at that moment.
 */

const guard = (on: string, more: Partial<Guard>): Guard => ({
  on,
  second: null,
  standsMs: null,
  by: 'discord:5',
  at: 0,
  ...more,
})
const ask = (more: Partial<Question> = {}): Question => ({
  actor: actorOf('operator'),
  place: GUILD,
  verb: 'openclaw x',
  role: 'operator',
  confirm: 'none',
  app: 'a',
  now: 0,
  risk: 'change',
  ...more,
})
const asked = (guards: readonly Guard[], more: Partial<Question> = {}): string => {
  const decision = decide({ ...state(false), guards }, ask(more))
  return decision.verdict === 'need' ? decision.confirm : decision.verdict
}

const APP = guard('app:a', { second: 'dangerous' })
const ROOM = guard('discord:9/91', { second: 'changes' })
const TABLE: ReadonlyArray<
  readonly [what: string, guards: readonly Guard[], more: Partial<Question>, then: string]
> = [
  ['nothing is settled', [], {}, 'allow'],
  ['all that is dangerous, and this is not', [APP], { confirm: 'button' }, 'button'],
  ['all that is dangerous', [APP], { confirm: 'typed', risk: 'dangerous' }, 'second'],
  ['every change', [guard('app:a', { second: 'changes' })], {}, 'second'],
  ['every change, and it looks', [ROOM], { risk: 'read' }, 'allow'],
  ['another app', [APP], { app: 'b', risk: 'dangerous', confirm: 'typed' }, 'typed'],
  ['no app', [APP], { app: null, risk: 'dangerous', confirm: 'typed' }, 'typed'],
  ['the room', [ROOM], {}, 'second'],
  ['a thread of the room', [ROOM], { place: { ...GUILD, room: '99', parent: '91' } }, 'second'],
  ['another room', [ROOM], { place: { ...GUILD, room: '95' } }, 'allow'],
  ['the whole guild', [guard('discord:9', { second: 'changes' })], {}, 'second'],
  ['another guild', [guard('discord:8', { second: 'changes' })], {}, 'allow'],
  ['app and room, the room is stricter', [APP, ROOM], {}, 'second'],
]
for (const [what, guards, more, then] of TABLE)
  test(`guards: ${what}: ${then}`, () => assert.equal(asked(guards, more), then))

test('guards: the shortest of all times counts', () => {
  const guards = [guard('app:a', { standsMs: 60_000 }), guard('discord:9', { standsMs: 30_000 })]
  const decision = decide({ ...state(false), guards }, ask({ confirm: 'button' }))
  assert.equal(decision.verdict === 'need' && decision.standsMs, 30_000)
})

test('guards: whatever is settled, nothing asks for less than without, and nobody gains anything', () => {
  const ons = fc.constantFrom('app:a', 'app:b', 'discord:9', 'discord:9/91', 'discord:8')
  const guards = fc.array(
    fc.record<Guard>({
      on: ons,
      second: fc.constantFrom(null, 'dangerous', 'changes'),
      standsMs: fc.constantFrom(null, 30_000, 900_000),
      by: fc.constant('x'),
      at: fc.constant(0),
    }),
    { maxLength: 4 },
  )
  const questions = fc.record({
    actor: fc.constantFrom(...(['nobody', 'viewer', 'operator', 'admin', 'owner'] as const)),
    confirm: fc.constantFrom<Confirm>('none', 'button', 'typed', 'second'),
    risk: fc.constantFrom<Risk>('read', 'change', 'dangerous'),
    app: fc.constantFrom('a', 'b', null),
    frozen: fc.boolean(),
  })
  const levelOf = (decision: Decision) =>
    decision.verdict === 'need' ? decision : ({ confirm: 'none' } as const)
  fc.assert(
    fc.property(guards, questions, (given, { actor, frozen, ...more }) => {
      const question = ask({ ...more, actor: actorOf(actor) })
      const world: AccessState = state(frozen)
      const before = decide(world, question)
      const after = decide({ ...world, guards: given }, question)
      if (before.verdict === 'deny') assert.deepEqual(after, before)
      else if (after.verdict === 'deny') assert.equal(after.axis, 'second')
      else assert.ok(!asksMore(levelOf(before), levelOf(after)))
      if (more.risk === 'read') assert.equal(after.verdict, before.verdict)
    }),
  )
})

const turn = workCommand('turn', { kind: 'change', role: 'operator' })
const asks = workCommand('burn', { kind: 'change', role: 'operator', confirm: 'button' })
const { ADMIN, OPERATOR, HERE } = people
const world = () =>
  createWorld({ registry: registryOf({ ops: [settings], commands: [turn, asks] }) })
const set = (one: World, input: Invocation['input'], more: Partial<Invocation> = {}) =>
  one.ask('ops settings', input, { actor: ADMIN, ...more })

test('guards: of an app: from then on every change of it takes a second person, in every place, and other apps do not', async () => {
  const one = await world()
  assert.equal((await set(one, { of: 'second-app', second: 'changes' })).kind, 'reply')
  const input = { app: 'second-app' }
  for (const room of ['910', '911']) {
    const place = { ...HERE, room }
    const told = await one.ask('openclaw turn', input, { actor: OPERATOR, place })
    assert.match(JSON.stringify(told.reply), /Someone other than Person 300 has to approve/)
    const no = await one.press(button(told.reply, 'Approve'), { actor: OPERATOR, place })
    assert.equal(no.kind, 'refused')
    const yes = await one.press(button(told.reply, 'Approve'), { actor: ADMIN, place })
    await one.work()
    assert.equal((await one.job(yes.job)).state, 'done')
    const { footer } = await one.words(yes.job)
    assert.equal(
      footer,
      `${yes.job} · approved by Person 200 (discord:200)`,
      'whoever asked sees who',
    )
  }
  assert.equal((await one.ask('openclaw turn', {}, { actor: OPERATOR })).kind, 'queued')
})

test('guards: what was queued or asked before is refused once more is asked for', async () => {
  const one = await world()
  const queued = await one.ask('openclaw turn', {}, { actor: OPERATOR })
  const waiting = await one.ask('openclaw burn', {}, { actor: OPERATOR })
  const pressed = await one.ask('openclaw burn', {}, { actor: OPERATOR, id: 'i-other' })
  const job = await one.press(button(pressed.reply, 'Confirm'), { actor: OPERATOR })
  await set(one, { of: 'my-openclaw', second: 'changes' })
  const late = await one.press(button(waiting.reply, 'Confirm'), { actor: OPERATOR })
  assert.match(late.reply?.title ?? '', /takes more than a moment ago/)
  await one.work()
  for (const id of [queued.job, job.job]) assert.equal((await one.job(id)).state, 'refused')
})

test('guards: loosening takes another admin of that app; making it stricter does not', async () => {
  const one = await world()
  const half = people.person('700')
  await one.deps.access.grant(people.grantTo(half, 'admin', { apps: ['second-app'] }))
  const guards = async () => (await one.deps.access.fresh()).guards ?? []
  assert.equal(
    (await set(one, { of: 'my-openclaw', second: 'changes' }, { actor: half })).kind,
    'refused',
  )
  assert.equal(
    (await set(one, { of: 'second-app', second: 'changes' }, { actor: half })).kind,
    'reply',
  )
  assert.equal((await guards()).length, 1)
  const told = await set(one, { of: 'second-app', second: 'usual' }, { actor: half })
  const approve = button(told.reply, 'Approve')
  for (const actor of [half, OPERATOR])
    assert.equal((await one.press(approve, { actor })).kind, 'refused')
  assert.equal((await guards()).length, 1)
  await one.press(approve, { actor: ADMIN })
  assert.deepEqual(await guards(), [])
})

test('guards: an admin of the app alone counts as the other one', async () => {
  const one = await createWorld({ registry: registryOf({ ops: [settings] }), settled: false })
  const [first, other] = [people.person('700'), people.person('701')]
  const { access } = one.deps
  await access.trust({ platform: 'telegram', space: '-9' }, 'discord:100')
  const place = { platform: 'telegram', space: '-9', private: false } as const
  const on = { apps: ['second-app'], scope: { platform: 'telegram', space: '-9' } } as const
  const [a, b] = [first, other].map((who) => ({ ...who, platform: 'telegram' as const }))
  assert.ok(a && b)
  for (const actor of [a, b]) await access.grant(people.grantTo(actor, 'admin', on))
  const told = await set(one, { of: 'second-app', second: 'dangerous' }, { actor: a, place })
  assert.equal((await one.press(button(told.reply, 'Approve'), { actor: b, place })).kind, 'reply')
  assert.equal((await access.fresh()).guards?.length, 1)
})

test('guards: a question stands no longer than is settled, and says so', async () => {
  const one = await world()
  await set(one, { stands: '30s' })
  const told = await one.ask('openclaw burn', {}, { actor: OPERATOR })
  assert.match(JSON.stringify(told.reply), /Stands for 30 s/)
  const [pending] = await one.store.list(PENDING)
  const { until = 0 } = (pending?.value ?? {}) as Partial<Pending>
  assert.equal(until - one.clock.now(), 30_000)
  await one.clock.advance(31_000)
  const late = await one.press(button(told.reply, 'Confirm'), { actor: OPERATOR })
  assert.equal(late.kind, 'refused')
  for (const stands of ['16m', '29s', '901s', '0m', '1h', 'x']) {
    const wrong = await set(one, { stands })
    assert.equal(
      wrong.reply?.title,
      'stands: write a time from 30s to 15m like 90s or 5m, or usual.',
    )
  }
  for (const stands of ['30s', '900s', '15m', '90s', 'usual'])
    assert.notEqual((await set(one, { stands })).reply?.tone, 'error', stands)
})

test('guards: a time that is settled while a question waits counts for that, too', async () => {
  const setUp = async (ms: number) => {
    const world = await createWorld({ registry: await loadCommands() })
    const wish = { who: 'discord:42', role: 'viewer' }
    const told = await world.ask('ops access allow', wish, { actor: people.ADMIN })
    await world.clock.advance(ms)
    const on = `discord:${people.GUILD}`
    await world.deps.access.guard({ on, second: null, standsMs: 30_000, by: 'x' })
    return world.press(button(told.reply, 'Confirm'), { actor: people.ADMIN })
  }
  assert.equal((await setUp(29_000)).reply?.title, 'Allowed')
  assert.match((await setUp(30_000)).reply?.title ?? '', /used up or too old/)
})

test('guards: of a whole guild; another guild is an owner’s', async () => {
  const one = await world()
  const there = `discord:${people.ELSEWHERE.space}`
  const no = await set(one, { place: there, second: 'changes' })
  assert.equal(no.reply?.title, 'Only an owner can change another place.')
  await set(one, { place: 'guild', second: 'changes' })
  const place = { ...HERE, room: '999' }
  const told = await one.ask('openclaw turn', {}, { actor: OPERATOR, place })
  assert.match(JSON.stringify(told.reply), /has to approve/)
  const asked = await set(one, { quiet: true }, { place })
  assert.match(JSON.stringify(asked.reply), /has to approve/, 'settings are changes, too')
})

test('guards: a rule runs nothing by itself that takes a second person', async () => {
  const registry = await loadCommands()
  const at = people.request('openclaw restart', {}, { actor: people.person('3') })
  const there = { ...at, actor: actorOf('operator'), place: GUILD }
  const may = (guards: readonly Guard[]) => {
    const world = { registry, apps: ['a'], state: { ...state(false), guards }, now: 0 }
    const assessed = assess(world, there)
    return assessed.ok && mayAlone(assessed)
  }
  assert.deepEqual(
    [may([]), may([ROOM]), may([guard('app:a', { second: 'changes' })])],
    [true, false, false],
  )
})

test('guards: what was changed is in the record, before and after', async () => {
  const one = await world()
  await set(one, { of: 'second-app', second: 'changes', stands: '30s' })
  await set(one, { quiet: true, lines: 200 })
  const entries = one.audited.filter(({ event }) => event === 'finished')
  assert.deepEqual(
    entries.map(({ verb, app, plan }) => [verb, app, plan?.facts]),
    [
      [
        'ops settings',
        'second-app',
        ['second-app app:second-app: as usual → second person: every change, questions stand 30 s'],
      ],
      [
        'ops settings',
        null,
        [
          `discord:${HERE.space}/910 quiet: as usual → true`,
          `discord:${HERE.space}/910 lines: as usual → 200`,
        ],
      ],
    ],
  )
})

test('guards: they go along when a group moves', async () => {
  const one = await createWorld({ registry: registryOf({ ops: [settings] }) })
  const { access } = one.deps
  await access.guard({ on: scopeOf('5'), second: 'changes', standsMs: null, by: 'x' })
  await access.guard({ on: scopeOf(), second: 'dangerous', standsMs: null, by: 'x' })
  await access.guard({ on: 'app:a', second: 'dangerous', standsMs: null, by: 'x' })
  await access.trust({ platform: 'telegram', space: '-9' }, 'x')
  await access.move({ platform: 'telegram', space: '-9' }, '-100')
  const { guards = [] } = await access.fresh()
  assert.deepEqual(guards.map(({ on }) => on).toSorted(), [
    'app:a',
    'telegram:-100',
    'telegram:-100/5',
  ])
})
const scopeOf = (room?: string) => (room === undefined ? 'telegram:-9' : `telegram:-9/${room}`)
