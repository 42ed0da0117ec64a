import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import * as people from '../../helpers/people.ts'
import { createWorld, type Told } from '../../helpers/world.ts'

const registry = await loadCommands()
const { ADMIN, OWNER, VIEWER } = people

async function help(command?: string, actor = OWNER, locale: 'en' | 'zh-TW' = 'en') {
  const world = await createWorld({ registry })
  return world.ask('ops help', command === undefined ? {} : { command }, { actor, locale })
}
const listed = ({ reply }: Told): readonly string[] =>
  (reply?.blocks ?? []).flatMap((block) =>
    block.type === 'table' ? block.rows.map(([path = '']) => path) : [],
  )

test('help: an owner sees every command there is, those of a group side by side', async () => {
  const paths = listed(await help())
  assert.deepEqual(paths.toSorted(), [...registry.keys()].map((path) => `/${path}`).toSorted())
  const groups = paths.map((path) => path.split(' ').slice(0, 2).join(' '))
  const begun = groups.filter((group, at) => group !== groups[at - 1])
  assert.deepEqual(begun, [...new Set(begun)])
})

test('help: nobody is shown what they may not run', async () => {
  const viewer = listed(await help(undefined, VIEWER))
  assert.ok(viewer.includes('/openclaw status'))
  assert.ok(viewer.includes('/ops help'))
  for (const [path, { command }] of registry)
    if (command.role === 'admin' || command.role === 'owner')
      assert.ok(!viewer.includes(`/${path}`), path)
  const admin = listed(await help(undefined, ADMIN))
  assert.ok(admin.includes('/ops access allow') && !admin.includes('/ops access trust'))
})

test('help: someone with a grant for one app only sees commands of it', async () => {
  const world = await createWorld({ registry })
  const one = people.person('700')
  await world.deps.access.grant(people.grantTo(one, 'viewer', { apps: ['second-app'] }))
  assert.ok(listed(await world.ask('ops help', {}, { actor: one })).includes('/openclaw status'))
})

for (const typed of ['openclaw status', '/openclaw status', 'status', ' STATUS '])
  test(`help: “${typed}” explains the one command`, async () => {
    const { reply, outcome } = await help(typed)
    assert.equal(reply?.title, '/openclaw status')
    assert.match(JSON.stringify(outcome), /"kind":"one"/)
  })

test('help: a group lists its commands, and part of a word is no group', async () => {
  const group = [...registry.keys()].filter((path) => path.startsWith('ops access '))
  assert.ok(group.length >= 6)
  assert.deepEqual(
    listed(await help('access')),
    group.map((path) => `/${path}`),
  )
  assert.match(JSON.stringify(await help('us')), /There is no command “us” for you here/)
})

test('help: what one may not run is as unknown as what is not there', async () => {
  const hidden = await help('ops access trust', VIEWER)
  const absent = await help('ops access nothing', VIEWER)
  assert.equal(hidden.reply?.title, 'There is no command “ops access trust” for you here.')
  assert.equal(absent.reply?.title, 'There is no command “ops access nothing” for you here.')
  assert.deepEqual(hidden.reply?.blocks, absent.reply?.blocks)
})

for (const locale of ['en', 'zh-TW'] as const)
  test(`help: how it looks in ${locale}`, async (t) => {
    for (const command of ['connect', 'access allow', 'ops job']) {
      const { reply } = await help(command, OWNER, locale)
      assert.ok(reply)
      t.assert.snapshot(renderConsole(reply), { serializers: [(value) => String(value)] })
    }
  })

test('help: every command can be explained, with its options and an example that is one', async () => {
  for (const [path, { options }] of registry) {
    const { reply } = await help(path)
    assert.equal(reply?.title, `/${path}`)
    for (const { name } of options) assert.ok(JSON.stringify(reply?.blocks).includes(name), path)
  }
})
