import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBuckets } from '../../src/core/buckets.ts'
import { createLimits, LIMITS } from '../../src/core/limits.ts'
import { loadCommands } from '../../src/load-commands.ts'
import {
  ADMIN,
  CONSOLE,
  HERE,
  LOCAL,
  OPERATOR,
  OWNER,
  person,
  STRANGER,
} from '../helpers/people.ts'
import { button, createWorld } from '../helpers/world.ts'

const registry = await loadCommands()
const world = () => createWorld({ registry, limited: true })

test('limits: one plain answer, then silence, and again when time has passed', async () => {
  const one = await world()
  const ask = () => one.ask('ops ping', {}, { actor: OPERATOR })
  for (let i = 0; i < LIMITS.commands.size; i++) assert.equal((await ask()).kind, 'reply')
  const admission = () =>
    one.front.admit({ ...template(one.clock.now()), actor: OPERATOR, command: 'ops ping' })
  const first = admission()
  assert.ok(first.kind === 'refused')
  assert.equal(first.reply.title, 'Slow down: again in 3 s.')
  assert.equal(first.silent, undefined)
  for (let i = 0; i < 50; i++) {
    const later = admission()
    assert.ok(later.kind === 'refused' && later.silent, 'said already')
  }
  const limits = one.audited.filter(({ detail }) => detail === 'limit')
  assert.equal(limits.length, 1, 'the record is not filled either')
  await one.clock.advance(3000)
  assert.equal((await ask()).kind, 'reply', 'one more after the time that was said')
  await one.clock.advance(60_000)
  assert.equal((await ask()).kind, 'reply')
})

const template = (at: number) =>
  ({
    id: `x-${Math.random()}`,
    input: {},
    place: HERE,
    address: { platform: 'discord', chat: '910', user: '1', private: false },
    surface: 'slash',
    locale: 'en',
    at,
  }) as const

test('limits: a stranger makes neither store calls, nor Fly calls, nor endless entries', async () => {
  const one = await world()
  let calls = 0
  one.store.before = () => void calls++
  for (let i = 0; i < 500; i++)
    await one.ask('openclaw restart', { app: 'my-openclaw' }, { actor: STRANGER })
  assert.equal(calls, 0)
  assert.ok(one.audited.length <= LIMITS.failures.size + 2, `${one.audited.length} entries`)
  for (let i = 0; i < 500; i++)
    await one.press(`${'A'.repeat(22)}.0`, { actor: person('601'), place: HERE })
  assert.ok(calls <= LIMITS.presses.size + 1, `${calls} store calls`)
  assert.ok(one.audited.length <= 2 * (LIMITS.failures.size + 2), `${one.audited.length} entries`)
})

test('limits: many strangers leave the others their place', async () => {
  const one = await world()
  for (let i = 0; i < 300; i++) await one.ask('openclaw status', {}, { actor: person(`7${i}`) })
  assert.ok(one.audited.length <= LIMITS.placeFailures.size + 2, `${one.audited.length} entries`)
  assert.equal((await one.ask('openclaw status', {}, { actor: OPERATOR })).kind, 'queued')
})

test('limits: who was refused too often may still do what they may', async () => {
  const one = await world()
  for (let i = 0; i < LIMITS.failures.size + 5; i++)
    await one.ask('openclaw token rotate', {}, { actor: OPERATOR })
  const told = await one.ask('openclaw status', {}, { actor: OPERATOR })
  assert.equal(told.kind, 'queued')
  assert.equal(one.audited.at(-1)?.event, 'accepted')
})

test('limits: an app is not asked more often than it bears, whoever asks; owners are let through', async () => {
  const one = await world()
  for (const actor of [ADMIN, OPERATOR, person('700'), person('701')])
    await one.deps.access.grant({
      subject: { kind: 'user', platform: 'discord', id: actor.id },
      role: 'viewer',
      apps: '*',
      scope: HERE,
      deny: false,
      until: null,
      by: 'discord:100',
      reason: null,
    })
  const kinds: string[] = []
  for (let i = 0; i < 20; i++)
    for (const actor of [ADMIN, OPERATOR, person('700'), person('701')])
      kinds.push((await one.ask('openclaw status', {}, { actor })).kind)
  assert.equal(kinds.filter((kind) => kind === 'queued').length, LIMITS.app.size)
  assert.equal((await one.ask('openclaw status', {}, { actor: OWNER })).kind, 'queued')
})

test('limits: owners have three times as much, the console none, alerts their own', () => {
  const limits = createLimits({ now: () => 0, isOwner: ({ id }) => id === OWNER.id })
  const until = (ask: () => unknown): number => {
    for (let i = 0; i < 1000; i++) if (ask() !== undefined) return i
    return 1000
  }
  const command = 'openclaw status'
  assert.equal(
    until(() => limits.ask({ actor: OPERATOR, place: HERE, command })),
    20,
  )
  assert.equal(
    until(() => limits.ask({ actor: OWNER, place: HERE, command })),
    60,
  )
  assert.equal(
    until(() => limits.ask({ actor: OPERATOR, place: HERE, command: 'oncall ack' })),
    120,
  )
  assert.equal(
    until(() => limits.ask({ actor: LOCAL, place: CONSOLE, command })),
    1000,
  )
  assert.equal(
    until(() => limits.ask({ actor: OPERATOR, place: HERE })),
    40,
  )
  assert.equal(
    until(() => limits.reveal({ actor: OWNER, place: HERE })),
    10,
  )
})

test('limits: memory is bounded, and a full bucket is as good as none', () => {
  let now = 0
  const buckets = createBuckets(() => now)
  for (let i = 0; i < 50_000; i++) buckets.take(`k${i}`, { size: 1, perMs: 1000 })
  assert.ok(buckets.size() <= 20_000)
  const bucket = { size: 2, perMs: 1000 }
  assert.equal(buckets.take('a', bucket), undefined)
  assert.equal(buckets.take('a', bucket), undefined)
  assert.deepEqual(buckets.take('a', bucket), { first: true, waitMs: 500 })
  now = 499
  assert.deepEqual(buckets.take('a', bucket), { first: false, waitMs: 1 })
  now = 500
  assert.equal(buckets.isEmpty('a', bucket), false)
  assert.equal(buckets.take('a', bucket), undefined)
})

test('limits: a confirmed question is not lost to the limit of commands', async () => {
  const one = await world()
  const input = { who: 'discord:42', role: 'viewer' }
  const asked = await one.ask('ops access allow', input, { actor: ADMIN })
  for (let i = 0; i < 40; i++) await one.ask('ops ping', {}, { actor: ADMIN })
  const told = await one.press(button(asked.reply, 'Confirm'), { actor: ADMIN, place: HERE })
  assert.equal(told.reply?.title, 'Allowed')
})
