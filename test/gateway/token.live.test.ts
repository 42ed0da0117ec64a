import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { TokenReport } from '../../src/core/gateway.ts'
import { Secret } from '../../src/core/secret.ts'
import { createGateway } from '../../src/gateway/probe.ts'
import { localExec, machineWith } from './exec.ts'
import { type StandIn, type StandInOptions, startReady, temporary, TOKEN } from './stand-in.ts'

const onLinux = { skip: process.platform !== 'linux' }
const VERSIONS = ['2026.1.29', '2026.3.13', '2026.6.11', '2026.8.2', '2026.9.6']
const OTHER = 'tok-BBBB-0123456789abcdef0123456789abcdef'
const digest = (value: string) => createHash('sha256').update(value).digest('hex')

interface Looked {
  readonly report: Extract<TokenReport, { known: true }>
  readonly kept: string | undefined
  readonly outputs: readonly string[]
  readonly commands: ReadonlyArray<readonly string[]>
}

const big = { ...machineWith({}), guest: { cpuKind: 'shared', cpus: 2, memoryMb: 2048 } } as const

/** Looks into a stand-in as if its machine were this host: the script really runs. */
async function look(
  { port, stateDir }: StandIn,
  { dead, path = '', machine = big }: { dead?: Secret; path?: string; machine?: typeof big } = {},
): Promise<Looked> {
  const env = { PATH: `${path}${process.env['PATH']}`, TMPDIR: stateDir }
  const { fly, calls } = localExec(undefined, env)
  const outputs: string[] = []
  const exec: typeof fly.exec = async (...call) => {
    const result = await fly.exec(...call)
    outputs.push(result.stdout + result.stderr)
    return result
  }
  const gateway = createGateway({ fly: { exec }, overrides: { port, stateDir } })
  const seen = await gateway.probe('app', machine)
  const report = await gateway.tokens('app', machine, { seen, devices: true, dead })
  assert.ok(report.known, JSON.stringify(report))
  const kept = await gateway.keepToken('app', machine, seen)
  const commands = calls.map(({ command }) => command)
  return { report, kept: kept?.reveal(), outputs, commands }
}

const withConfig = (t: TestContext, config: string, more: StandInOptions = {}) =>
  startReady(t, { config, ...more })

test('each version tells its own token from a made-up and a dead one', onLinux, async (t) => {
  for (const version of VERSIONS) {
    const one = await startReady(t, { version })
    const { report, kept } = await look(one, { dead: new Secret(OTHER) })
    assert.deepEqual(
      [report.current, report.other, report.dead, report.status],
      ['accepted', 'refused', 'refused', null],
      version,
    )
    assert.deepEqual([report.sha256, report.length], [digest(TOKEN), TOKEN.length])
    assert.deepEqual([report.placeholder, report.shadow, report.mode], [false, null, null])
    assert.equal(report.config, version === '2026.3.13' ? 'parsed' : 'missing')
    assert.ok(report.processMs < 600_000)
    assert.equal(kept, TOKEN)
  }
})

test('no output holds the token, and no command one that lives', onLinux, async (t) => {
  const one = await startReady(t)
  const { outputs, commands } = await look(one)
  const forms = [
    TOKEN,
    Buffer.from(TOKEN).toString('hex'),
    Buffer.from(TOKEN).toString('base64').slice(0, 40),
    encodeURIComponent(TOKEN),
  ]
  assert.equal(outputs.length, 3)
  for (const text of [...outputs, ...commands.flat()])
    for (const form of forms) assert.ok(!text.includes(form))
})

test(
  'a token in the config shadows the secret, however the file is written',
  onLinux,
  async (t) => {
    const files = [
      `{ gateway: { auth: { token: '${OTHER}' } } }`,
      `{"gateway":{"auth":{"mode":"token","token":"${OTHER}"}}}`,
      `// a comment with { "gateway": 1 }\n{ /* " */ "gate\\u0077ay": { auth: { token: "${OTHER}", }, }, }`,
      `{ gateway: { auth: { token: 'x', token: '${OTHER}' } }, agents: { list: [1, {a: 'b'}] } } // end`,
    ]
    for (const config of files) {
      const one = await withConfig(t, config)
      const { report } = await look(one)
      assert.equal(report.shadow, 'config', config)
      assert.deepEqual([report.current, report.other], ['refused', 'refused'], config)
    }
  },
)

test('what is no second token is none', onLinux, async (t) => {
  const files = [
    '{ gateway: { mode: "local" } } // gateway.auth.token: "x"',
    '{ gateway: { auth: { token: "  " } } }',
    '{ meta: { note: "gateway: { auth: { token: \\"x\\" } }" } }',
  ]
  for (const config of files) {
    const { report } = await look(await withConfig(t, config))
    assert.deepEqual([report.shadow, report.config], [null, 'parsed'], config)
    assert.equal(report.current, 'accepted')
  }
})

test(
  'a file that cannot be read is unclear, and one that includes others too',
  onLinux,
  async (t) => {
    const one = await startReady(t)
    const files = ['{ gateway: { auth', '{ "$include": "./more.json" }', '{ a: 1 } }', '', '[']
    for (const text of files) {
      writeFileSync(join(one.stateDir, 'openclaw.json'), text)
      const { report } = await look(one)
      assert.equal(report.config, 'unclear', text)
    }
    for (const text of [
      '{ gateway: { auth: { mode: "password", password: "p" } } }',
      '{ gateway: { auth: { token: "${OPENCLAW_GATEWAY_TOKEN}" } } }',
      '{ gateway: { auth: { token: { source: "env", provider: "default", id: "OPENCLAW_GATEWAY_TOKEN" } } } }',
    ]) {
      writeFileSync(join(one.stateDir, 'openclaw.json'), text)
      const { report } = await look(one)
      assert.deepEqual([report.config, report.shadow], ['parsed', null], text)
      assert.deepEqual(
        [report.mode, report.password],
        text.includes('password') ? ['password', true] : [null, false],
      )
    }
  },
)

test('anything but yes and no is unknown, with what was answered', onLinux, async (t) => {
  const one = await startReady(t)
  mkdirSync(join(one.stateDir, '.fake'), { recursive: true })
  const seen = await createGateway({
    fly: localExec(undefined, { PATH: process.env['PATH'], TMPDIR: one.stateDir }).fly,
    overrides: one,
  }).probe('app', big)
  writeFileSync(join(one.stateDir, '.fake', 'hang'), '')
  const { fly } = localExec(undefined, { PATH: process.env['PATH'], TMPDIR: one.stateDir })
  const gateway = createGateway({ fly, overrides: one })
  const report = await gateway.tokens('app', big, { seen })
  assert.ok(report.known)
  assert.deepEqual([report.current, report.other, report.status], ['unknown', 'unknown', 0])
  one.signal('SIGKILL')
  await one.exit
  const gone = await gateway.tokens('app', big, { seen })
  assert.equal(gone.known, false)
  assert.equal(await gateway.keepToken('app', big, seen), null)
})

test(
  'devices are named by the machine’s own command, and only where there is room',
  onLinux,
  async (t) => {
    const one = await startReady(t)
    const bin = temporary(t)
    const paired = [
      { deviceId: 'dee3f261070a0956', clientId: 'cli', tokens: [{ token: 'never' }] },
      { deviceId: 'aaaabbbbcccc', displayName: 'Ana’s phone <b>' },
    ]
    const script = `#!/bin/sh\n[ "$*" = "devices list --json" ] && [ "$OPENCLAW_GATEWAY_PORT" = ${one.port} ] && echo 'note' && echo '${JSON.stringify({ paired })}'\n`
    writeFileSync(join(bin, 'openclaw'), script)
    chmodSync(join(bin, 'openclaw'), 0o755)
    const path = `${bin}${delimiter}`
    const { report, outputs } = await look(one, { path })
    assert.deepEqual(report.devices, ['cli dee3f261', 'Anas phone b aaaabbbb'])
    assert.ok(!outputs.join('').includes('never'))
    const small = { ...big, guest: { ...big.guest, memoryMb: 1024 } } as unknown as typeof big
    assert.equal((await look(one, { path, machine: small })).report.devices, null)
    assert.equal((await look(one)).report.devices, null)
  },
)

test('a token on the command line and a placeholder are seen', onLinux, async (t) => {
  const one = await startReady(t, {
    env: { OPENCLAW_GATEWAY_TOKEN: 'your-gateway-token' },
  })
  const { report } = await look(one)
  assert.deepEqual([report.placeholder, report.length], [true, 18])
})
