import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { say } from '../../src/core/text.ts'
import { createGateway } from '../../src/gateway/probe.ts'
import { localExec, machineWith } from './exec.ts'
import { type StandIn, startReady, TOKEN } from './stand-in.ts'

const onLinux = { skip: process.platform !== 'linux' }
const digest = (value: string) => createHash('sha256').update(value, 'utf8').digest('hex')
const NAMES = ['OPENCLAW_GATEWAY_TOKEN', 'ANTHROPIC_API_KEY', 'PATH_OF_NOTHING', 'SPEAKS']

/** Looks into a stand-in as if its machine were this host: the script really runs. */
async function look({ port, stateDir }: StandIn, names = NAMES) {
  const { fly, calls } = localExec()
  const gateway = createGateway({ fly, overrides: { port, stateDir } })
  const seen = await gateway.probe('app', machineWith({}))
  const found = await gateway.environment('app', machineWith({}), { seen, names })
  return { seen, gateway, found, calls }
}

test(
  'variables of the running process are told by digest, absent ones as absent',
  onLinux,
  async (t) => {
    const config = '{ channels: { x: { token: "${SPEAKS}", other: "${NOT_PATH_OF_NOTHING}" } } }'
    const { found, calls } = await look(await startReady(t, { config }))
    assert.ok(found.known, JSON.stringify(found))
    assert.equal(found.values['OPENCLAW_GATEWAY_TOKEN'], digest(TOKEN))
    assert.equal(found.values['PATH_OF_NOTHING'], null)
    assert.deepEqual(Object.keys(found.values), NAMES)
    assert.deepEqual(found.mentioned, ['SPEAKS'])
    assert.ok(found.processMs < 600_000)
    assert.ok(!JSON.stringify([found, calls]).includes(TOKEN))
  },
)

test(
  'names that are none are not asked for, and a machine without a config file speaks of nothing',
  onLinux,
  async (t) => {
    const { found } = await look(await startReady(t), ['A B', '$(id)', 'OPENCLAW_GATEWAY_TOKEN'])
    assert.ok(found.known)
    assert.deepEqual(Object.keys(found.values), ['OPENCLAW_GATEWAY_TOKEN'])
    assert.deepEqual(found.mentioned, [])
  },
)

test('another process than the one that was seen, or none, is unknown', onLinux, async (t) => {
  const { gateway, seen } = await look(await startReady(t))
  const machine = machineWith({})
  const other = { ...seen, bootId: seen.bootId?.replace(/[^:]*$/, '1') ?? null }
  for (const wrong of [other, { ...seen, pid: null }]) {
    const found = await gateway.environment('app', machine, { seen: wrong, names: NAMES })
    assert.ok(!found.known)
    assert.match(say(found.why, 'en'), /not found|^$/)
  }
})

test('an answer that is not the script’s own is unknown', onLinux, async (t) => {
  const { seen } = await look(await startReady(t))
  const good = '{"values":{},"mentioned":[],"ageMs":1,"gone":false}'
  const answers = [
    '',
    `gateway-environment other ${good}\n`,
    `gateway-environment n ${good}`,
    'gateway-environment n {"values":{"A":"the value"},"mentioned":[],"ageMs":1,"gone":false}\n',
    'gateway-environment n {\n',
  ]
  for (const stdout of answers) {
    const exec = async () => ({ exitCode: 0, stdout, stderr: '' })
    const gateway = createGateway({ fly: { exec }, nonce: () => 'n' })
    const found = await gateway.environment('app', machineWith({}), { seen, names: ['A'] })
    assert.equal(found.known, false, stdout)
    assert.ok(!JSON.stringify(found).includes('the value'))
  }
})
