import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccessState, Grant } from '../../src/core/access.ts'
import { hasSecond } from '../../src/core/reach.ts'
import { hasAdmin, keepAnAdmin, withCeiling, withGrant } from '../../src/core/access-edit.ts'

const SPACE = { platform: 'telegram', space: '-100' } as const
const grant = (more: Partial<Grant> = {}): Grant => ({
  id: 'G-1',
  subject: { kind: 'user', platform: 'telegram', id: '42' },
  role: 'admin',
  apps: '*',
  scope: SPACE,
  deny: false,
  until: null,
  by: 'discord:1',
  at: 0,
  reason: null,
  ...more,
})
const state = (
  grants: readonly Grant[],
  owners: readonly string[] = ['discord:1'],
): AccessState => ({
  owners,
  trusted: [{ ...SPACE, by: 'discord:1', at: 0 }],
  grants,
  ceilings: [],
  links: [],
  freeze: null,
})
const ONE = state([grant()])

const EDITS: ReadonlyArray<readonly [string, AccessState, AccessState, boolean]> = [
  ['the last admin is made viewer', ONE, withGrant(ONE, grant({ role: 'viewer' })), false],
  ['the last admin gets an end', ONE, withGrant(ONE, grant({ until: 5 })), false],
  ['the last admin is denied', ONE, withGrant(ONE, grant({ deny: true })), false],
  [
    'somebody else is denied',
    ONE,
    withGrant(ONE, grant({ deny: true, subject: { kind: 'user', platform: 'telegram', id: '7' } })),
    true,
  ],
  [
    'one of two is denied',
    state([
      grant(),
      grant({ id: 'G-2', subject: { kind: 'user', platform: 'telegram', id: '7' } }),
    ]),
    withGrant(
      state([
        grant(),
        grant({ id: 'G-2', subject: { kind: 'user', platform: 'telegram', id: '7' } }),
      ]),
      grant({ deny: true }),
    ),
    true,
  ],
  ['a ceiling over all of it', ONE, ceiling(ONE), false],
  ['a ceiling over one topic', ONE, ceiling(ONE, '3'), true],
  [
    'the same, with an owner there',
    state([grant()], ['telegram:1']),
    ceiling(state([grant()], ['telegram:1'])),
    true,
  ],
]
function ceiling(from: AccessState, room?: string): AccessState {
  const scope = { ...SPACE, ...(room !== undefined && { room }) }
  return withCeiling(from, { scope, role: 'viewer', until: null, by: 'discord:1', reason: null })
}

for (const [name, before, after, kept] of EDITS)
  test(`an admin stays: ${name}: ${kept ? 'let through' : 'refused'}`, () => {
    assert.equal(hasAdmin(before, SPACE, 0), true)
    const edit = () => keepAnAdmin(before, after, { place: SPACE, now: 0 })
    if (kept) assert.doesNotThrow(edit)
    else assert.throws(edit, { code: 'conflict' })
  })

/** In a guild whose owners are elsewhere, one stroke keeps all of its admins out: the role of everybody is denied. */
test('an admin stays: everybody in a guild is denied: refused; in one room of it: let through', () => {
  const space = { platform: 'discord', space: '9' } as const
  const user = { kind: 'user', platform: 'discord', id: '42' } as const
  const before = state([grant({ subject: user, scope: space })], ['telegram:1'])
  const everybody = { kind: 'role', id: '9' } as const
  const after = (room?: string) => {
    const scope = { ...space, ...(room !== undefined && { room }) }
    return withGrant(before, grant({ subject: everybody, scope, deny: true }))
  }
  assert.deepEqual(
    [before, after(), after('91')].map((one) => hasAdmin(one, space, 0)),
    [true, false, true],
  )
  assert.throws(() => keepAnAdmin(before, after(), { place: space, now: 0 }), { code: 'conflict' })
  const question = {
    actor: { platform: 'discord', id: '7', name: 'Ann', roles: [] },
    place: { ...space, private: false },
    now: 0,
    app: null,
    approver: 'admin',
  } as const
  assert.deepEqual(
    [before, after()].map((one) => hasSecond(one, question)),
    [true, false],
    'nor is anybody of them a second person',
  )
})
