import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import fc from 'fast-check'
import { createInspect, readInspect } from '../../src/gateway/inspect.ts'
import { failed } from '../helpers/deployments.ts'
import { localExec, machineWith } from './exec.ts'
import { NONCE } from './outputs.ts'
import { startReady, temporary } from './stand-in.ts'

const DIRECTORIES = ['/data', '/more']
const output = (...lines: readonly string[]): string =>
  [`gateway-inspect ${NONCE}`, ...lines, `end ${NONCE} ${lines.length}`, ''].join('\n')
const read = (...lines: readonly string[]) =>
  readInspect(output(...lines), { nonce: NONCE, directories: DIRECTORIES })

test('the figures of a whole answer', () => {
  const found = read(
    'disk 1 1024 256 768 1',
    'disk 0 2048 2048 0 0',
    'memory 2097152 1048576',
    'listen 00000000',
    'listen 0100007F',
    'config file 1000 1000 600 512 1795000000',
    'clobbered 2 1795000001',
    'user 1000 1000',
    'home /home/node/.openclaw',
  )
  assert.deepEqual(found, {
    known: true,
    disks: [
      {
        path: '/more',
        totalBytes: 1_048_576,
        usedBytes: 262_144,
        freeBytes: 786_432,
        mounted: true,
      },
      { path: '/data', totalBytes: 2_097_152, usedBytes: 2_097_152, freeBytes: 0, mounted: false },
    ],
    stateDir: '/home/node/.openclaw',
    listens: ['all', 'loopback'],
    memory: { totalBytes: 2_147_483_648, freeBytes: 1_073_741_824 },
    config: {
      state: 'there',
      uid: 1000,
      mode: '600',
      bytes: 512,
      changedAt: 1_795_000_000_000,
      readable: true,
    },
    clobbered: { count: 2, newestAt: 1_795_000_001_000 },
  })
})

const ADDRESSES: ReadonlyArray<readonly [hex: string, where: string]> = [
  ['00000000', 'all'],
  ['0'.repeat(32), 'all'],
  ['0100007F', 'loopback'],
  ['0500007F', 'loopback'],
  [`${'0'.repeat(24)}01000000`, 'loopback'],
  [`${'0'.repeat(16)}FFFF00000100007F`, 'loopback'],
  ['0A00000A', 'other'],
  ['7F000001', 'other'],
]
for (const [hex, where] of ADDRESSES)
  test(`the kernel's address ${hex} is ${where}`, () =>
    assert.deepEqual(read(`listen ${hex}`)?.listens, [where]))

const READERS: ReadonlyArray<readonly [file: string, user: string, readable: boolean | null]> = [
  ['1000 1000 600', 'user 1000 1000', true],
  ['0 0 600', 'user 1000 1000', false],
  ['0 0 644', 'user 1000 1000', true],
  ['0 1000 640', 'user 1000 1000', true],
  ['0 1000 600', 'user 1000 1000', false],
  ['1000 1000 000', 'user 1000 1000', false],
  ['1000 1000 0', 'user 0 0', true],
]
for (const [file, user, readable] of READERS)
  test(`a file of ${file} may be read by ${user}: ${String(readable)}`, () => {
    const config = read(`config file ${file} 1 1`, user)?.config
    assert.equal(config?.state === 'there' && config.readable, readable)
  })

test('without a process nobody knows who reads', () => {
  const config = read('config file 0 0 600 1 1')?.config
  assert.equal(config?.state === 'there' ? config.readable : 0, null)
  assert.deepEqual(read('config missing')?.config, { state: 'missing' })
  assert.deepEqual(read('clobbered 0 0')?.clobbered, { count: 0, newestAt: null })
})

test('anything but the whole of what the script writes is nothing', () => {
  const good = output('memory 1 1')
  const bad = [
    '',
    good.slice(0, -1),
    good.replace(NONCE, 'other'),
    output('disk 2 1 1 1 1'),
    output('disk 0 1 1 1'),
    output('memory 1'),
    output('constructor 1'),
    output('listen 127.0.0.1'),
    output('home data'),
    output('home /a b'),
    output('surprise'),
  ]
  for (const text of bad)
    assert.equal(readInspect(text, { nonce: NONCE, directories: DIRECTORIES }), null, text)
  fc.assert(
    fc.property(fc.string(), (text) => {
      assert.equal(readInspect(text, { nonce: NONCE, directories: DIRECTORIES }), null)
    }),
  )
})

/** The script as it really runs, with this computer as the machine. */
const look = (stateDir: string, port: number, more: readonly string[] = []) =>
  createInspect({
    ...localExec(undefined, { PATH: process.env['PATH'], TMPDIR: stateDir }),
    overrides: { port, stateDir },
  })('app', machineWith({}), more)

const onLinux = { skip: process.platform !== 'linux' }

async function listening(t: TestContext, host: string): Promise<number> {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  t.after(() => server.close())
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('really run: disks, memory, the config file and what was thrown away', onLinux, async (t) => {
  const state = temporary(t)
  const path = join(state, 'openclaw.json')
  const port = await listening(t, '127.0.0.1')
  const none = await look(state, port, ['/proc'])
  assert.ok(none.known)
  assert.deepEqual(none.config, { state: 'missing' })
  assert.deepEqual(none.listens, ['loopback'])
  assert.ok((none.memory?.totalBytes ?? 0) > (none.memory?.freeBytes ?? 0))
  const [own] = none.disks
  assert.equal(own?.path, state)
  assert.equal(own?.mounted, false)
  assert.ok((own?.totalBytes ?? 0) > 1_000_000)
  writeFileSync(path, '{ meta: {} }')
  chmodSync(path, 0o640)
  writeFileSync(`${path}.clobbered.2026-11-22`, 'x')
  writeFileSync(`${path}.clobbered.a b`, 'x')
  const some = await look(state, port)
  assert.ok(some.known && some.config?.state === 'there')
  assert.deepEqual([some.config.mode, some.config.bytes, some.config.readable], ['640', 12, true])
  assert.equal(some.clobbered?.count, 2)
  assert.ok(Math.abs((some.clobbered?.newestAt ?? 0) - Date.now()) < 60_000)
  rmSync(path)
})

test(
  'really run: a gateway that listens on all addresses, and whose user may read',
  onLinux,
  async (t) => {
    const one = await startReady(t, { config: '{ meta: {} }' })
    const found = await look(one.stateDir, one.port)
    assert.ok(found.known && found.config?.state === 'there')
    assert.deepEqual(found.listens, ['all'])
    assert.equal(found.config.readable, true)
    assert.equal(found.configPath, join(one.stateDir, 'openclaw.json'))
    assert.equal(found.stateDir, one.stateDir)
  },
)

const LISTENS =
  "require('net').createServer().listen(0, '127.0.0.1', function () { console.log(this.address().port) })"

/** Where a gateway that was started with these variables is found to keep its state. */
async function homeOf(
  t: TestContext,
  env: Readonly<Record<string, string>>,
  name = 'gateway',
): Promise<string | undefined> {
  const one = spawn(process.execPath, ['-e', LISTENS, name], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => one.kill('SIGKILL'))
  const [port] = (await once(one.stdout, 'data')) as [Buffer]
  const found = await look(temporary(t), Number(port.toString()))
  assert.ok(found.known)
  return found.stateDir
}

test('really run: where a gateway keeps its state by its own variables', onLinux, async (t) => {
  const [home, data] = [realpathSync(temporary(t)), realpathSync(temporary(t))]
  mkdirSync(join(home, '.openclaw'))
  const of = (env: Readonly<Record<string, string>>) => homeOf(t, { HOME: home, ...env })
  assert.equal(await of({}), join(home, '.openclaw'), 'below its home')
  assert.equal(await of({ OPENCLAW_STATE_DIR: data }), data, 'the image or a secret names it')
  assert.equal(await of({ CLAWDBOT_STATE_DIR: data }), data, 'by its former name')
  assert.equal(await of({ OPENCLAW_STATE_DIR: ' ', CLAWDBOT_STATE_DIR: data }), data, 'blank')
  assert.equal(await of({ OPENCLAW_HOME: data }), undefined, 'there is nothing')
  assert.equal(await of({ HOME: '' }), undefined, 'only the list of users would tell')
  assert.equal(await homeOf(t, { HOME: home }, 'other'), undefined, 'another program')
})

test('really run: a directory that leads to the volume lies there', onLinux, async (t) => {
  const [home, data] = [realpathSync(temporary(t)), realpathSync(temporary(t))]
  symlinkSync(data, join(home, '.clawdbot'))
  assert.equal(await homeOf(t, { HOME: home }), data)
})

test('what Fly does not give is unknown with its reason; a stopped machine is not asked', async () => {
  const exec = async () => {
    throw failed('rate_limited')
  }
  const inspect = createInspect({ fly: { exec } })
  assert.deepEqual(await inspect('app', machineWith({})), { known: false, why: failed().text })
  const silent = createInspect({ fly: { exec: () => assert.fail('asked') } })
  assert.equal((await silent('app', machineWith({}, 'stopped'))).known, false)
  assert.equal((await silent('app', machineWith(null))).known, false)
})
