import assert from 'node:assert/strict'
import { test } from 'node:test'
import { weightOf } from '../../src/core/assess.ts'
import { leastRole } from '../../src/core/command.ts'
import type { Place } from '../../src/core/invocation.ts'
import { decide } from '../../src/core/policy.ts'
import { loadCommands } from '../../src/load-commands.ts'
import { actorOf, APPS, GUILD, PLACES, ROLES, state, type Who } from './everybody.ts'

/*
 * Every command × every role × every kind of place × frozen or not, as the registry has them: a command that is added shows up in the golden
 * table, whoever it lets in: one line a command. That every surface (slash, words, buttons, modals, completion, help, the worker) says the
 * same is surfaces.test.ts.
 */

const registry = await loadCommands()
const LETTER = { none: 'y', button: 'C', typed: 'T', second: 'P' } as const

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
  return decision.verdict === 'allow' ? LETTER.none : LETTER[decision.confirm]
}

/** A letter a role, from nobody to owner: y at once, C T P after a confirmation, * frozen, - never. */
const row = (path: string, place: Place, isFrozen: boolean): string =>
  ROLES.map((who) => verdict(path, who, place, isFrozen)).join('')

test('decisions: every command by every role in every kind of place, frozen or not', (t) => {
  const kinds = Object.entries(PLACES).flatMap(([name, place]) => [
    { name, place, isFrozen: false },
    { name: `${name}*`, place, isFrozen: true },
  ])
  const line = (first: string, cells: readonly string[]) =>
    [first.padEnd(26), ...cells.map((cell) => cell.padEnd(8))].join('').trimEnd()
  const rows = [...registry.keys()].toSorted().map((path) =>
    line(
      path,
      kinds.map(({ place, isFrozen }) => row(path, place, isFrozen)),
    ),
  )
  const head = line(
    `${ROLES[0]} … ${ROLES.at(-1)}`,
    kinds.map(({ name }) => name.slice(0, 7)),
  )
  t.assert.snapshot([head, ...rows, ''].join('\n'), { serializers: [String] })
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
    else assert.doesNotMatch(after, /[yCTP]/, path)
  }
})
