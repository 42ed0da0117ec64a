import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startFakeFly } from './fake-fly.ts'
import { markedProcesses } from './process-tree.ts'
import { listening, noProc, running, standIn } from './test-scenes.ts'
import { list, record } from './values.ts'

void test('a machine is a process, its words mapped to and fro', { skip: noProc }, async (t) => {
  const { fly, machine, path, send, exec } = await running(t)
  const line = await fly.untilLog('my-openclaw', listening)
  assert.equal(line, 'listening on ws://0.0.0.0:3000, state in /data')
  const reply = await fetch(`http://${fly.addressOf(machine.id) ?? ''}/startupz`)
  assert.deepEqual(await reply.json(), { version: '2026.9.6' })
  const [check] = list((await send('GET', path)).data['checks']).map(record)
  assert.deepEqual([check?.['name'], check?.['status']], ['servicecheck-00-http-3000', 'passing'])
  const pid = (await exec(['cat', '/data/pid'])).data['stdout']
  const rows = list((await send('GET', `${path}/ps`)).body).map(record)
  const main = rows.find((row) => row['pid'] === Number(pid))
  assert.match(String(main?.['command']), /^node .*gateway --allow-unconfigured --port 3000/)
  assert.ok(Number(main?.['rss']) > 10_000_000)
  assert.deepEqual(main?.['listen_sockets'], [{ proto: 'tcp', address: '127.0.0.1:3000' }])
})

void test(
  'the volume stays over a restart, /tmp does not, and what was left running is gone',
  { skip: noProc },
  async (t) => {
    const { fly, send, exec, path, machine } = await running(t)
    await fly.untilLog('my-openclaw', listening)
    await exec([
      'sh',
      '-c',
      'touch "$1/kept" "$2/lost"; setsid sleep 600 >/dev/null 2>&1 &',
      '_',
      '/data',
      '/tmp',
    ])
    await send('POST', `${path}/restart?timeout=30s`)
    await fly.until(machine.id, 'started')
    const look = await exec([
      'sh',
      '-c',
      'ls "$1" "$2" | grep -E "kept|lost"',
      '_',
      '/data',
      '/tmp',
    ])
    assert.equal(look.data['stdout'], 'kept\n')
    const rows = list((await send('GET', `${path}/ps`)).body).map(record)
    assert.equal(
      rows.some(({ command }) => String(command).includes('sleep 600')),
      false,
    )
    const exits = machine.events.filter(({ type }) => type === 'exit')
    assert.equal(exits.length, 1)
  },
)

void test(
  'stopping sends the signal, and SIGKILL to one that does not listen',
  { skip: noProc },
  async (t) => {
    const { fly, send, path, machine } = await running(t, { env: { STAND_IN: 'stubborn' } })
    await fly.untilLog('my-openclaw', listening)
    await send('POST', `${path}/stop`, { body: { signal: 'SIGTERM', timeout: '100ms' } })
    await fly.until(machine.id, 'stopped')
    await fly.untilLog('my-openclaw', /received SIGTERM/)
    const exit = record(record(machine.events[0]?.request)['MonitorEvent'])
    assert.deepEqual(record(exit['exit_event'])['exit_code'], 137)
    const started = await send('POST', `${path}/start`)
    assert.equal(started.status, 200)
    await fly.until(machine.id, 'started')
  },
)

void test('a program that ends with 78 is tried again ten times', { skip: noProc }, async (t) => {
  const { fly, machine } = await running(t, { env: { STAND_IN: 'exit 78' } })
  await fly.until(machine.id, 'stopped')
  const exits = machine.events.filter(({ type }) => type === 'exit')
  assert.equal(exits.length, 11)
  const request = record(exits[0]?.request)
  assert.equal(record(request['exit_event'])['exit_code'], 78)
  assert.equal(request['restart_count'], 10)
})

void test(
  'a kill for memory is one in the event, and checks see the truth',
  { skip: noProc },
  async (t) => {
    const { fly, send, path, machine } = await running(t, { config: { restart: { policy: 'no' } } })
    await fly.untilLog('my-openclaw', listening)
    await send('GET', path)
    fly.oom(machine.id)
    await fly.until(machine.id, 'stopped')
    const exit = record(record(machine.events[0]?.request)['exit_event'])
    assert.deepEqual(
      [exit['oom_killed'], exit['exit_code'], exit['guest_signal'], exit['restarting']],
      [true, 137, 9, false],
    )
    const [check] = list((await send('GET', path)).data['checks']).map(record)
    assert.deepEqual(
      [check?.['status'], check?.['output']],
      ['critical', 'connect: connection refused'],
    )
    assert.ok(fly.app('my-openclaw').logs.some(({ provider }) => provider === 'health'))
  },
)

void test(
  'a machine at its update gets new secrets and the new image',
  { skip: noProc },
  async (t) => {
    const { fly, send, path, machine, exec } = await running(t)
    await fly.untilLog('my-openclaw', listening)
    const version = fly.setSecret('my-openclaw', 'OPENCLAW_GATEWAY_TOKEN', 'fresh')
    assert.equal(
      (await exec(['printenv', 'OPENCLAW_GATEWAY_TOKEN'])).data['stdout'] === 'fresh\n',
      false,
    )
    const config = { ...machine.config, image: 'ghcr.io/openclaw/openclaw:2026.10.1' }
    await send('POST', path, { body: { config, min_secrets_version: version } })
    await fly.until(machine.id, 'started')
    const env = await exec(['printenv', 'OPENCLAW_GATEWAY_TOKEN', 'FAKE_OPENCLAW_VERSION'])
    assert.equal(env.data['stdout'], 'fresh\n2026.10.1\n')
  },
)

void test('closing leaves no process and no directory', { skip: noProc }, async () => {
  const fly = await startFakeFly({ runtime: 'process', program: standIn })
  const { machine } = await fly.deployOpenclaw()
  await fly.untilLog('my-openclaw', listening)
  const data = fly.pathOf(machine.id, '/data') ?? ''
  const marker = `${join(data, '..')}/`
  assert.equal(markedProcesses(marker).length, 1)
  await fly.close()
  assert.equal(markedProcesses(marker).length, 0)
  assert.equal(existsSync(data), false)
})
