import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Telegraf } from 'telegraf'
import { createApi } from '../../src/chat/telegram/api.ts'
import { menuCommands } from '../../src/chat/telegram/menu.ts'
import { createOwnMenus } from '../../src/chat/telegram/own-menus.ts'
import type { AccessState, Grant } from '../../src/core/access.ts'
import { createDispatcher } from '../../src/core/dispatcher.ts'
import type { Actor, Place } from '../../src/core/invocation.ts'
import { basicMenu, type OwnMenu, ownMenus } from '../../src/core/own-menus.ts'
import { menuOf } from '../../src/core/registry.ts'
import { loadCommands } from '../../src/load-commands.ts'
import { startFakeTelegram } from '../fakes/telegram/index.ts'
import { createTestClock } from '../helpers/clock.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { request } from '../helpers/people.ts'
import { createTestLog } from '../helpers/test-log.ts'
import { createWorld } from '../helpers/world.ts'

/* What Telegram lists for somebody who types a slash is what the front lets them run there, and nobody else sees more than what takes no role. */

const registry = await loadCommands()
const APPS = ['my-openclaw', 'second-app'] as const
const SPACE = '-1009'
const given = (id: string, role: Grant['role'], more: Partial<Grant> = {}): Grant => ({
  id: `G-${id}`,
  subject: { kind: 'user', platform: 'telegram', id },
  role,
  apps: '*',
  scope: { platform: 'telegram', space: SPACE },
  deny: false,
  until: null,
  by: 'x',
  at: 0,
  reason: null,
  ...more,
})
const STATE: AccessState = {
  owners: ['telegram:1', 'discord:2'],
  trusted: [
    { platform: 'telegram', space: SPACE, by: 'x', at: 0 },
    { platform: 'telegram', space: '50', by: 'x', at: 0 },
    { platform: 'telegram', space: '-77', by: 'x', at: 0 },
    { platform: 'discord', space: '9', by: 'x', at: 0 },
  ],
  grants: [
    given('42', 'viewer'),
    given('43', 'operator', { scope: { platform: 'telegram', space: SPACE, room: '5' } }),
    given('44', 'admin', { apps: ['second-app'] }),
    given('45', 'admin'),
    given('45', 'viewer', { id: 'G-no', deny: true }),
    given('46', 'admin'),
    given('47', 'admin', { until: 0 }),
    given('50', 'responder', { scope: { platform: 'telegram', space: '50' } }),
  ],
  ceilings: [
    {
      scope: { platform: 'telegram', space: SPACE },
      role: 'operator',
      until: null,
      by: 'x',
      at: 0,
      reason: null,
    },
  ],
  links: [],
  freeze: null,
  gone: [`telegram:${SPACE} telegram:46`, 'telegram:-77'],
}
const menus = (state: AccessState = STATE): readonly OwnMenu[] =>
  ownMenus({ registry, apps: APPS, state, now: 0 })
const pathsOf = ({ menu }: Pick<OwnMenu, 'menu'>) => menu.map(({ path }) => path)

test('menus: everybody whom rules name here and now has one, and nobody else', () => {
  assert.deepEqual(
    menus().map(({ chat, user }) => [chat, user]),
    [
      ['1', null],
      [SPACE, '1'],
      [SPACE, '42'],
      [SPACE, '43'],
      [SPACE, '44'],
      ['50', null],
    ],
  )
})

test('menus: they list what the front lets their person run, no more and no less', async () => {
  const world = await createWorld({ registry, settled: false })
  const access = { ...world.deps.access, snapshot: () => STATE }
  const none = () => undefined
  const limits = { ask: none, spent: () => false, refused: none, admitted: none, reveal: none }
  const refused: string[] = []
  const audit = {
    record: ({ detail }: { detail: string | null }) => void refused.push(`${detail}`),
  }
  const front = createDispatcher(
    { ...world.deps, access, audit, clock: { ...world.clock, now: () => 0 } },
    limits,
  )
  const may = (path: string, actor: Actor, place: Place) =>
    APPS.some((app) => {
      refused.length = 0
      front.admit(request(path, path.startsWith('openclaw') ? { app } : {}, { actor, place }))
      return !refused.some((why) => why !== 'input' && why !== 'private value')
    })
  for (const own of menus()) {
    const { chat, user } = own
    const id = user ?? chat
    const actor: Actor = { platform: 'telegram', id, name: id, roles: [] }
    const at = { platform: 'telegram', space: chat, private: user === null } as const
    const places: readonly Place[] = user === null ? [at] : [at, { ...at, room: '5' }]
    const wanted = [...registry.keys()].filter((path) =>
      places.some((one) => may(path, actor, one)),
    )
    assert.deepEqual(pathsOf(own), wanted, `${chat} ${user}`)
  }
  const viewer = menus().find(({ user }) => user === '42')
  assert.ok(viewer && !pathsOf(viewer).includes('openclaw restart'))
  const owner = menus().find(({ user }) => user === '1')
  assert.ok(owner && !pathsOf(owner).includes('ops access list'), 'below the ceiling, too')
})

test('menus: everybody else sees what takes no role', () => {
  const shown = basicMenu(registry)
  assert.deepEqual(
    menuCommands(shown, 'en').map(({ command }) => command),
    ['help', 'ops'],
  )
  for (const { path } of shown) assert.match(path, /^ops /)
})

async function setup(t: TestContext) {
  const fake = await startFakeTelegram()
  t.after(fake.close)
  const bot = new Telegraf(fake.token, { telegram: { apiRoot: `${fake.url}/` } })
  const api = createApi({ telegram: bot.telegram, onMove: () => {} })
  const store = createMemoryStore(createTestClock())
  let wanted: readonly OwnMenu[] = []
  const log = createTestLog([])
  const open = () => createOwnMenus({ api, store, log, wanted: async () => wanted })
  const calls = () => fake.calls().map(({ method }) => method)
  return { fake, open, calls, want: (next: readonly OwnMenu[]) => void (wanted = next) }
}

test('menus: written once for each language, again when they change, taken off when nobody wants them', async (t) => {
  const { fake, open, calls, want } = await setup(t)
  const all = menuOf(registry)
  const tend = open()
  want([
    { chat: '1', user: null, menu: all },
    { chat: SPACE, user: '42', menu: all.slice(0, 3) },
  ])
  assert.equal(await tend(), true)
  assert.deepEqual(fake.menu('chat 1'), menuCommands(all, 'en'))
  assert.deepEqual(
    fake.menu(`chat_member ${SPACE} 42`, 'zh'),
    menuCommands(all.slice(0, 3), 'zh-TW'),
  )
  assert.equal(calls().length, 4)
  assert.equal(await tend(), false)
  assert.equal(await open()(), false, 'another process knows what was written')
  want([{ chat: SPACE, user: '42', menu: all.slice(0, 1) }])
  assert.equal(await tend(), true)
  assert.deepEqual(calls().slice(4), [
    'setMyCommands',
    'setMyCommands',
    'deleteMyCommands',
    'deleteMyCommands',
  ])
  assert.deepEqual(fake.menu('chat 1'), [])
})

test('menus: whom Telegram does not know is not asked about again; what could not be sent is sent later', async (t) => {
  const { fake, open, calls, want } = await setup(t)
  const menu = menuOf(registry).slice(0, 2)
  const tend = open()
  want([
    { chat: SPACE, user: '42', menu },
    { chat: '1', user: null, menu },
  ])
  const description = 'Bad Request: user not found'
  fake.fail('setMyCommands', { kind: 'error', code: 400, description })
  assert.equal(await tend(), true)
  assert.equal(calls().length, 3)
  assert.equal(await tend(), false)
  assert.equal(await open()(), true, 'a new start asks again')
  assert.equal(calls().length, 5)
  want([{ chat: '1', user: null, menu: menu.slice(0, 1) }])
  const parameters = { retry_after: 1 }
  fake.fail('deleteMyCommands', { kind: 'error', code: 429, description: 'Slow', parameters })
  await assert.rejects(tend(), { kind: 'rate_limited' })
  assert.equal(await tend(), true)
})
