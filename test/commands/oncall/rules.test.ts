import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { Invocation } from '../../../src/core/invocation.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { noteNoGraphs } from '../../../src/core/oncall/no-graphs.ts'
import { DETECTORS } from '../../../src/core/watch/detectors.ts'
import { SIGHTS } from '../../../src/core/watch/seen-at.ts'
import { RULE_IDS } from '../../../src/core/watch/rule-ids.ts'
import { readSettings, WATCH } from '../../../src/core/watch/rule-settings.ts'
import { readThreshold } from '../../../src/core/watch/rule-threshold.ts'
import { ADMIN, APPS, HERE, OPERATOR, OWNER, person, VIEWER } from '../../helpers/people.ts'
import { type DeskWorld, deskWorld } from './desk-world.ts'

const all = (said: SaidReply | undefined): string => JSON.stringify(said)
const change = (one: DeskWorld, input: Invocation['input'], more: Partial<Invocation> = {}) =>
  one.confirmed('oncall rule', input, { actor: ADMIN, ...more })

test('rules: every detector with state, threshold and command, in both languages', async () => {
  const one = await deskWorld()
  await change(one, { id: 'volume.full', threshold: '85' })
  await change(one, { id: 'certificate', off: true })
  await change(one, { id: 'crashloop', command: 'restart', cooldown: '1h', limit: 2 })
  const en = await one.say('oncall rules', {}, { actor: VIEWER })
  const zh = await one.say('oncall rules', {}, { actor: VIEWER, locale: 'zh-TW' })
  for (const { id } of DETECTORS) assert.ok(all(en).includes(`"${id}"`), id)
  const [english, chinese] = [renderConsole(en), renderConsole(zh)]
  assert.match(english, /volume\.full +on +85 % /)
  assert.match(english, /certificate +off /)
  assert.match(english, /crashloop: \/restart \(not again on the app within 1 h, 2 an hour/)
  assert.match(english, /my-openclaw: not seen yet/)
  assert.doesNotMatch(english, /memory graph/)
  await noteNoGraphs(one.store, { app: 'my-openclaw', why: 'refused.' })
  const hinted = renderConsole(await one.say('oncall rules', {}, { actor: VIEWER }))
  assert.match(hinted, /Cards about my-openclaw have no memory graph/)
  assert.match(chinese, /certificate +關閉 /)
  assert.match(chinese, /crashloop: \/restart （同一應用程式間隔 1 小時，每小時最多 2 次/)
})

test('rules: when each app was seen last, and how often its log is looked at where logs are read in turn', async () => {
  const one = await deskWorld()
  const [app] = APPS
  const { clock } = one
  const look = { known: true, value: [] }
  const sightAt = (logs: object) => ({
    at: clock.now() - 5000,
    machines: { ...look, at: clock.now() - 5000 },
    logs,
  })
  const told = async (record: object, locale: 'en' | 'zh-TW' = 'en') => {
    await one.store.put(SIGHTS, app, record)
    return renderConsole(await one.say('oncall rules', {}, { actor: VIEWER, locale }))
  }
  const read = { ...look, at: clock.now() - 40_000 }
  const inTurn = { sight: sightAt(read), logsEveryMs: 265_000 }
  assert.match(await told(inTurn), /seen 5 s ago; log looked at every 4 min 25 s \(last 40 s ago\)/)
  assert.match(await told(inTurn, 'zh-TW'), /日誌每 4 分 25 秒查看一次（上次 40 秒前）/)
  const waits = { known: false, at: 0, code: 'not_ready', why: 'No.' }
  const first = { sight: sightAt(waits), logsEveryMs: 265_000 }
  assert.match(await told(first), /log looked at every 4 min 25 s, not yet/)
  const followed = await told({ sight: sightAt(read), logsEveryMs: null })
  assert.match(followed, /seen 5 s ago\n/)
  assert.match(await told({ sight: sightAt(read) }), /seen 5 s ago\n/, 'as older versions wrote it')
})

test('rules with an id: what it means and what is set of it', async (t) => {
  const one = await deskWorld()
  t.assert.snapshot(renderConsole(await one.say('oncall rules', { id: 'oom.kernel' })))
  const whole = await one.say('oncall rules', { id: WATCH })
  assert.deepEqual(all(whole), all(await one.say('oncall rules')))
  const no = await one.say('oncall rules', { id: 'oom.kernal' })
  assert.match(all(no), /Did you mean oom.kernel/)
})

test('rule: asked before and after, written when confirmed, audited', async (t) => {
  const one = await deskWorld()
  const { asked, said } = await change(one, { id: 'volume.full', threshold: '85%' })
  t.assert.snapshot([renderConsole(asked), renderConsole(said)])
  const { by, threshold, on } = (await readSettings(one.store))['volume.full'] ?? {}
  assert.deepEqual([by, threshold, on], [ADMIN.name, 85, undefined])
  const events = one.audited.filter(({ verb }) => verb === 'oncall rule')
  assert.ok(events.some(({ event, actor }) => event === 'finished' && actor === 'discord:200'))
  await change(one, { id: 'volume.full', threshold: 'default', off: true })
  const after = (await readSettings(one.store))['volume.full']
  assert.deepEqual([after?.threshold, after?.on], [undefined, false])
})

test('rule with a command: asked with what it means, kept with whose right it is', async (t) => {
  const one = await deskWorld()
  const given = { id: 'crashloop', command: '/restart force=false' }
  const { asked, said } = await change(one, given)
  t.assert.snapshot([renderConsole(asked), renderConsole(said)])
  const { command } = (await readSettings(one.store))['crashloop'] ?? {}
  assert.equal(command?.command, 'openclaw restart')
  assert.deepEqual(
    [command?.actor.id, command?.coolDownMs, command?.perHour],
    ['200', 1_800_000, 3],
  )
  await change(one, { id: 'crashloop', cooldown: '1m', limit: 1 })
  const now = (await readSettings(one.store))['crashloop']?.command
  assert.deepEqual([now?.line, now?.coolDownMs, now?.perHour], ['restart force=false', 300_000, 1])
  await change(one, { id: 'crashloop', command: 'none' })
  assert.equal((await readSettings(one.store))['crashloop']?.command, undefined)
})

const WRONG: ReadonlyArray<readonly [input: Invocation['input'], words: RegExp]> = [
  [{ id: 'volume.ful', off: true }, /There is no rule “volume.ful”.*Did you mean volume.full/],
  [{ id: 'volume.full' }, /Say what shall change/],
  [{ id: 'volume.full', on: true, off: true }, /not both/],
  [{ id: 'volume.full', threshold: '200' }, /The threshold of volume.full is from/],
  [{ id: 'volume.full', threshold: '5m' }, /The threshold of volume.full is from/],
  [{ id: 'debugger', threshold: '5' }, /debugger has no threshold/],
  [{ id: 'watch', threshold: '5' }, /only switched on or off/],
  [{ id: 'crashloop', cooldown: '1h' }, /it has none: add command/],
  [{ id: 'crashloop', command: 'restrat' }, /There is no command “restrat”/],
  [{ id: 'crashloop', command: 'restart app=second-app' }, /Leave out the app/],
  [{ id: 'crashloop', command: 'restart force=true' }, /is nothing that a rule may run/],
  [{ id: 'crashloop', command: 'token rotate' }, /is nothing that a rule may run/],
  [{ id: 'crashloop', command: 'oncall rules' }, /is nothing that a rule may run/],
  [{ id: 'crashloop', command: 'restart', limit: 90 }, /limit/],
  [{ id: 'lock', command: 'restart' }, /lock rests on words in a log alone/],
  [{ id: 'log.secret', command: 'restart' }, /no command is run for it without a person/],
]
for (const [input, words] of WRONG)
  test(`rule ${JSON.stringify(input)}: refused in one sentence, nothing is changed`, async () => {
    const one = await deskWorld()
    assert.match(all(await one.say('oncall rule', input, { actor: ADMIN })), words)
    assert.deepEqual(await readSettings(one.store), {})
  })

test('rule: whoever may not is refused, and so is who may by a Discord role alone', async () => {
  const one = await deskWorld()
  const off = { id: WATCH, off: true }
  assert.match((await one.say('oncall rule', off, { actor: OPERATOR })).title, /You may not/)
  const guild = one.deps
  await guild.access.grant({
    subject: { kind: 'role', id: '77' },
    role: 'admin',
    apps: '*',
    scope: { platform: 'discord', space: '900000000000000001' },
    deny: false,
    until: null,
    by: 'discord:100',
    reason: null,
  })
  const byRole = person('700', ['77'])
  const run = { id: 'crashloop', command: 'restart' }
  assert.match(all(await one.say('oncall rule', run, { actor: byRole })), /by a role of your own/)
  const { said } = await change(one, off, { actor: byRole })
  assert.match(said.title, /is changed/)
})

test('while all is frozen no command is left to a rule, and the look-out can be switched off', async () => {
  const one = await deskWorld()
  await one.deps.access.freeze({ by: 'discord:100', name: 'Olga', reason: 'moving' })
  const run = { id: 'crashloop', command: 'restart' }
  assert.match(all(await one.say('oncall rule', run, { actor: OWNER })), /frozen/i)
  const { said } = await change(one, { id: WATCH, off: true })
  assert.match(said.title, /is changed/)
  const listed = await one.say('oncall rules', {}, { actor: VIEWER })
  assert.equal(listed.title, 'The look-out is off')
})

test('ids are offered while they are typed', async () => {
  const one = await deskWorld()
  const place = {
    actor: ADMIN,
    command: 'oncall rule',
    option: 'id',
    input: {},
    locale: 'en',
  } as const
  const offered = await one.front.complete({ ...place, place: HERE, typed: 'volume' })
  assert.deepEqual(
    offered.map(({ value }) => value),
    RULE_IDS.filter((id) => id.includes('volume')),
  )
})

const READ: ReadonlyArray<
  readonly [
    typed: string,
    unit: Parameters<typeof readThreshold>[1]['unit'],
    value: number | undefined,
  ]
> = [
  ['85', '%', 85],
  ['85%', '%', 85],
  ['90s', 's', 90],
  ['2m', 's', 120],
  ['90s', 'min', 1.5],
  ['2h', 'min', 120],
  ['1d', 'h', 24],
  ['5', 'x', 5],
  ['5m', '%', undefined],
  ['-5', 's', undefined],
  ['five', 's', undefined],
]
test('thresholds are read in the unit of their detector', () => {
  for (const [typed, unit, value] of READ)
    assert.equal(readThreshold(typed, { unit }), value, typed)
})
