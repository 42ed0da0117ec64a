import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HINTS } from '../../src/core/complete-things.ts'
import { begin } from '../../src/core/deploy/record.ts'
import { SIGHTS } from '../../src/core/watch/seen-at.ts'
import { loadCommands } from '../../src/load-commands.ts'
import * as made from '../helpers/deployments.ts'
import { HERE, OPERATOR, OWNER } from '../helpers/people.ts'
import { createWorld, type World } from '../helpers/world.ts'

const registry = await loadCommands()
const at = 0
const SIGHT = {
  machines: { known: true, at, value: [made.machine({ id: 'm1' }), made.machine({ id: 'm2' })] },
  volumes: { known: true, at, value: [made.volume({ id: 'vol_1', sizeGb: 3 })] },
  secrets: { known: true, at, value: [made.secret({ name: 'MY_KEY' })] },
}
const unseen = { known: false, at, why: 'x', code: 'network' }
const image = { image: 'a', digest: null, version: null }

const offered = async (world: World, path: string, option: string, actor = OWNER) => {
  const asked = { command: `openclaw ${path}`, option, typed: '', input: {}, actor, place: HERE }
  const choices = await world.front.complete({ ...asked, locale: 'en' })
  return choices.map(({ value }) => value)
}
const put = (world: World, thing: string, values: readonly string[]) =>
  world.deps.store.put(HINTS, `${thing}.my-openclaw`, values)

test('before anything was seen, what is usual is offered where there is such', async () => {
  const world = await createWorld({ registry })
  assert.deepEqual(await offered(world, 'memory', 'size'), [
    '512mb',
    '1gb',
    '2gb',
    '4gb',
    '8gb',
    'next',
  ])
  assert.ok((await offered(world, 'secrets set', 'name')).includes('ANTHROPIC_API_KEY'))
  assert.deepEqual(await offered(world, 'secrets unset', 'name'), [])
  assert.deepEqual(await offered(world, 'config restore', 'id'), ['last-good', 'bak'])
  assert.ok((await offered(world, 'volumes extend', 'size')).includes('1gb'))
  assert.deepEqual(await offered(world, 'restart', 'machine'), [])
})

test('what a command saw is offered after it', async () => {
  const world = await createWorld({ registry })
  await put(world, 'machine', ['m7'])
  await put(world, 'name', ['A', 'B'])
  await put(world, 'version', ['3f2a91c0'])
  assert.deepEqual(await offered(world, 'restart', 'machine'), ['m7'])
  assert.deepEqual(await offered(world, 'secrets unset', 'name'), ['A', 'B'])
  assert.deepEqual(await offered(world, 'config restore', 'id'), ['3f2a91c0', 'last-good', 'bak'])
})

test('what the watcher sees now is offered before what a command saw once', async () => {
  const world = await createWorld({ registry })
  await put(world, 'machine', ['m7'])
  await put(world, 'size', ['1gb'])
  await world.deps.store.put(SIGHTS, 'my-openclaw', { sight: SIGHT })
  assert.deepEqual(await offered(world, 'restart', 'machine'), ['m1', 'm2'])
  assert.deepEqual(await offered(world, 'volumes snapshot', 'volume'), ['vol_1'])
  assert.deepEqual((await offered(world, 'volumes extend', 'size')).slice(0, 2), ['5gb', '10gb'])
  assert.deepEqual(await offered(world, 'secrets unset', 'name'), ['MY_KEY'])
  assert.equal((await offered(world, 'secrets set', 'name'))[0], 'MY_KEY')
  const sizes = await offered(world, 'memory', 'size')
  assert.deepEqual([sizes.includes('4gb'), sizes.at(-1)], [true, 'next'])
  await world.deps.store.put(SIGHTS, 'my-openclaw', { sight: { ...SIGHT, machines: unseen } })
  assert.deepEqual(await offered(world, 'restart', 'machine'), ['m7'])
})

test('a way back is offered by the numbers of the history, newest first', async () => {
  const world = await createWorld({ registry })
  const { store } = world.deps
  for (const job of ['J-000001', 'J-000002'])
    await begin(
      { store, app: 'my-openclaw' },
      { job, kind: 'image', at, by: 'x', from: image, to: image },
    )
  assert.deepEqual(await offered(world, 'deploy rollback', 'to'), ['2', '1'])
})

test('things of an app are offered to nobody who may not run the command on it', async () => {
  const world = await createWorld({ registry })
  await put(world, 'name', ['A'])
  assert.deepEqual(await offered(world, 'secrets unset', 'name', OPERATOR), [])
})
