import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { readSchedule } from '../../../src/core/oncall/schedule-store.ts'
import { LostJob } from '../../../src/core/step-errors.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { ADMIN, RESPONDER, VIEWER } from '../../helpers/people.ts'
import { button } from '../../helpers/world.ts'
import { deskWorld } from './desk-world.ts'

const HOUR_MS = 3_600_000
const TWO = { people: 'Ana=discord:400,Ben=telegram:42', from: '17:30 Europe/Berlin' }
const all = (said: SaidReply): string => JSON.stringify(said)

test('schedule set: asks with who is on call before and after, sets it, and the first one is on call at once', async () => {
  const one = await deskWorld()
  const { asked, said } = await one.confirmed('oncall schedule set', TWO, { actor: ADMIN })
  assert.match(asked.title, /Change who is on call/)
  assert.match(all(asked), /nobody: owners and admins are asked.*Ana \(discord:400\)/)
  assert.equal(said.title, 'The schedule is set')
  const { rotations, rev } = await readSchedule(one.store)
  assert.equal(rev, 1)
  assert.deepEqual(rotations, [
    {
      people: [
        { key: 'discord:400', name: 'Ana' },
        { key: 'telegram:42', name: 'Ben' },
      ],
      days: 7,
      anchor: '2026-11-21T17:30',
      zone: 'Europe/Berlin',
      since: rotations[0]?.since ?? 0,
      until: null,
    },
  ])
  const who = await one.say('oncall who', {}, { actor: VIEWER })
  assert.equal(who.title, 'Ana is on call')
  assert.match(all(who), /Sat 2026-11-28 17:30 Europe\/Berlin/)
  assert.match(all(who), /Ben \(telegram:42\)/)
})

test('schedule set: whoever has no role that could acknowledge is named', async () => {
  const one = await deskWorld()
  const asked = await one.say('oncall schedule set', TWO)
  assert.match(all(asked), /could not acknowledge: Ben \(telegram:42\)/)
  assert.doesNotMatch(all(asked), /could not acknowledge: Ana/)
})

test('schedule set: a date is when it begins; until then the rotation before it counts, and what is left out stays', async () => {
  const one = await deskWorld()
  await one.confirmed('oncall schedule set', TWO)
  const later = { people: 'discord:300', from: '2026-12-01T08:00', rotation: 'daily' }
  const { said } = await one.confirmed('oncall schedule set', later)
  assert.match(all(said), /08:00 Europe\/Berlin/)
  const { rotations } = await readSchedule(one.store)
  assert.equal(rotations[1]?.since, Date.UTC(2026, 11, 1, 7))
  assert.equal((await one.say('oncall who')).title, 'Ana is on call')
  await one.clock.advance(9 * 24 * HOUR_MS)
  assert.equal((await one.say('oncall who')).title, 'discord:300 is on call')
})

test('schedule set: somebody else’s change in between is shown again, not overwritten', async () => {
  const one = await deskWorld()
  const asked = await one.say('oncall schedule set', TWO)
  await one.confirmed('oncall schedule set', { people: 'discord:300' }, { actor: ADMIN })
  const told = await one.press(button(asked, 'Confirm'))
  await one.work()
  const again = await one.words(told.job)
  assert.match(again.title, /Change who is on call/)
  assert.match(all(again), /discord:300.*Ana/)
  assert.equal((await readSchedule(one.store)).rev, 1)
})

test('schedule set, route add, route remove: cut off after the change, the run goes on with what was confirmed', async () => {
  const one = await deskWorld('https://ops.example.org')
  for (const [command, input] of [
    ['schedule set', TWO],
    ['route add', { source: 'alertmanager' }],
    ['route remove', { source: 'alertmanager' }],
  ] as const) {
    const asked = await one.say(`oncall ${command}`, input)
    let cut = false
    one.store.before = async (operation, bucket) => {
      const isMark = operation === 'update' && bucket === 'job'
      if (cut || !isMark) return
      const changed = (await one.store.list(command === 'schedule set' ? 'oncall' : 'route')).length
      if (changed !== (command === 'route remove' ? 0 : 1)) return
      cut = true
      throw new LostJob()
    }
    const told = await one.press(button(asked, 'Confirm'))
    await one.drain()
    assert.ok(cut, command)
    await one.queue.enqueue({ id: told.job, lane: 'read' })
    await one.drain()
    assert.equal((await one.job(told.job)).state, 'done', command)
    assert.equal((await one.job(told.job)).runs, 2, command)
  }
  assert.equal((await readSchedule(one.store)).rev, 1)
  assert.deepEqual(await one.hooks.listHooks(), [])
})

const WRONG: ReadonlyArray<readonly [command: string, input: Record<string, string>, RegExp]> = [
  ['schedule set', { people: 'Ana' }, /“Ana” names nobody/],
  ['schedule set', { people: 'role:7' }, /A role can not be on call/],
  ['schedule set', { people: ' , ' }, /A rotation has 1 to 20 people/],
  ['schedule set', { people: 'discord:1', rotation: 'often' }, /“often” is no rotation/],
  ['schedule set', { people: 'discord:1', rotation: '99d' }, /“99d” is no rotation/],
  ['schedule set', { people: 'discord:1', from: '25:00' }, /“25:00” is no time/],
  ['schedule set', { people: 'discord:1', from: '9:00 Mars/Base' }, /no time zone “Mars\/Base”/],
  ['schedule set', { people: 'discord:1', from: '2026-02-30T09:00' }, /is no time I can read/],
  ['schedule set', { people: 'discord:1', until: '2020-01-01' }, /over before it begins/],
  ['override', { people: 'discord:1', until: '2020-01-01T09:00' }, /over before it begins/],
  ['override', { people: 'discord:1', until: '800d' }, /lasts a year at most/],
  ['override', { people: 'Ana', until: '4h' }, /“Ana” names nobody/],
  ['page', { people: 'Ana', text: 'x' }, /“Ana” names nobody/],
]
for (const [command, input, title] of WRONG)
  test(`${command} ${JSON.stringify(input)}: refused in one sentence, nothing is changed`, async () => {
    const one = await deskWorld()
    const said = await one.say(`oncall ${command}`, input)
    assert.match(said.title, title)
    assert.equal((await readSchedule(one.store)).rev, 0)
    assert.deepEqual(
      one.spoken.filter(({ chat }) => chat !== '910'),
      [],
    )
  })

test('override: whoever stands in is on call, and Undo puts things back', async () => {
  const one = await deskWorld()
  await one.confirmed('oncall schedule set', TWO)
  const input = { people: 'discord:300', until: '4h' }
  const said = await one.say('oncall override', input, { actor: RESPONDER })
  assert.equal(said.title, 'discord:300 stands in')
  assert.match((await one.say('oncall who')).title, /^discord:300/)
  const undone = await one.press(button(said, 'Undo'), { actor: RESPONDER })
  assert.equal(undone.reply?.title, 'Those who stood in are taken out')
  assert.equal((await one.say('oncall who')).title, 'Ana is on call')
})

test('override: whoever comes after is shown to their own end, and a year is no year of lines', async () => {
  const one = await deskWorld()
  await one.confirmed('oncall schedule set', { ...TWO, rotation: '2d' })
  const said = await one.say('oncall override', { people: 'telegram:42', until: '1h' })
  assert.match(all(said), /Mon 11-23 17:30/)
  const year = await one.say('oncall override', { people: 'none', until: '365d' })
  assert.ok(all(year).split('discord:').length < 20)
})

test('override: a time of day is the next one in the schedule’s zone', async () => {
  const one = await deskWorld()
  await one.confirmed('oncall schedule set', TWO)
  await one.say('oncall override', { people: 'discord:300', from: '18:00', until: '06:00' })
  const [made] = (await readSchedule(one.store)).overrides
  assert.equal(made?.from, Date.UTC(2026, 10, 22, 17))
  assert.equal(made?.until, Date.UTC(2026, 10, 23, 5))
})

test('roles: a viewer looks, a responder stands in and pages, an admin sets', async () => {
  const one = await deskWorld()
  const kind = async (command: string, input: object, actor = VIEWER) =>
    (await one.ask(`oncall ${command}`, { ...input }, { actor })).kind
  assert.equal(await kind('who', {}), 'reply')
  assert.equal(await kind('schedule show', {}), 'reply')
  assert.equal(await kind('override', { people: 'discord:1', until: '1h' }), 'refused')
  assert.equal(await kind('page', { text: 'x' }), 'refused')
  assert.equal(await kind('schedule set', TWO, RESPONDER), 'refused')
})

for (const locale of ['en', 'zh-TW'] as const)
  test(`schedule: how it looks in ${locale}`, async (t) => {
    const one = await deskWorld()
    const look = (said: SaidReply) => {
      const words = renderConsole(said).replace(/J-[0-9A-Z]{6}/g, 'J-000000')
      t.assert.snapshot(words, { serializers: [(value) => String(value)] })
    }
    look(await one.say('oncall who', {}, { locale }))
    look(await one.say('oncall schedule show', {}, { locale }))
    const until = '2026-12-01T12:00'
    const { asked, said } = await one.confirmed(
      'oncall schedule set',
      { ...TWO, until },
      { locale },
    )
    look(asked)
    look(said)
    look(await one.say('oncall who', {}, { locale }))
    const input = { people: 'Cem=discord:300', from: '20:00', until: '4h' }
    look(await one.say('oncall override', input, { locale }))
    look(await one.say('oncall schedule show', {}, { locale }))
    one.closed.add('42')
    const call = { people: 'discord:400 telegram:42', text: '502' }
    look(await one.say('oncall page', call, { locale }))
    look(await one.say('oncall override', { ...input, until: 'soon' }, { locale }))
  })
