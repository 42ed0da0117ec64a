import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import type { Rotation } from '../../../src/core/token/result.ts'
import { scene, wordsOf } from '../../helpers/mutation.ts'
import { GAVE_UP, NAME, runs, withoutToken } from './token-world.ts'

const words = (said: SaidReply | undefined): string => (said ? wordsOf(said).join('\n') : '')

/** Ids, times and how long things took are of the moment. */
const golden = (t: TestContext, said: SaidReply | undefined): void =>
  t.assert.snapshot(
    renderConsole(said ?? assert.fail('nothing was said'))
      .replaceAll(/J-[0-9A-Z]{6}/g, 'J-000000')
      .replaceAll(/\d+ (?:ms|s|秒)(?=\b|$|\))/g, '<ms>'),
    { serializers: [(value) => String(value)] },
  )

for (const locale of ['en', 'zh-TW'] as const)
  test(`the first token, to a gateway that gave up for want of one, in ${locale}`, async (t) => {
    const opened = await scene(t, GAVE_UP)
    const { dead } = withoutToken(opened)
    const { run, fly, deployed } = opened
    const ran = await run('token rotate', { press: true, locale })
    golden(t, ran.asked)
    golden(t, ran.said.filter(({ tone }) => tone === 'pending').at(-1))
    golden(t, ran.end)
    const machine = fly.machine(deployed.machine.id)
    assert.equal(machine.state, 'started')
    assert.equal(runs(machine), fly.app(deployed.app).secrets.get(NAME)?.value)
    assert.match(runs(machine), /^[0-9a-f]{64}$/)
    assert.equal((ran.job.result as Rotation).proven, true)
    assert.deepEqual(dead, [], 'there was no token that could be refused')
  })

for (const locale of ['en', 'zh-TW'] as const)
  test(`a gateway that does not come up with its first token, in ${locale}`, async (t) => {
    const opened = await scene(t, GAVE_UP)
    withoutToken(opened)
    opened.inside.ready = () => false
    const { end, job } = await opened.run('token rotate', { press: true, locale })
    golden(t, end)
    assert.equal(job.state, 'failed')
    const { fly, deployed } = opened
    assert.equal(typeof fly.app(deployed.app).secrets.get(NAME)?.value, 'string', 'it stays')
  })

test('a gateway that runs without a token is given one and is started anew', async (t) => {
  const opened = await scene(t)
  withoutToken(opened)
  const { run, fly, deployed } = opened
  const { end, job, asked } = await run('token rotate', { press: true })
  assert.match(words(asked), /none → 64 random characters/)
  assert.equal(job.state, 'done', words(end))
  assert.equal(
    runs(fly.machine(deployed.machine.id)),
    fly.app(deployed.app).secrets.get(NAME)?.value,
  )
  assert.match(words(end), /has its first token/)
})

test('a token in the config file stands before a first one, too', async (t) => {
  const opened = await scene(t)
  withoutToken(opened).config = { token: 'value' }
  const { end, job } = await opened.run('token rotate')
  assert.equal(job.state, 'failed')
  assert.match(words(end), /config unset path=gateway\.auth\.token/)
  assert.equal(opened.fly.app(opened.deployed.app).secrets.has(NAME), false)
})
