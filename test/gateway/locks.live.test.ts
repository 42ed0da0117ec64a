import assert from 'node:assert/strict'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { LockFile } from '../../src/core/gateway.ts'
import { createGateway } from '../../src/gateway/probe.ts'
import { noProc } from '../fakes/fly/test-scenes.ts'
import { leaveLock, startDecoy, stateLock } from '../helpers/lock-files.ts'
import { localExec, machineWith } from './exec.ts'
import { startReady, temporary } from './stand-in.ts'

const onLinux = { skip: noProc }

/** Looks at a state directory of this computer as if it were a machine's: the script really runs. */
async function look(stateDir: string, remove: readonly LockFile[] = []) {
  const { fly } = localExec()
  const machine = machineWith({ env: { OPENCLAW_STATE_DIR: stateDir, TMPDIR: stateDir } })
  const report = await createGateway({ fly }).locks('app', machine, remove)
  assert.ok(report.known, JSON.stringify(report))
  return report
}
const found = ({ files }: { readonly files: readonly LockFile[] }) =>
  files.map(({ layout, verdict }) => `${layout} ${verdict}`)
const outcomes = async (stateDir: string, files: readonly LockFile[]) =>
  (await look(stateDir, files)).removed.map(({ outcome }) => outcome)

async function decoy(t: TestContext, words?: readonly string[]) {
  const one = await startDecoy(words)
  t.after(one.stop)
  return one
}

for (const [version, layouts] of [
  ['2026.1.29', ['temporary']],
  ['2026.6.11', ['temporary']],
  ['2026.8.2', ['state', 'state']],
  ['2026.9.6', ['state', 'state']],
] as const)
  test(
    `${version}: its locks are its own while it lives, and left behind when it is killed`,
    onLinux,
    async (t) => {
      const stateDir = temporary(t)
      const env = { TMPDIR: stateDir }
      const one = await startReady(t, { version, stateDir, env })
      const alive = await look(stateDir)
      assert.deepEqual(
        found(alive),
        layouts.map((layout) => `${layout} live`),
      )
      assert.ok(alive.files.every(({ pid, alive: lives }) => pid === one.pid && lives))
      assert.ok(alive.gateways.some(({ pid }) => pid === one.pid))
      assert.deepEqual(
        await outcomes(stateDir, alive.files),
        layouts.map(() => 'held'),
      )
      one.signal('SIGKILL')
      await one.exit
      const dead = await look(stateDir)
      assert.deepEqual(
        found(dead),
        layouts.map((layout) => `${layout} dead`),
      )
      assert.deepEqual(
        await outcomes(stateDir, dead.files),
        layouts.map(() => 'removed'),
      )
      assert.deepEqual((await look(stateDir)).files, [])
      const [first] = dead.files
      const beside = readdirSync(dirname(first?.path ?? ''))
      assert.ok(layouts[0] === 'temporary' || beside.some((name) => name.endsWith('.lock.sqlite')))
    },
  )

test('a pid that something else has now', onLinux, async (t) => {
  const stateDir = temporary(t)
  const path = stateLock(stateDir)
  const gateway = await decoy(t)
  const other = await decoy(t, ['server'])
  const now = new Date().toISOString()
  const verdict = async (lock: Parameters<typeof leaveLock>[1]) => {
    leaveLock(path, lock)
    return found(await look(stateDir)).join()
  }
  const { pid, startTime } = gateway
  assert.equal(await verdict({ pid, startTime, createdAt: now }), 'state live')
  assert.equal(await verdict({ pid, createdAt: now }), 'state live')
  assert.equal(await verdict({ pid }), 'state earlier')
  assert.equal(await verdict({ pid, startTime: startTime + 1, createdAt: now }), 'state restarted')
  assert.equal(await verdict({ pid: other.pid, createdAt: now }), 'state reused')
  assert.equal(await verdict('{ "pid": '), 'state fresh')
  const old = new Date(Date.now() - 31_000)
  utimesSync(path, old, old)
  const garbage = await look(stateDir)
  assert.deepEqual(found(garbage), ['state garbage'])
  assert.deepEqual(await outcomes(stateDir, garbage.files), ['removed'])
})

test('nothing but what was seen is deleted, and only while it is so', onLinux, async (t) => {
  const stateDir = temporary(t)
  const path = stateLock(stateDir)
  leaveLock(path, { pid: 4_000_000 })
  const { files } = await look(stateDir)
  leaveLock(path, { pid: 4_000_001 })
  assert.deepEqual(await outcomes(stateDir, files), ['changed'])
  const again = (await look(stateDir)).files
  // Between the look and the deletion a gateway took it.
  const { pid } = await decoy(t)
  const taken = JSON.stringify({ pid, createdAt: new Date().toISOString() })
  writeFileSync(path, taken)
  assert.deepEqual(await outcomes(stateDir, again), ['changed'])
  const now = (await look(stateDir)).files
  assert.deepEqual(await outcomes(stateDir, now), ['held'])
  assert.equal(readFileSync(path, 'utf8'), taken)
  const [one] = now
  assert.ok(one)
  const absent = { ...one, key: 'state:openclaw-1/gateway.deadbeef.lock' }
  assert.deepEqual(await outcomes(stateDir, [absent]), ['gone'])
  const elsewhere = { ...one, key: 'state:../../gateway.deadbeef.lock' }
  assert.deepEqual(await outcomes(stateDir, [elsewhere]), ['gone'])
})

test('the guide’s path, and what is no lock of a gateway', onLinux, async (t) => {
  const stateDir = temporary(t)
  leaveLock(join(stateDir, 'gateway.0a1b2c3d.lock'), { pid: 4_000_000 })
  const folder = dirname(stateLock(stateDir))
  mkdirSync(folder, { recursive: true })
  for (const name of ['gateway.state.lock.sqlite', 'gateway.toolong99.lock', 'session.lock'])
    writeFileSync(join(folder, name), '')
  mkdirSync(join(folder, 'gateway.00000000.lock'))
  symlinkSync('/etc/hostname', join(folder, 'gateway.11111111.lock'))
  symlinkSync(folder, join(stateDir, 'tmp', 'openclaw-9'))
  const report = await look(stateDir)
  assert.deepEqual(
    report.files
      .filter(({ layout }) => layout !== 'state')
      .map(({ key, verdict }) => [key, verdict]),
    [['guide:gateway.0a1b2c3d.lock', 'dead']],
  )
  assert.deepEqual(
    report.unreadable.toSorted(),
    ['gateway.00000000.lock', 'gateway.11111111.lock'].map((name) => join(folder, name)),
  )
  const guide = report.files.filter(({ layout }) => layout === 'guide')
  assert.deepEqual(await outcomes(stateDir, guide), ['removed'])
})

test('a machine without node, and one that does not run', onLinux, async () => {
  const { fly } = localExec(undefined, { PATH: '/nonexistent' })
  const gateway = createGateway({ fly: { exec: (...call) => fly.exec(...call) } })
  const stopped = await gateway.locks('app', machineWith({}, 'stopped'))
  assert.equal(stopped.known, false)
  const bare = createGateway({
    fly: { exec: async () => ({ exitCode: 127, stdout: '', stderr: '' }) },
  })
  const report = await bare.locks('app', machineWith({}))
  assert.match(report.known ? '' : JSON.stringify(report.why), /may have no node/)
})
