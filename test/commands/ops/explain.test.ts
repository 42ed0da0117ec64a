import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import * as people from '../../helpers/people.ts'
import { createWorld } from '../../helpers/world.ts'

const registry = await loadCommands()

async function explain(input: Readonly<Record<string, unknown>>, locale: 'en' | 'zh-TW' = 'en') {
  const world = await createWorld({ registry })
  const one = people.person('700')
  await world.deps.access.grant(people.grantTo(one, 'viewer', { apps: ['second-app'] }))
  const role = { kind: 'role', id: '77' } as const
  await world.deps.access.grant(people.grantTo(one, 'admin', { subject: role }))
  const denied = people.person('800')
  await world.deps.access.grant(people.grantTo(denied, 'viewer', { deny: true }))
  return world.ask('ops access explain', input, { actor: people.VIEWER, locale })
}

const CASES: ReadonlyArray<
  readonly [Readonly<Record<string, unknown>>, title: string, why: RegExp]
> = [
  [{ who: 'discord:500' }, 'discord:500 may run /openclaw status here', /"viewer".*"G-/],
  [
    { who: 'discord:100', command: 'ops access trust' },
    'discord:100 may run /ops access trust here',
    /OPS_OWNERS/,
  ],
  [{ who: 'discord:600' }, 'discord:600 may not run /openclaw status here', /no grant here/],
  [
    { who: 'discord:700' },
    'discord:700 may not run /openclaw status here',
    /grants do not cover the app/,
  ],
  [
    { who: 'discord:700', app: 'second-app' },
    'discord:700 may run /openclaw status here',
    /second-app/,
  ],
  [
    { who: 'discord:500', command: 'ops access list' },
    'discord:500 may not run /ops access list here',
    /the role is too low/,
  ],
  [{ who: 'discord:800' }, 'discord:800 may not run /openclaw status here', /a denial wins/],
  [{ who: 'role:77', command: 'access list' }, 'role:77 may run /ops access list here', /./],
  [{ who: '<@500>', command: '/cost' }, '<@500> may run /openclaw cost here', /./],
]
for (const [input, title, why] of CASES)
  test(`explain: ${title}`, async () => {
    const { reply } = await explain({ ...input })
    assert.equal(reply?.title, title)
    assert.match(JSON.stringify(reply?.blocks), why)
  })

test('explain: an unknown command, and nobody', async () => {
  const unknown = await explain({ who: 'discord:500', command: 'nothing' })
  assert.equal(unknown.reply?.title, 'There is no command /nothing.')
  assert.match((await explain({ who: 'Ann' })).reply?.title ?? '', /^who: write a mention/)
})

for (const [what, who, says] of [
  ['who left', 'discord:500', /they left this place/],
  ['a deleted role', 'role:77', /the role was deleted/],
] as const)
  test(`explain: ${what} may do nothing until they are back`, async () => {
    const world = await createWorld({ registry })
    const { access } = world.deps
    const role = { kind: 'role', id: '77' } as const
    await access.grant(people.grantTo(people.VIEWER, 'viewer', { subject: role }))
    await access.mark(`discord:${people.GUILD} ${who}`, true)
    const told = await world.ask('ops access explain', { who }, { actor: people.OWNER })
    assert.equal(
      told.reply?.title,
      `${who} is not here any more; back again they may run /openclaw status`,
    )
    assert.match(JSON.stringify(told.reply?.blocks), says)
    await access.mark(`discord:${people.GUILD} ${who}`, false)
    const back = await world.ask('ops access explain', { who }, { actor: people.OWNER })
    assert.equal(back.reply?.title, `${who} may run /openclaw status here`)
  })

test('explain: from elsewhere, a place that the bot was removed from, and settings that ask for more', async () => {
  const world = await createWorld({ registry })
  const { access } = world.deps
  await access.guard({ on: 'app:my-openclaw', second: 'changes', standsMs: null, by: 'x' })
  const input = { who: 'discord:200', command: 'restart' }
  const told = await world.ask('ops access explain', input, { actor: people.OWNER })
  const words = JSON.stringify(told.reply?.blocks)
  assert.match(words, /a second person · app:my-openclaw asks for a second person: every change/)
  await access.mark(`discord:${people.GUILD}`, true)
  const gone = await world.ask('ops access explain', input, { actor: people.OWNER })
  assert.match(JSON.stringify(gone.reply?.blocks), /I was removed from this place/)
})

test('explain: apps of which the asker has none are neither named nor told apart from those that are not there', async () => {
  const world = await createWorld({ registry })
  const half = people.person('700')
  await world.deps.access.grant(people.grantTo(half, 'viewer', { apps: ['second-app'] }))
  const ask = async (input: Readonly<Record<string, unknown>>) => {
    const told = await world.ask('ops access explain', input, { actor: half })
    return JSON.stringify(told.reply)
  }
  assert.match(await ask({ who: 'discord:200' }), /second-app/)
  assert.doesNotMatch(await ask({ who: 'discord:200' }), /my-openclaw/)
  const words = async (app: string) => (await ask({ who: 'discord:200', app })).replaceAll(app, '…')
  assert.equal(await words('my-openclaw'), await words('nobodys-app'))
  assert.match(await words('nobodys-app'), /There is no app “…” for you here/)
})

test('explain: the rule that says no is crossed where nobody may approve, and what lifts a freeze is not', async () => {
  const world = await createWorld({ registry })
  const { access } = world.deps
  const scope = { platform: 'discord', space: people.GUILD } as const
  await access.freeze({ by: 'discord:200', name: 'Ada', reason: 'x' })
  const rows = async (who: string, command: string) => {
    const told = await world.ask('ops access explain', { who, command })
    return (told.reply?.blocks ?? []).flatMap((one) => (one.type === 'table' ? one.rows : []))
  }
  const lifts = await rows('discord:200', 'ops unfreeze')
  assert.deepEqual(
    lifts.filter(([, says]) => says !== '✓'),
    [],
  )
  await access.unfreeze()
  await access.ceiling({ scope, role: 'operator', until: null, by: 'x', reason: null })
  const alone = await rows('discord:300', 'ops access elevate')
  assert.deepEqual(
    alone.filter(([, says]) => says !== '✓'),
    [['Then asks', '✗', 'nobody else here may approve it']],
  )
})

for (const locale of ['en', 'zh-TW'] as const)
  test(`explain: how it looks in ${locale}`, async (t) => {
    for (const who of ['discord:500', 'discord:600', 'discord:700', 'discord:800']) {
      const { reply } = await explain({ who }, locale)
      assert.ok(reply)
      const words = renderConsole(reply).replace(/G-[0-9a-f]{8}/g, 'G-00000000')
      t.assert.snapshot(words, { serializers: [(value) => String(value)] })
    }
  })

test('explain: whoever has a grant for nothing that is here any more is told that they see no app', async () => {
  const world = await createWorld({ registry })
  const one = people.person('700')
  await world.deps.access.grant(people.grantTo(one, 'viewer', { apps: ['gone-app'] }))
  for (const input of [{ who: 'discord:500' }, { who: 'discord:500', app: 'my-openclaw' }]) {
    const { reply } = await world.ask('ops access explain', input, { actor: one })
    assert.match(renderConsole(reply ?? assert.fail()), /You see no app here\./)
  }
})
