import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TestContext } from 'node:test'
import { say } from '../../src/core/text.ts'
import { createGateway } from '../../src/gateway/probe.ts'
import { localExec, machineWith } from './exec.ts'
import { ORIGINS, startReady, type StandIn, type StandInOptions, TOKEN } from './stand-in.ts'

const VERSIONS = ['2026.1.29', '2026.3.13', '2026.6.11', '2026.8.2', '2026.9.6']
const onLinux = { skip: process.platform !== 'linux' }
const CHANNELS = { FAKE_OPENCLAW_CHANNELS: 'discord,telegram' }

const startWith = (t: TestContext, options: StandInOptions) =>
  startReady(t, { ...options, env: { ...CHANNELS, ...options.env } })

/** A machine of tests may be slow for seconds; what is no test of patience has enough of it. */
const patient = (command: readonly string[]) =>
  command.map((word) =>
    word
      .replace('patience=3\n', 'patience=60\n')
      .replace('PATIENCE_MS = 3500', 'PATIENCE_MS = 60000'),
  )

/** Looks as status does, with the script and the program really running. */
async function look(
  { port, stateDir }: StandIn,
  map: (command: readonly string[]) => readonly string[] = patient,
) {
  const outputs: string[] = []
  const { fly, calls } = localExec(map, { PATH: process.env['PATH'], TMPDIR: stateDir })
  const exec: typeof fly.exec = async (...call) => {
    const result = await fly.exec(...call)
    outputs.push(result.stdout + result.stderr)
    return result
  }
  const gateway = createGateway({ fly: { exec }, overrides: { port, stateDir } })
  const report = await gateway.probe('app', machineWith({}), { channels: true })
  return { report, calls, output: outputs.join('\n'), why: say(report.channelsReason ?? '', 'en') }
}

describe('channels of a gateway that really runs', { ...onLinux, concurrency: 3 }, () => {
  for (const version of VERSIONS)
    test(`${version} tells which run, in the one exec of the probe`, async (t) => {
      const one = await startWith(t, { version })
      const { report, calls, why } = await look(one)
      assert.equal(report.ready, true)
      // It gives a client without a device no right to ask, also over loopback.
      if (version === '2026.3.13') assert.match(why, /only a paired device/)
      else assert.deepEqual([report.channels, report.channelsDown], [['discord', 'telegram'], []])
      assert.equal(calls.length, 1)
      assert.doesNotMatch(one.output(), /unauthorized|pairing/)
    })

  test('those that are set up and do not run are named', async (t) => {
    const one = await startWith(t, {})
    writeFileSync(join(one.stateDir, '.fake', 'channels-down'), '')
    const { report } = await look(one)
    assert.deepEqual(report.channels, [])
    assert.deepEqual(report.channelsDown, [
      { name: 'discord', state: 'stopped' },
      { name: 'telegram', state: 'stopped' },
    ])
  })

  test('a token of the config file is used in place of the variable', async (t) => {
    const { gateway } = {
      gateway: 'controlUi: { allowedOrigins: [] }, auth: { token: "cfg-BBBB-1" }',
    }
    const one = await startWith(t, { config: `// ours\n{ gateway: { ${gateway} } }` })
    assert.deepEqual((await look(one)).report.channels, ['discord', 'telegram'])
  })

  test('no token is in what is sent to the machine, nor in what comes back', async (t) => {
    const one = await startWith(t, {
      config: ORIGINS.replace('gateway: {', `gateway: { auth: { token: "${TOKEN}" },`),
    })
    const { report, calls, output } = await look(one)
    assert.notEqual(report.channels, null)
    const hex = Buffer.from('tok-AAAA').toString('hex')
    for (const text of [output, JSON.stringify(calls)])
      assert.ok(!text.includes('tok-AAAA') && !text.includes(hex))
  })

  test('a gateway whose token was changed under it says why nothing is known', async (t) => {
    const one = await startWith(t, { version: '2026.9.6' })
    const { report, why } = await look(one, (command) =>
      patient(command).map((word) => word.replace('text(flag) ||', '"wrong" ||')),
    )
    assert.deepEqual([report.ready, report.channels], [true, null])
    assert.match(why, /refuses the token/)
  })

  test('a machine short of memory or without node is not asked, and its health is known all the same', async (t) => {
    const one = await startWith(t, {})
    const rows = [
      ['room_kb=131072', 'room_kb=99999999999', /128 MB/],
      ['command -v node || readlink "/proc/$pid/exe"', 'echo', /No node/],
      ["typeof WebSocket === 'undefined'", 'true', /older than 22/],
      ['minProtocol: 3', 'minProtocol: 8', /protocol/],
      ["'channels.status', {", "'channels.nothing', {", /does not tell/],
      ["scopes: ['operator.read']", 'scopes: []', /only a paired device/],
      ["return send('c1'", "return ('c1'", /within 3\.5 seconds/],
    ] as const
    const found = await Promise.all(
      rows.map(async ([from, to, why]) => {
        const map = from === "return send('c1'" ? (same: readonly string[]) => same : patient
        const seen = await look(one, (command) =>
          map(command).map((word) => word.replace(from, to)),
        )
        assert.match(seen.why, why, from)
        return seen.report.ready
      }),
    )
    assert.deepEqual(new Set(found), new Set([true]))
  })

  test('a hung gateway is not asked a second time', async (t) => {
    const one = await startWith(t, {})
    writeFileSync(join(one.stateDir, '.fake', 'hang'), '')
    const { report, output } = await look(one, (command) => command)
    assert.deepEqual([report.ready, report.channels], [null, null])
    assert.doesNotMatch(output, /^channels/m)
  })
})
