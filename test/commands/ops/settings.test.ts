import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { Invocation, Place } from '../../../src/core/invocation.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { isQuiet } from '../../../src/core/settings.ts'
import { createSettings } from '../../../src/settings.ts'
import settings from '../../../commands/ops/settings.ts'
import { settle } from '../../helpers/clock.ts'
import { OPTIONS, workCommand } from '../../helpers/commands.ts'
import * as people from '../../helpers/people.ts'
import { createTestLog } from '../../helpers/test-log.ts'
import { createWorld, registryOf, type World } from '../../helpers/world.ts'

const { ADMIN, HERE, OPERATOR, OWNER } = people
const lines = OPTIONS.extend({ lines: z.int().optional().meta({ about: 'How many' }) })
const look = workCommand('look', { options: lines })
const registry = registryOf({ ops: [settings], commands: [look] })
const world = () => createWorld({ registry })
const THERE: Place = { ...HERE, room: '911' }
const THREAD: Place = { ...HERE, room: '912', parent: '910' }

const set = async (one: World, input: Invocation['input'], more: Partial<Invocation> = {}) => {
  const told = await one.ask('ops settings', input, { actor: ADMIN, ...more })
  await settle()
  return told
}
const appOf = async (one: World, place: Place, input: Invocation['input'] = {}) =>
  (await one.job((await one.ask('openclaw look', input, { place })).job)).app

for (const locale of ['en', 'zh-TW'] as const)
  test(`settings: how they look in ${locale}`, async (t) => {
    const one = await world()
    const shown = async (input: Invocation['input']) =>
      renderConsole((await set(one, input, { locale })).reply as SaidReply)
    t.assert.snapshot(await shown({}))
    t.assert.snapshot(await shown({ app: 'second-app', locale: 'zh-TW', quiet: true }))
    t.assert.snapshot(await shown({ app: 'nobodys' }))
    t.assert.snapshot(await shown({ of: 'second-app', second: 'changes', lines: 200, quiet: true }))
    t.assert.snapshot(await shown({ of: 'second-app', locale: 'en' }))
    t.assert.snapshot(await shown({ of: 'second-app' }))
    t.assert.snapshot(await shown({ of: 'my-openclaw', stands: '5m' }))
    t.assert.snapshot(await shown({}))
  })

test('settings: a place is bound to an app, its threads with it, others not; a named app counts', async () => {
  const one = await world()
  await set(one, { app: 'second-app' })
  assert.deepEqual(
    [await appOf(one, HERE), await appOf(one, THREAD), await appOf(one, THERE)],
    ['second-app', 'second-app', 'my-openclaw'],
  )
  assert.equal(await appOf(one, HERE, { app: 'my-openclaw' }), 'my-openclaw')
  await set(one, { app: '*' })
  assert.equal(await appOf(one, HERE), 'my-openclaw')
})

test('settings: who may not use the bound app is refused on it, not sent to another', async () => {
  const one = await world()
  const half = people.person('700')
  await one.deps.access.grant(people.grantTo(half, 'viewer', { apps: ['my-openclaw'] }))
  assert.equal((await one.ask('openclaw look', {}, { actor: half })).kind, 'queued')
  await set(one, { app: 'second-app' })
  const told = await one.ask('openclaw look', {}, { actor: half })
  assert.equal(told.kind, 'refused')
  assert.match(JSON.stringify(told.reply), /does not cover second-app/)
})

test('settings: admins only, and only for apps they are an admin of', async () => {
  const one = await world()
  assert.equal((await set(one, { quiet: true }, { actor: OPERATOR })).kind, 'refused')
  const half = people.person('700')
  await one.deps.access.grant(people.grantTo(half, 'admin', { apps: ['my-openclaw'] }))
  const told = await set(one, { app: 'second-app' }, { actor: half })
  assert.equal(told.reply?.title, 'You are no admin of second-app here.')
  assert.equal(await appOf(one, HERE), 'my-openclaw')
})

test('settings: a quiet place makes no sound, unless something is wrong or somebody is called', async () => {
  const one = await world()
  await set(one, { quiet: true })
  const { job } = await one.ask('openclaw look')
  const { address } = (await one.job(job)).invocation
  assert.equal(address.quiet, true)
  const quiet = (tone: SaidReply['tone']) => isQuiet(address, { tone })
  assert.deepEqual((['ok', 'info', 'pending', 'warn', 'error'] as const).map(quiet), [
    true,
    true,
    true,
    false,
    false,
  ])
  assert.equal(isQuiet(address, { tone: 'info', mention: [OWNER] }), false)
  await set(one, { quiet: false })
  assert.equal(
    (await one.job((await one.ask('openclaw look')).job)).invocation.address.quiet,
    undefined,
  )
})

test('settings: the language of a place, of its threads, and none', async () => {
  const one = await world()
  await set(one, { locale: 'zh-TW' })
  const of = (place: Place) => one.deps.settings?.of(place).locale
  assert.deepEqual([of(HERE), of(THREAD), of(THERE)], ['zh-TW', 'zh-TW', undefined])
  await set(one, { locale: 'auto' })
  assert.equal(of(HERE), undefined)
})

test('settings: another process hears of them, and a group that moves takes them along', async () => {
  const one = await world()
  const other = createSettings({ store: one.store, log: createTestLog([]) })
  await other.start()
  await set(one, { app: 'second-app' })
  assert.equal(other.of(HERE).app, 'second-app')
  await other.move(HERE, '42')
  await settle()
  assert.equal(one.deps.settings?.of({ ...HERE, space: '42' }).app, 'second-app')
  assert.deepEqual(one.deps.settings?.of(HERE), {})
  other.stop()
})

test('settings: of an app, in every place; where a place says something of its own, that counts', async () => {
  const one = await world()
  const asked = async (place: Place, input: Invocation['input'] = {}) => {
    const { job } = await one.ask('openclaw look', input, { place })
    const { options, invocation } = await one.job(job)
    return [options['lines'], invocation.address.quiet]
  }
  await set(one, { of: 'my-openclaw', lines: 200, quiet: true })
  for (const place of [HERE, THERE]) assert.deepEqual(await asked(place), [200, true])
  assert.deepEqual(await asked(HERE, { app: 'second-app' }), [undefined, undefined])
  assert.deepEqual(await asked(HERE, { lines: 5 }), [5, true], 'a number that is named counts')
  await set(one, { lines: 20, quiet: false })
  assert.deepEqual(await asked(HERE), [20, undefined])
  assert.deepEqual(await asked(THREAD), [20, undefined])
  assert.deepEqual(await asked(THERE), [200, true])
  await set(one, { app: 'second-app', lines: 0 })
  assert.deepEqual(await asked(HERE), [undefined, undefined], 'of the app that is bound here')
  await set(one, { of: 'my-openclaw', lines: 0, quiet: false })
  assert.deepEqual(await asked(THERE), [undefined, undefined])
})
