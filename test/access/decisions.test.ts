import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccessState, Grant } from '../../src/core/access.ts'
import { weightOf } from '../../src/core/assess.ts'
import { leastRole } from '../../src/core/command.ts'
import type { Actor, Place } from '../../src/core/invocation.ts'
import { decide } from '../../src/core/policy.ts'
import { loadCommands } from '../../src/load-commands.ts'

/*
 * Every command × every role × every kind of place × frozen or not, as the registry has them: a command that is added shows up in the golden
 * table, whoever it lets in. Surfaces (slash, words, buttons, modals, console) all end in the same call; that they do is test/core/dispatcher.
 */

const APPS = ['my-openclaw'] as const
const ROLES = ['nobody', 'viewer', 'responder', 'operator', 'admin', 'owner'] as const
type Who = (typeof ROLES)[number]
const GUILD: Place = { platform: 'discord', space: '9', room: '91', private: false }
const PLACES: Readonly<Record<string, Place>> = {
  room: GUILD,
  thread: { ...GUILD, room: '99', parent: '91' },
  capped: { ...GUILD, room: '92' },
  strange: { ...GUILD, space: '8' },
  private: { platform: 'discord', space: '5', private: true },
}
const idOf = (who: Who): string => String(ROLES.indexOf(who))
const actorOf = (who: Who): Actor => ({ platform: 'discord', id: idOf(who), name: who, roles: [] })
const grant = (role: Grant['role'], id: string): Grant => ({
  id: `G-${role}-${id}`,
  subject: { kind: 'user', platform: 'discord', id },
  role,
  apps: '*',
  scope: { platform: 'discord', space: '9' },
  deny: false,
  until: null,
  by: 'discord:5',
  at: 0,
  reason: null,
})
const GIVEN = ['viewer', 'responder', 'operator', 'admin'] as const
const ceiling = (room: string) => ({
  scope: { platform: 'discord', space: '9', room } as const,
  role: 'responder' as const,
  until: null,
  by: 'discord:5',
  at: 0,
  reason: null,
})
const state = (isFrozen: boolean): AccessState => ({
  owners: ['discord:5'],
  trusted: [{ platform: 'discord', space: '9', by: 'discord:5', at: 0 }],
  grants: [...GIVEN.map((role) => grant(role, idOf(role))), grant('admin', '7')],
  ceilings: [ceiling('92')],
  links: [],
  freeze: isFrozen ? { by: 'discord:5', name: 'Olga', at: 0, reason: 'a test' } : null,
})

const registry = await loadCommands()
const LETTER = { none: 'yes', button: 'C', typed: 'T', second: 'P' } as const

function verdict(path: string, who: Who, place: Place, isFrozen: boolean): string {
  const entry = registry.get(path)
  assert.ok(entry)
  const decision = decide(state(isFrozen), {
    actor: actorOf(who),
    place,
    verb: path,
    role: leastRole(entry.command),
    ...weightOf(entry.command, {}),
    app: path.startsWith('openclaw ') ? APPS[0] : null,
    now: 0,
  })
  if (decision.verdict === 'deny') return decision.axis === 'frozen' ? '*' : '-'
  return decision.verdict === 'allow' ? 'yes' : LETTER[decision.confirm]
}

const row = (path: string, place: Place, isFrozen: boolean): string =>
  ROLES.map((who) => verdict(path, who, place, isFrozen).padEnd(5)).join('')

for (const [name, place] of Object.entries(PLACES))
  for (const isFrozen of [false, true])
    test(`decisions: ${name}${isFrozen ? ', frozen' : ''}`, (t) => {
      const head = `${'command'.padEnd(28)}${ROLES.map((who) => who.slice(0, 4).padEnd(5)).join('')}`
      const rows = [...registry.keys()]
        .toSorted()
        .map((path) => `${path.padEnd(28)}${row(path, place, isFrozen)}`.trimEnd())
      const table = [head, ...rows, ''].join('\n')
      t.assert.snapshot(table, { serializers: [(value) => String(value)] })
    })

test('decisions: nobody without a grant runs anything in a trusted place, and only owners open a strange one', () => {
  for (const path of registry.keys()) {
    assert.equal(verdict(path, 'nobody', GUILD, false), '-', path)
    for (const who of ROLES) {
      const opens = who === 'owner' && path === 'ops access trust'
      const { strange = GUILD } = PLACES
      assert.equal(verdict(path, who, strange, false) !== '-', opens, `${path} ${who}`)
    }
  }
})

test('decisions: a thread is as its channel, more role is never less, and a ceiling holds for owners', () => {
  const { thread = GUILD, capped = GUILD } = PLACES
  for (const path of registry.keys()) {
    assert.equal(row(path, thread, false), row(path, GUILD, false), path)
    const may = ROLES.map((who) => verdict(path, who, GUILD, false) !== '-')
    assert.deepEqual(
      may,
      may.toSorted((a, b) => Number(a) - Number(b)),
      path,
    )
    const owner = verdict(path, 'owner', capped, false)
    assert.equal(owner, owner === '-' ? '-' : verdict(path, 'responder', capped, false), path)
  }
})

test('decisions: frozen, what changes the deployment is stopped for everybody, and reads are as before', () => {
  for (const { path, command } of registry.values()) {
    const { risk } = weightOf(command, {})
    const before = row(path, GUILD, false)
    const after = row(path, GUILD, true)
    if (risk === 'read' || path === 'ops unfreeze') assert.equal(after, before, path)
    else assert.doesNotMatch(after, /yes|[CTP]/, path)
  }
})
