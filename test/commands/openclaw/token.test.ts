import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { Rotation } from '../../../src/core/token/result.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import type { FakeMachine } from '../../fakes/fly/types.ts'
import { type Scene, scene, type SceneOptions, wordsOf } from '../../helpers/mutation.ts'
import { answerToken, createTokenWorld, type TokenWorld } from '../../helpers/token-inside.ts'

const NAME = 'OPENCLAW_GATEWAY_TOKEN'

async function begin(
  t: TestContext,
  options: SceneOptions = {},
): Promise<Scene & { readonly tokens: TokenWorld }> {
  const opened = await scene(t, options)
  const tokens = createTokenWorld()
  opened.inside.exec = answerToken(tokens)
  return { ...opened, tokens }
}
const runs = ({ secrets }: FakeMachine): string => secrets[NAME] ?? ''
const words = (said: SaidReply | undefined): string => (said ? wordsOf(said).join('\n') : '')

/** Ids, times and how long things took are of the moment. */
const golden = (t: TestContext, said: SaidReply | undefined): void =>
  t.assert.snapshot(
    renderConsole(said ?? assert.fail('nothing was said'))
      .replaceAll(/J-[0-9A-Z]{6}/g, 'J-000000')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, '<time>')
      .replaceAll(/\d+ (?:ms|s|秒)(?=\b|$|\))/g, '<ms>'),
    { serializers: [(value) => String(value)] },
  )

for (const locale of ['en', 'zh-TW'] as const)
  test(`question, progress, result and check in ${locale}`, async (t) => {
    const { run } = await begin(t)
    const ran = await run('token rotate', { press: true, locale })
    golden(t, ran.asked)
    golden(t, ran.said.filter(({ tone }) => tone === 'pending').at(-1))
    golden(t, ran.end)
    golden(t, (await run('token check', { locale })).end)
  })

for (const locale of ['en', 'zh-TW'] as const)
  test(`a gateway that does not come up with it: the old token is back, in ${locale}`, async (t) => {
    const { run, inside, fly, deployed } = await begin(t)
    const id = deployed.machine.id
    const old = deployed.gatewayToken
    inside.ready = (machine) => runs(machine) === old
    const { end, job } = await run('token rotate', { press: true, locale })
    golden(t, end)
    assert.equal(job.state, 'failed')
    assert.equal(runs(fly.machine(id)), old)
    assert.equal(fly.app(deployed.app).secrets.get(NAME)?.value, old)
    assert.equal(fly.machine(id).state, 'started')
  })

test('what would make a rotation pointless refuses it, with its cure, and changes nothing', async (t) => {
  const cases: ReadonlyArray<readonly [Partial<TokenWorld>, RegExp]> = [
    [{ config: { token: 'value' } }, /config unset path=gateway\.auth\.token/],
    [{ config: { mode: 'password' } }, /lets people in by password/],
    [{ answer: () => 'accepted' }, /takes any token/],
    [{ answer: () => 'refused' }, /refuses the token of its own process/],
    [{ answer: () => 429 }, /unknown: it answered 429/],
    [{ answer: () => 0 }, /unknown: it did not answer/],
    [{ running: () => '' }, /runs without/],
  ]
  for (const [change, expected] of cases) {
    const { run, tokens, fly, deployed, inside } = await begin(t)
    Object.assign(tokens, change)
    inside.exec = answerToken(tokens)
    const { end, job } = await run('token rotate')
    assert.equal(job.state, 'failed', words(end))
    assert.match(words(end), expected)
    assert.match(words(end), /Nothing was changed/)
    assert.equal(fly.app(deployed.app).secrets.get(NAME)?.value, deployed.gatewayToken)
    const found = await run('token check')
    assert.match(
      words(found.end),
      new RegExp(expected.source.replace(/^config unset.*/, 'config unset')),
    )
    assert.notEqual(found.end.tone, 'ok')
  }
})

test('what could not be seen is said, looked at again, and corrected', async (t) => {
  const { run, look, tokens, fly, deployed } = await begin(t)
  let hidden = true
  tokens.answer = (machine, token) => {
    if (runs(machine) !== deployed.gatewayToken && hidden) return 403
    return token === runs(machine) ? 'accepted' : 'refused'
  }
  const ran = await run('token rotate', { press: true })
  assert.equal((ran.job.result as Rotation).proven, null)
  assert.equal(ran.end.tone, 'warn')
  assert.deepEqual(tokens.dead, [], 'the old token is not sent while it may live')
  assert.ok(ran.end.actions?.some(({ label }) => label === 'Reveal'))
  assert.notEqual(runs(fly.machine(deployed.machine.id)), deployed.gatewayToken)
  hidden = false
  const later = await look(ran)
  assert.equal((later.job.result as Rotation).proven, true)
  assert.equal(later.end.tone, 'ok')
  assert.deepEqual(tokens.dead, [deployed.gatewayToken])
})

test('a stopped machine stays stopped and is named', async (t) => {
  const { run, fly, deployed } = await begin(t)
  const { app, machine } = deployed
  const volume = fly.addVolume({ app, name: 'openclaw_data', region: 'iad', sizeGb: 1 })
  const [mount] = machine.config['mounts'] as ReadonlyArray<Record<string, unknown>>
  const config = { ...machine.config, mounts: [{ ...mount, volume: volume.id }] }
  const idle = await fly.addMachine({ app, config, state: 'stopped' })
  const { end, job } = await run('token rotate', { press: true })
  assert.equal(job.state, 'done', words(end))
  assert.equal(fly.machine(idle.id).state, 'stopped')
  assert.equal(runs(fly.machine(idle.id)), runs(fly.machine(machine.id)))
  assert.match(words(end), new RegExp(`${idle.id}: stopped`))
})

test('nothing runs: nothing could be proven, so nothing is done', async (t) => {
  const { run } = await begin(t, { deploy: { state: 'stopped' } })
  const { end, job } = await run('token rotate')
  assert.equal(job.state, 'failed')
  assert.match(words(end), /Start the machine/)
})
