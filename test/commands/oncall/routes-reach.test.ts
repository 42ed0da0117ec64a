import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Actor, Invocation } from '../../../src/core/invocation.ts'
import { ADMIN, GUILD, grantTo, person } from '../../helpers/people.ts'
import { deskWorld } from './desk-world.ts'

/* What is of the whole guild or chat, or of another room, is not for who rules one room; what is of all apps not for who rules some. */

const ROOM = person('700')
const PART = person('701')

async function setup() {
  const one = await deskWorld()
  const { access } = one.deps
  const scope = { platform: 'discord', space: GUILD, room: '910' } as const
  await access.grant(grantTo(ROOM, 'admin', { scope }))
  await access.grant(grantTo(PART, 'admin', { apps: ['second-app'] }))
  const other = { source: 'watch', place: '<#911>' }
  await one.confirmed('oncall route add', other, { actor: ADMIN })
  return one
}

const ADD = 'oncall route add'
const REMOVE = 'oncall route remove'
const RULE = 'oncall rule'
const SET = 'oncall schedule set'
const CASES: ReadonlyArray<
  readonly [what: string, by: Actor, command: string, input: Invocation['input'], ok: boolean]
> = [
  ['a room’s admin, a route here', ROOM, ADD, { source: 'watch' }, true],
  ['… into another room', ROOM, ADD, { source: 'alertmanager', place: '<#911>' }, false],
  ['… of another room', ROOM, REMOVE, { source: 'watch', place: '<#911>' }, false],
  ['… a rule of the watcher', ROOM, RULE, { id: 'watch', off: true }, false],
  ['… who is on call', ROOM, SET, { people: 'discord:300' }, false],
  ['an app’s admin, a route of all', PART, ADD, { source: 'watch' }, false],
  ['… of theirs', PART, ADD, { source: 'watch', app: 'second-app' }, true],
  ['… a rule of the watcher', PART, RULE, { id: 'watch', off: true }, false],
  ['… who is on call', PART, SET, { people: 'discord:300' }, true],
  [
    'the guild’s, a route of another room',
    ADMIN,
    REMOVE,
    { source: 'watch', place: '<#911>' },
    true,
  ],
  ['… a rule of the watcher', ADMIN, RULE, { id: 'watch', off: true }, true],
  ['… who is on call', ADMIN, SET, { people: 'discord:300' }, true],
]
for (const [what, actor, command, input, ok] of CASES)
  test(`reach: ${what}: ${ok ? 'done' : 'refused'}`, async () => {
    const one = await setup()
    if (ok) {
      const { said } = await one.confirmed(command, input, { actor })
      return assert.equal(said.tone, 'ok', said.title)
    }
    const { title } = await one.say(command, input, { actor })
    assert.match(title, /^Person \d+ is not admin of .* so nothing was changed\.$/)
  })
