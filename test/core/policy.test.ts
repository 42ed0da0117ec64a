import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { AccessState, Ceiling, Freeze, Grant, Link, Subject } from '../../src/core/access.ts'
import { type Confirm, type Role, ROLES } from '../../src/core/command.ts'
import type { Actor, Place } from '../../src/core/invocation.ts'
import { decide, type Question } from '../../src/core/policy.ts'
import { runs } from '../helpers/runs.ts'

const NOW = 1_000_000
const GUILD: Place = { platform: 'discord', space: '9', room: '91', private: false }
const ANN: Actor = { platform: 'discord', id: '1', name: 'Ann', roles: ['77'] }
const user = (id: string): Subject => ({ kind: 'user', platform: 'discord', id })

const grant = (more: Partial<Grant> = {}): Grant => ({
  id: 'G-1',
  subject: user('1'),
  role: 'viewer',
  apps: '*',
  scope: { platform: 'discord', space: '9' },
  deny: false,
  until: null,
  by: 'discord:5',
  at: 0,
  reason: null,
  ...more,
})
const state = (grants: readonly Grant[], more: Partial<AccessState> = {}): AccessState => ({
  owners: ['discord:5', 'telegram:6'],
  trusted: [{ platform: 'discord', space: '9', by: 'discord:5', at: 0 }],
  grants,
  ceilings: [],
  links: [],
  freeze: null,
  ...more,
})
const ask = (more: Partial<Question> = {}): Question => ({
  actor: ANN,
  place: GUILD,
  verb: 'openclaw restart',
  role: 'viewer',
  confirm: 'none',
  app: 'a',
  now: NOW,
  ...more,
})
const axis = (given: AccessState | undefined, question: Question): string => {
  const decision = decide(given, question)
  return decision.verdict === 'deny' ? decision.axis : decision.verdict
}

const GIVEN = ['viewer', 'responder', 'operator', 'admin'] as const
for (const held of GIVEN)
  for (const needed of ROLES) {
    const enough = ROLES.indexOf(held) >= ROLES.indexOf(needed)
    test(`policy: ${held} asks for what ${needed} may: ${enough ? 'allowed' : 'denied'}`, () => {
      const decision = decide(state([grant({ role: held })]), ask({ role: needed }))
      assert.deepEqual(
        decision,
        enough
          ? { verdict: 'allow', role: held, by: 'G-1' }
          : { verdict: 'deny', axis: 'role', role: held },
      )
    })
  }

const thread: Place = { ...GUILD, room: '500', parent: '91' }
const topic: Place = { platform: 'telegram', space: '-100', room: '7', private: false }
const ownTalk: Place = { platform: 'discord', space: '5', private: true }
const owner: Actor = { ...ANN, id: '5', roles: [] }
const telegramAnn: Actor = { platform: 'telegram', id: '1', name: 'Ann', roles: [] }
const inRoom = (room: string) => grant({ scope: { platform: 'discord', space: '9', room } })
const trustTelegram = [{ platform: 'telegram', space: '-100', by: 'x', at: 0 }] as const
const onTelegram = (room?: string) =>
  grant({
    subject: { kind: 'user', platform: 'telegram', id: '1' },
    scope: { platform: 'telegram', space: '-100', ...(room !== undefined && { room }) },
  })

const TABLE: ReadonlyArray<readonly [string, AccessState | undefined, Partial<Question>, string]> =
  [
    ['no state yet', undefined, {}, 'store'],
    ['no state yet, and an owner', undefined, { actor: owner }, 'store'],
    ['no grant', state([]), {}, 'subject'],
    ['a grant for someone else', state([grant({ subject: user('2') })]), {}, 'subject'],
    ['a place nobody trusts', state([grant()], { trusted: [] }), {}, 'place'],
    ['an owner in a place nobody trusts', state([], { trusted: [] }), { actor: owner }, 'place'],
    [
      'an owner opening a place',
      state([], { trusted: [] }),
      { actor: owner, verb: 'ops access trust', role: 'owner' },
      'allow',
    ],
    [
      'an admin opening a place',
      state([grant({ role: 'admin' })], { trusted: [] }),
      { verb: 'ops access trust', role: 'owner' },
      'place',
    ],
    ['an owner in a trusted place', state([]), { actor: owner, role: 'owner' }, 'allow'],
    ['an owner alone with the bot', state([]), { actor: owner, place: ownTalk }, 'allow'],
    ['a talk with someone else', state([grant()]), { place: { ...ownTalk, space: '1' } }, 'place'],
    [
      'the owner of another platform with the same id',
      state([]),
      { actor: { ...ANN, id: '6' } },
      'subject',
    ],
    ['another guild', state([grant()]), { place: { ...GUILD, space: '8' } }, 'place'],
    [
      'a trusted guild, but a grant in another',
      state([grant({ scope: { platform: 'discord', space: '8' } })]),
      {},
      'subject',
    ],
    ['the room of the grant', state([inRoom('91')]), {}, 'allow'],
    ['another room', state([inRoom('92')]), {}, 'subject'],
    ['a thread below the room', state([inRoom('91')]), { place: thread }, 'allow'],
    ['a thread itself', state([inRoom('500')]), { place: thread }, 'allow'],
    ['a thread elsewhere', state([inRoom('92')]), { place: thread }, 'subject'],
    ['the room above a thread', state([inRoom('500')]), {}, 'subject'],
    [
      'the topic of the grant',
      state([onTelegram('7')], { trusted: trustTelegram }),
      { place: topic, actor: telegramAnn },
      'allow',
    ],
    [
      'another topic',
      state([onTelegram('8')], { trusted: trustTelegram }),
      { place: topic, actor: telegramAnn },
      'subject',
    ],
    [
      'a chat with all its topics',
      state([onTelegram()], { trusted: trustTelegram }),
      { place: topic, actor: telegramAnn },
      'allow',
    ],
    [
      'the same number on the other platform',
      state([grant({ scope: { platform: 'telegram', space: '-100' } })], {
        trusted: trustTelegram,
      }),
      { place: topic, actor: telegramAnn },
      'subject',
    ],
    ['a Discord role', state([grant({ subject: { kind: 'role', id: '77' } })]), {}, 'allow'],
    ['a role they lack', state([grant({ subject: { kind: 'role', id: '78' } })]), {}, 'subject'],
    [
      'a role outside Discord',
      state([{ ...onTelegram(), subject: { kind: 'role', id: '77' } }], { trusted: trustTelegram }),
      { place: topic, actor: { ...telegramAnn, roles: ['77'] } },
      'subject',
    ],
    ['a grant with time left', state([grant({ until: NOW + 1 })]), {}, 'allow'],
    ['a grant that ends now', state([grant({ until: NOW })]), {}, 'subject'],
    ['the app of the grant', state([grant({ apps: ['a', 'b'] })]), {}, 'allow'],
    ['another app', state([grant({ apps: ['b'] })]), {}, 'app'],
    ['no app', state([grant({ apps: ['b'] })]), { app: null }, 'allow'],
    ['all apps, with a grant for one', state([grant({ apps: ['a'] })]), { app: '*' }, 'app'],
    ['all apps', state([grant()]), { app: '*' }, 'allow'],
    [
      'anybody known, whatever the app',
      state([grant({ apps: ['b'] })]),
      { role: 'known' },
      'allow',
    ],
    ['a denial', state([grant(), grant({ deny: true })]), {}, 'denied'],
    ['a denial alone', state([grant({ deny: true })]), {}, 'denied'],
    ['a denial of the app', state([grant(), grant({ deny: true, apps: ['a'] })]), {}, 'denied'],
    ['a denial of another app', state([grant(), grant({ deny: true, apps: ['b'] })]), {}, 'allow'],
    [
      'a denial of one app, asked about none',
      state([grant(), grant({ deny: true, apps: ['b'] })]),
      { app: null },
      'allow',
    ],
    [
      'a denial of one app, asked about all',
      state([grant(), grant({ deny: true, apps: ['b'] })]),
      { app: '*' },
      'denied',
    ],
    ['a denial of the app alone', state([grant({ deny: true, apps: ['b'] })]), {}, 'subject'],
    [
      'a denial by role beats a grant by name',
      state([grant({ role: 'admin' }), grant({ deny: true, subject: { kind: 'role', id: '77' } })]),
      {},
      'denied',
    ],
    ['a denial that is over', state([grant(), grant({ deny: true, until: NOW })]), {}, 'allow'],
    ['a denial in another room', state([grant(), { ...inRoom('92'), deny: true }]), {}, 'allow'],
    [
      'a denied owner',
      state([grant({ deny: true, subject: user('5') })]),
      { actor: owner },
      'allow',
    ],
  ]
for (const [name, given, question, verdict] of TABLE)
  test(`policy: ${name}: ${verdict}`, () => assert.equal(axis(given, ask(question)), verdict))

test('policy: the console is the local owner, even before the store answers', () => {
  const console = { ...ANN, platform: 'console' as const }
  for (const given of [undefined, state([])])
    assert.equal(axis(given, ask({ actor: console, role: 'owner' })), 'allow')
})

test('policy: the best of several grants counts', () => {
  const grants = [
    grant(),
    grant({ id: 'G-2', role: 'admin' }),
    grant({ id: 'G-3', role: 'operator' }),
  ]
  assert.deepEqual(decide(state(grants), ask()), { verdict: 'allow', role: 'admin', by: 'G-2' })
})

const admin = (id: string, more: Partial<Grant> = {}) =>
  grant({ role: 'admin', subject: user(id), ...more })
const alone = { owners: ['telegram:6'] }
const SECONDS: ReadonlyArray<readonly [string, AccessState, Confirm]> = [
  ['one admin and no owner here', state([admin('1')], alone), 'typed'],
  ['one admin and an owner here', state([admin('1')]), 'second'],
  ['two admins', state([admin('1'), admin('2')], alone), 'second'],
  ['the same admin twice', state([admin('1'), admin('1', { apps: ['a'] })], alone), 'typed'],
  ['an operator besides', state([admin('1'), admin('2', { role: 'operator' })], alone), 'typed'],
  ['an admin whose time is over', state([admin('1'), admin('2', { until: NOW })], alone), 'typed'],
  ['an admin of another app', state([admin('1'), admin('2', { apps: ['b'] })], alone), 'typed'],
  [
    'an admin of another room',
    state(
      [admin('1'), admin('2', { scope: { platform: 'discord', space: '9', room: '92' } })],
      alone,
    ),
    'typed',
  ],
  [
    'an admin of another guild',
    state([admin('1'), admin('2', { scope: { platform: 'discord', space: '8' } })], alone),
    'typed',
  ],
  [
    'an admin who is denied',
    state([admin('1'), admin('2'), admin('2', { deny: true })], alone),
    'typed',
  ],
  [
    'a Discord role of admins',
    state([admin('1'), admin('2', { subject: { kind: 'role', id: '78' } })], alone),
    'second',
  ],
]
for (const [name, given, confirm] of SECONDS)
  test(`policy: a second person with ${name}: ${confirm}`, () => {
    const decision = decide(given, ask({ role: 'admin', confirm: 'second' }))
    assert.equal(decision.verdict === 'need' && decision.confirm, confirm)
  })

for (const confirm of ['button', 'typed'] as const)
  test(`policy: ${confirm} is asked of everybody, owners and the console too`, () => {
    const people = [ANN, owner, { ...ANN, platform: 'console' as const }]
    for (const actor of people) {
      const decision = decide(state([admin('1')]), ask({ actor, confirm }))
      assert.equal(decision.verdict === 'need' && decision.confirm, confirm)
    }
  })

/** The rules of DESIGN §8 once more, as lists of conditions and without anything from the code they check. */
function oracle(given: AccessState, question: Question): 'yes' | 'no' | 'alone' {
  const { actor, place, app, now, role, verb, confirm, risk } = question
  const ladder = ['known', 'viewer', 'responder', 'operator', 'admin', 'owner']
  const here = (scope: Grant['scope'], until: number | null) => {
    if (until !== null && until <= now) return false
    if (scope.platform !== place.platform || scope.space !== place.space) return false
    return scope.room === undefined || scope.room === place.room || scope.room === place.parent
  }
  const mayBe = (subject: Grant['subject'], role: string, space: string) =>
    subject.kind === 'role' && subject.id === space ? 1 : ladder.indexOf(role)
  let most = 5
  for (const { scope, role: top, until } of given.ceilings)
    if (here(scope, until)) most = Math.min(most, ladder.indexOf(top))
  const me = `${actor.platform}:${actor.id}`
  const isOwner = given.owners.some((key) => key === me)
  const isConsole = actor.platform === 'console'
  let open = isConsole || (isOwner && place.private) || (isOwner && verb === 'ops access trust')
  for (const one of given.trusted)
    if (one.platform === place.platform && one.space === place.space) open = true
  const byCode = !open && verb === 'ops access trust' && question.code === true
  if (!open && !byCode) return 'no'
  let best = isOwner || isConsole ? 5 : byCode ? 0 : -1
  for (const one of best >= 0 ? [] : given.grants) {
    if (!here(one.scope, one.until)) continue
    const named = one.subject.kind === 'user' && one.subject.platform === actor.platform
    const them = named ? one.subject.id === actor.id : false
    const guild = one.subject.kind === 'role' && place.platform === 'discord'
    const member = guild && actor.platform === 'discord'
    const everybody = one.subject.id === place.space && !place.private
    if (!them && !(member && (actor.roles.includes(one.subject.id) || everybody))) continue
    const all = one.apps === '*'
    const its = app !== null && app !== '*' && one.apps !== '*' && one.apps.includes(app)
    if (one.deny && (all || its || app === '*')) return 'no'
    if (one.deny) continue
    if (all || its || app === null || role === 'known')
      best = Math.max(best, mayBe(one.subject, one.role, one.scope.space))
  }
  if (best < 0 || Math.min(best, most) < ladder.indexOf(role)) return 'no'
  if (risk !== 'read' && given.freeze !== null && verb !== 'ops unfreeze') return 'no'
  if (confirm !== 'second') return 'yes'
  const mine = [me]
  for (const { accounts } of given.links)
    if (accounts[0] === me || accounts[1] === me) mine.push(...accounts)
  const wanted = ladder.indexOf(question.approver ?? role)
  // Alone, and not one who could have approved it for somebody else.
  const alone = Math.min(best, most) < wanted ? 'no' : 'alone'
  if (most < wanted) return alone
  for (const key of given.owners)
    if (key.split(':')[0] === place.platform && !mine.includes(key)) return 'yes'
  for (const one of given.grants) {
    if (one.deny || !here(one.scope, one.until)) continue
    const spot = `${one.scope.platform}:${one.scope.space}`
    const whom = one.subject.kind === 'role' ? 'role' : one.subject.platform
    if (given.gone?.includes(spot) || given.gone?.includes(`${spot} ${whom}:${one.subject.id}`))
      continue
    if (mayBe(one.subject, one.role, one.scope.space) < wanted) continue
    const covers = one.apps === '*' || (app !== null && app !== '*' && one.apps.includes(app))
    if (!covers) continue
    const same = (other: Grant) => JSON.stringify(other.subject) === JSON.stringify(one.subject)
    const struck = given.grants.some(
      (other) =>
        other.deny &&
        same(other) &&
        here(other.scope, other.until) &&
        (other.apps === '*' || app === '*' || (app !== null && other.apps.includes(app))),
    )
    if (struck) continue
    if (one.subject.kind === 'role') return 'yes'
    if (!mine.includes(`${one.subject.platform}:${one.subject.id}`)) return 'yes'
  }
  return alone
}

const PLATFORM = fc.constantFrom('discord' as const, 'telegram' as const, 'console' as const)
const ID = fc.constantFrom('1', '2', '3')
const SPACE = fc.constantFrom('8', '9')
const ROOM = fc.option(fc.constantFrom('91', '92'), { nil: undefined })
const APP = fc.constantFrom('a', 'b')
const UNTIL = fc.constantFrom(null, NOW - 1, NOW, NOW + 1)

const without = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const GRANT: fc.Arbitrary<Grant> = fc
  .record({
    id: fc.constantFrom('G-1', 'G-2'),
    subject: fc.oneof(
      fc.record({ kind: fc.constant('user' as const), platform: PLATFORM, id: ID }),
      fc.record({ kind: fc.constant('role' as const), id: ID }),
    ),
    role: fc.constantFrom(...GIVEN),
    apps: fc.oneof(fc.constant('*' as const), fc.subarray(['a', 'b'])),
    scope: fc.record({ platform: PLATFORM, space: SPACE, room: ROOM }),
    deny: fc.boolean(),
    until: UNTIL,
    by: ID,
    at: fc.nat(),
    reason: fc.constant(null),
    elevation: fc.option(fc.record({ approvedBy: fc.option(ID) }), { nil: undefined }),
  })
  .map((value) => without(value) as Grant)
const CEILING: fc.Arbitrary<Ceiling> = fc
  .record({
    scope: fc.record({ platform: PLATFORM, space: SPACE, room: ROOM }),
    role: fc.constantFrom(...GIVEN),
    until: UNTIL,
    by: ID,
    at: fc.nat(),
    reason: fc.constant(null),
  })
  .map((value) => without(value) as Ceiling)
const ACCOUNT = fc.constantFrom('discord:1', 'discord:2', 'telegram:1', 'telegram:3')
const LINK: fc.Arbitrary<Link> = fc.record({ accounts: fc.tuple(ACCOUNT, ACCOUNT), at: fc.nat() })
const FREEZE: Freeze = { by: 'discord:1', name: 'Ann', at: 0, reason: 'a test' }
const STATE: fc.Arbitrary<AccessState> = fc.record({
  owners: fc.subarray(['discord:1', 'telegram:1', 'discord:2']),
  trusted: fc.array(fc.record({ platform: PLATFORM, space: SPACE, by: ID, at: fc.nat() }), {
    maxLength: 3,
  }),
  grants: fc.array(GRANT, { maxLength: 5 }),
  ceilings: fc.array(CEILING, { maxLength: 2 }),
  links: fc.array(LINK, { maxLength: 2 }),
  freeze: fc.option(fc.constant(FREEZE)),
  gone: fc.subarray([
    'discord:9',
    'discord:8 discord:2',
    'discord:9 discord:3',
    'discord:9 role:2',
  ]),
})
const QUESTION: fc.Arbitrary<Question> = fc
  .record({
    actor: fc.record({
      platform: PLATFORM,
      id: ID,
      name: fc.constant('x'),
      roles: fc.subarray(['1', '2', '3']),
    }),
    place: fc.record({
      platform: PLATFORM,
      space: SPACE,
      room: ROOM,
      parent: ROOM,
      private: fc.boolean(),
    }),
    verb: fc.constantFrom('openclaw restart', 'ops access trust', 'ops help', 'ops unfreeze'),
    role: fc.constantFrom<Role>(...ROLES),
    confirm: fc.constantFrom<Confirm>('none', 'button', 'typed', 'second'),
    app: fc.option(fc.oneof(APP, fc.constant('*')), { nil: null }),
    now: fc.constant(NOW),
    risk: fc.constantFrom('read' as const, 'change' as const, 'dangerous' as const),
    approver: fc.option(fc.constantFrom<Role>('operator', 'admin'), { nil: undefined }),
    code: fc.option(fc.constant(true), { nil: undefined }),
  })
  .map((value) => without(value) as Question)

test('policy: it says the same as the rules written down a second time', () => {
  fc.assert(
    fc.property(STATE, QUESTION, (given, question) => {
      const decision = decide(given, question)
      const alone = decision.verdict === 'need' && decision.reason === true
      const seen = decision.verdict === 'deny' ? 'no' : alone ? 'alone' : 'yes'
      assert.equal(seen, oracle(given, question))
    }),
    { numRuns: runs(20_000) },
  )
})

test('policy: a confirmation is never left out, and only a second person can become typed', () => {
  fc.assert(
    fc.property(STATE, QUESTION, (given, question) => {
      const decision = decide(given, question)
      if (decision.verdict === 'deny') return
      const { confirm } = question
      assert.equal(decision.verdict, confirm === 'none' ? 'allow' : 'need')
      if (decision.verdict !== 'need' || decision.confirm === confirm) return
      assert.deepEqual([confirm, decision.confirm], ['second', 'typed'])
    }),
    { numRuns: runs(5000) },
  )
})

test('policy: it answers for whatever it is given, and taking grants away never allows more', () => {
  fc.assert(
    fc.property(fc.option(STATE, { nil: undefined }), QUESTION, fc.nat(), (given, question, n) => {
      const verdict = decide(given, question).verdict
      if (given === undefined || verdict !== 'deny' || given.grants.length === 0) return
      // Without the only other admin, one who could approve alone may: with a reason, and that is weighed elsewhere.
      const gone = given.grants[n % given.grants.length]
      if (gone?.deny) return
      const fewer = { ...given, grants: given.grants.filter((one) => one !== gone) }
      assert.equal(decide(fewer, question).verdict, 'deny')
    }),
    { numRuns: runs(5000) },
  )
})

const RULES: ReadonlyArray<readonly [string, AccessState, Partial<Question>, string]> = [
  ['everybody as admin, looking', everybody('admin'), { role: 'viewer', actor: nobody() }, 'allow'],
  ['everybody as admin, changing', everybody('admin'), { role: 'operator' }, 'role'],
  ['an owner under a ceiling', capped('viewer'), { actor: owner, role: 'operator' }, 'ceiling'],
  ['an owner at the ceiling', capped('operator'), { actor: owner, role: 'operator' }, 'allow'],
  [
    'a thread under the ceiling of its channel',
    capped('viewer', '91'),
    { actor: owner, role: 'operator', place: thread },
    'ceiling',
  ],
  ['another room’s ceiling', capped('viewer', '92'), { actor: owner, role: 'operator' }, 'allow'],
  ['a change while frozen', frozen(), { actor: owner, risk: 'change' }, 'frozen'],
  ['a look while frozen', frozen(), { actor: owner, risk: 'read' }, 'allow'],
  [
    'lifting the freeze',
    frozen(),
    { actor: owner, risk: 'dangerous', verb: 'ops unfreeze' },
    'allow',
  ],
  [
    'a change from the console while frozen',
    frozen(),
    { actor: { ...ANN, platform: 'console' }, risk: 'change' },
    'frozen',
  ],
  [
    'a stranger with a code',
    state([], { trusted: [] }),
    { verb: 'ops access trust', role: 'known', code: true },
    'allow',
  ],
  [
    'a stranger with a code, for something else',
    state([], { trusted: [] }),
    { verb: 'ops access allow', role: 'known', code: true },
    'place',
  ],
]
function everybody(role: Grant['role']): AccessState {
  return state([grant({ role, subject: { kind: 'role', id: '9' } })])
}
function nobody(): Actor {
  return { ...ANN, id: '4', roles: [] }
}
function capped(role: Grant['role'], room?: string): AccessState {
  const scope = { platform: 'discord', space: '9', ...(room !== undefined && { room }) } as const
  return state([], {
    ceilings: [{ scope, role, until: null, by: 'discord:5', at: 0, reason: null }],
  })
}
function frozen(): AccessState {
  return state([], { freeze: { by: 'discord:5', name: 'Olga', at: 0, reason: 'a leak' } })
}
for (const [name, given, question, verdict] of RULES)
  test(`policy: ${name}: ${verdict}`, () => assert.equal(axis(given, ask(question)), verdict))

test('policy: nothing is changed while the store is unknown, not even from the console', () => {
  const console = { ...ANN, platform: 'console' as const }
  assert.equal(axis(undefined, ask({ actor: console, role: 'owner', risk: 'change' })), 'store')
})

test('policy: linked accounts are one human, who cannot be their own second person', () => {
  const links = [{ accounts: ['discord:1', 'discord:2'] as const, at: 0 }]
  const both = state([admin('1'), admin('2')], { ...alone, links })
  const decision = decide(both, ask({ role: 'admin', confirm: 'second' }))
  assert.equal(decision.verdict === 'need' && decision.confirm, 'typed')
})

test('policy: whoever asks for more than they have never approves it alone', () => {
  const asked = ask({ role: 'operator', approver: 'admin', confirm: 'second' })
  const only = state([grant({ role: 'operator' })], alone)
  assert.equal(axis(only, asked), 'second')
  assert.equal(axis(state([grant({ role: 'operator' }), admin('2')], alone), asked), 'need')
})
