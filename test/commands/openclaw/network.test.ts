import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { differences } from '../../../src/core/mutation/config.ts'
import { scene } from '../../helpers/mutation.ts'
import { machineOf, posts, press, second, servicesOf, typesOf, words } from './network-world.ts'

const golden = (t: TestContext, ...said: readonly SaidReply[]) => {
  for (const one of said)
    t.assert.snapshot(renderConsole(one), { serializers: [(value) => String(value)] })
}
const asked = (said: SaidReply | undefined): SaidReply => said ?? assert.fail('nobody was asked')

for (const locale of ['en', 'zh-TW'] as const)
  test(`private and back, in the words of ${locale}`, async (t) => {
    const stage = await scene(t)
    stage.fly.allocateIp('my-openclaw', 'v4', '149.248.1.1')
    const there = await stage.run('network private', { ...press, locale })
    golden(t, asked(there.asked), there.end)
    const back = await stage.run('network public', { ...press, locale })
    golden(t, asked(back.asked), back.end, ...progress(there.said))
  })

/** The last words of its progress. */
const progress = (said: readonly SaidReply[]): readonly SaidReply[] =>
  said
    .filter(({ blocks }) => blocks.some(({ type }) => type === 'progress'))
    .slice(-1)
    .map(untimed)
const untimed = (said: SaidReply): SaidReply => ({
  ...said,
  footer: '',
  blocks: said.blocks.map((block) =>
    block.type === 'progress'
      ? { ...block, steps: block.steps.map(({ label, state }) => ({ label, state })) }
      : block,
  ),
})

test('there and back is as before, by meaning; only the addresses are new ones', async (t) => {
  const stage = await scene(t)
  const before = structuredClone(machineOf(stage).config)
  const [types, metadata] = [typesOf(stage), before['metadata']]
  const there = await stage.run('network private', press)
  assert.equal(there.job.state, 'done')
  assert.deepEqual(typesOf(stage), ['private_v6'])
  assert.deepEqual(servicesOf(machineOf(stage)), [])
  assert.deepEqual(machineOf(stage).config['metadata'], metadata)
  const back = await stage.run('network public', press)
  assert.equal(back.job.state, 'done')
  assert.deepEqual(differences(before, machineOf(stage).config), [])
  assert.deepEqual(typesOf(stage), ['private_v6', ...types])
  assert.equal(await stage.store.get('network', 'my-openclaw'), undefined)
})

test('what is so already is said, nobody is asked and nothing is done', async (t) => {
  const stage = await scene(t)
  const open = await stage.run('network public')
  assert.match(words(open.end), /public already/)
  await stage.run('network private', press)
  const from = stage.fly.calls.length
  const again = await stage.run('network private')
  assert.match(words(again.end), /private already/)
  assert.equal(again.job.state, 'done')
  assert.deepEqual(posts(stage, from), [])
})

test('several machines: each is changed, and a stopped one stays stopped there and back', async (t) => {
  const stage = await scene(t)
  const id = await second(stage, 'stopped')
  const before = structuredClone(stage.fly.machine(id).config)
  const { end } = await stage.run('network private', press)
  assert.match(words(end), new RegExp(`${id} is stopped, as before`))
  assert.deepEqual(servicesOf(stage.fly.machine(id)), [])
  assert.equal((await stage.run('network public', press)).job.state, 'done')
  assert.deepEqual(differences(before, stage.fly.machine(id).config), [])
  assert.equal(stage.fly.machine(id).state, 'stopped')
})

for (const [version, check] of [
  ['2026.9.6', { type: 'http', path: '/startupz' }],
  ['2026.6.11', { type: 'http', path: '/healthz' }],
  ['2026.1.29', { type: 'tcp' }],
] as const)
  test(`without a memory ${version} gets services with a check that it answers`, async (t) => {
    const stage = await scene(t, { deploy: { private: true, version } })
    stage.inside.version = version
    const { asked: question, job } = await stage.run('network public', press)
    assert.equal(job.state, 'done')
    assert.match(words(asked(question)), /template/)
    assert.equal(/403/.test(words(asked(question))), version === '2026.9.6')
    const [service] = servicesOf(machineOf(stage)) as ReadonlyArray<Record<string, unknown>>
    assert.equal(service?.['internal_port'], 3000)
    const [made] = (service?.['checks'] ?? []) as ReadonlyArray<Record<string, unknown>>
    for (const [key, value] of Object.entries(check)) assert.equal(made?.[key], value)
    assert.deepEqual(typesOf(stage), ['private_v6', 'shared_v4', 'v6'])
  })

test('with real gateways: private and public again, each ready in between', async (t) => {
  const stage = await scene(t, { runtime: 'process' })
  await stage.fly.untilLog('my-openclaw', /\[gateway\] ready/)
  const there = await stage.run('network private', press)
  assert.equal(there.job.state, 'done', words(there.end))
  assert.equal(stage.fly.visit('my-openclaw'), 'no-service')
  const back = await stage.run('network public', press)
  assert.equal(back.job.state, 'done', words(back.end))
  assert.match(words(back.end), /is ready \(2026\.9\.6\)/)
  assert.equal(stage.fly.visit('my-openclaw'), 'served')
})
