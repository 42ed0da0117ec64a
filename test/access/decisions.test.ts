import assert from 'node:assert/strict'
import { test } from 'node:test'
import { weightOf } from '../../src/core/assess.ts'
import { roleOf } from '../../src/core/command.ts'
import type { Place } from '../../src/core/invocation.ts'
import type { OptionSpec } from '../../src/core/options.ts'
import { decide } from '../../src/core/policy.ts'
import { loadCommands } from '../../src/load-commands.ts'
import { actorOf, APPS, GUILD, PLACES, ROLES, state, type Who } from './everybody.ts'

/*
 * Every command × every role × every kind of place × frozen or not, as the registry has them: a command that is added shows up in the golden
 * table, whoever it lets in: one line a command, and one for each option that makes another decision of it. That every surface (slash, words,
 * buttons, modals, completion, help, the worker) says the same is surfaces.test.ts; Telegram's menus are menus.test.ts.
 */

const registry = await loadCommands()
const LETTER = { none: 'y', button: 'C', typed: 'T', second: 'P' } as const

type Given = Readonly<Record<string, unknown>>

function verdict(
  path: string,
  who: Who,
  place: Place,
  isFrozen: boolean,
  given: Given = {},
): string {
  const entry = registry.get(path)
  assert.ok(entry)
  const decision = decide(state(isFrozen), {
    actor: actorOf(who),
    place,
    verb: path,
    role: roleOf(entry.command, given),
    ...weightOf(entry.command, given),
    app: path.startsWith('openclaw ') ? APPS[0] : null,
    now: 0,
  })
  if (decision.verdict === 'deny') return decision.axis === 'frozen' ? '*' : '-'
  return decision.verdict === 'allow' ? LETTER.none : LETTER[decision.confirm]
}

/** A letter a role, from nobody to owner: y at once, C T P after a confirmation, * frozen, - never. */
const row = (path: string, place: Place, isFrozen: boolean, given: Given = {}): string =>
  ROLES.map((who) => verdict(path, who, place, isFrozen, given)).join('')

/** What may stand behind an option: all that can be chosen, and something of its kind. */
function valuesOf({ type, choices, max }: OptionSpec): readonly unknown[] {
  if (choices.length > 0) return choices
  return type === 'boolean' ? [true] : type === 'string' ? ['x', '1gb'] : [max ?? 1]
}

/** A command as it is typed bare, and with each option that makes another decision of it. */
function variantsOf(path: string): ReadonlyArray<readonly [name: string, given: Given]> {
  const entry = registry.get(path) ?? assert.fail(path)
  const weighed = (given: Given) =>
    JSON.stringify([roleOf(entry.command, given), weightOf(entry.command, given)])
  const seen = new Set([weighed({})])
  const others = entry.options.flatMap((option) =>
    valuesOf(option).flatMap((value) => {
      const given = { [option.name]: value }
      if (seen.has(weighed(given))) return []
      seen.add(weighed(given))
      return [[` ${option.name}=${String(value)}`, given] as const]
    }),
  )
  return [[path, {}], ...others]
}

test('decisions: every command by every role in every kind of place, frozen or not', (t) => {
  const kinds = Object.entries(PLACES).flatMap(([name, place]) => [
    { name, place, isFrozen: false },
    { name: `${name}*`, place, isFrozen: true },
  ])
  const line = (first: string, cells: readonly string[]) =>
    [first.padEnd(26), ...cells.map((cell) => cell.padEnd(8))].join('').trimEnd()
  const rows = [...registry.keys()].toSorted().flatMap((path) =>
    variantsOf(path).map(([name, given]) =>
      line(
        name,
        kinds.map(({ place, isFrozen }) => row(path, place, isFrozen, given)),
      ),
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
