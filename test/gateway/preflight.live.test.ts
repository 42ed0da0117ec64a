import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { say } from '../../src/core/text.ts'
import { createGateway } from '../../src/gateway/probe.ts'
import { localExec, machineWith } from './exec.ts'
import { impostor } from './impostor.ts'
import { TOKEN, startReady } from './stand-in.ts'
import type { StandIn } from './stand-in.ts'

const OLDER = ['2026.1.29', '2026.3.13', '2026.6.11']
const VERSIONS = ['2026.8.2', '2026.8.20-r20260901', '2026.9.6', '2027.1.1']
const onLinux = { skip: process.platform !== 'linux' }
const machine = {
  ...machineWith({}),
  guest: { cpuKind: 'shared', cpus: 2, memoryMb: 2048 } as const,
}

type Place = Pick<StandIn, 'port' | 'stateDir'>
type Change = (script: string) => string

/** Asks as if the machine were this host: the script really runs. */
async function ask(place: Place, more: { change?: Change; env?: Record<string, string> } = {}) {
  const { change = (script: string) => script, env = {} } = more
  const own = { PATH: process.env['PATH'], TMPDIR: place.stateDir, ...env }
  const { fly } = localExec(
    (command) => command.map((word, i) => (i === 2 ? change(word) : word)),
    own,
  )
  const { safe, detail } = await createGateway({ fly, overrides: place }).preflight('app', machine)
  return { safe, detail: say(detail ?? '', 'en') }
}

test(
  'each newer version is asked through the script it runs, and says when it works',
  onLinux,
  async (t) => {
    for (const version of VERSIONS) {
      const one = await startReady(t, { version })
      assert.deepEqual(await ask(one), { safe: true, detail: '' }, version)
      writeFileSync(join(one.stateDir, '.fake', 'busy'), '')
      const busy = await ask(one)
      assert.equal(busy.safe, false, version)
      assert.match(busy.detail, /1 agent run\.$/)
    }
  },
)

test('an older version would pair a device for being asked, and is not', onLinux, async (t) => {
  for (const version of OLDER) {
    const one = await startReady(t, { version })
    assert.match((await ask(one)).detail, /before 2026\.8\.2/, version)
  }
})

test('without its version or its script a gateway is not asked', onLinux, async (t) => {
  const one = await startReady(t)
  const nowhere = (script: string) => script.replaceAll('/cmdline', '/no-cmdline')
  const app = join(one.stateDir, '.fake', 'app')
  const byPort = { change: nowhere }
  assert.equal((await ask(one, byPort)).safe, true)
  rmSync(join(app, 'openclaw.mjs'))
  assert.match((await ask(one, byPort)).detail, /command line was not found/)
  rmSync(join(app, 'package.json'))
  assert.match((await ask(one, byPort)).detail, /version is not known/)
})

test(
  'a token in the config goes before the one of the environment, here as there',
  onLinux,
  async (t) => {
    const one = await startReady(t, { config: '{ gateway: { auth: { token: "tok-BBBB" } } }' })
    assert.equal((await ask(one)).safe, true)
  },
)

test(
  'the exec may have another environment; what counts is that of the process',
  onLinux,
  async (t) => {
    const one = await startReady(t)
    const env = {
      OPENCLAW_GATEWAY_TOKEN: 'wrong',
      OPENCLAW_STATE_DIR: '/nowhere',
      HOME: '/nowhere',
    }
    assert.equal((await ask(one, { env })).safe, true)
  },
)

test('a dead gateway and a machine short of memory are not asked', onLinux, async (t) => {
  const one = await startReady(t)
  const meminfo = join(one.stateDir, 'meminfo')
  writeFileSync(meminfo, 'MemTotal: 2000000 kB\nMemAvailable:   307199 kB\n')
  const change = (script: string) => script.replaceAll('/proc/meminfo', meminfo)
  assert.match((await ask(one, { change })).detail, /too little free memory/)
  one.signal('SIGKILL')
  await one.exit
  assert.match((await ask(one)).detail, /No gateway process/)
})

test(
  'no token is in any argument, and nothing of the exec reaches the command line',
  onLinux,
  async (t) => {
    const one = await impostor(t, process.getuid?.() ?? 0)
    const before = readdirSync(one.stateDir)
    const env = { NODE_OPTIONS: '--max-old-space-size=1536' }
    assert.equal((await ask(one, { env })).safe, true)
    const { commands, token } = one.said()
    assert.equal(token, TOKEN)
    const call = 'gateway call gateway.restart.preflight --json '
    assert.ok(commands[0]?.replaceAll('\0', ' ').endsWith(call), commands[0])
    for (const command of commands) assert.doesNotMatch(command, /tok-AAAA/)
    assert.deepEqual(readdirSync(one.stateDir), [...before, 'said.json'].toSorted())
  },
)

const works = (file: string, ...args: readonly string[]): boolean => {
  try {
    execFileSync(file, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
/** Nobody's id, on every Linux. */
const NOBODY = 65_534
const others = {
  skip:
    process.getuid?.() !== 0 ||
    !works('setpriv', '--reuid', String(NOBODY), '--clear-groups', process.execPath, '-e', '0'),
}

test(
  'root asks as the user the gateway runs as: by setpriv, else by su, else not',
  others,
  async (t) => {
    const one = await impostor(t, NOBODY)
    assert.equal((await ask(one)).safe, true)
    assert.equal(one.said().uid, NOBODY)
    const noSetpriv = (script: string) => script.replaceAll('setpriv --', 'no-such-setpriv --')
    assert.equal((await ask(one, { change: noSetpriv })).safe, true)
    assert.equal(one.said().uid, NOBODY)
    const neither = (script: string) => noSetpriv(script).replaceAll('su -m', 'no-such-su -m')
    assert.match((await ask(one, { change: neither })).detail, /act as the gateway's user/)
  },
)
