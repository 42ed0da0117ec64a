import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failure } from './client.ts'
import { together } from './together.ts'

test('a deployment is seen as it is', async (t) => {
  const { fake, fly } = await together(t)
  const { app, machine, volume } = await fake.deployOpenclaw()
  const [info, machines, volumes, secrets, addresses, releases] = await Promise.all([
    fly.app(app),
    fly.machines(app),
    fly.volumes(app),
    fly.secrets(app),
    fly.addresses(app),
    fly.releases(app, 5),
  ])
  assert.deepEqual([info.name, info.org], [app, 'personal'])
  assert.deepEqual(
    machines.map(({ id, state, guest, hostStatus }) => [id, state, guest, hostStatus]),
    [[machine.id, 'started', { cpuKind: 'shared', cpus: 2, memoryMb: 2048 }, 'ok']],
  )
  assert.deepEqual(machines[0]?.config, machine.config)
  assert.deepEqual(
    volumes.map(({ id, attachedMachine }) => [id, attachedMachine]),
    [[volume.id, machine.id]],
  )
  assert.ok(secrets.some(({ name }) => name === 'OPENCLAW_GATEWAY_TOKEN'))
  assert.deepEqual(addresses.map(({ type }) => type).toSorted(), ['shared_v4', 'v6'])
  assert.equal(releases.length, 1)
  assert.deepEqual((await fly.tokenScopes())[0]?.org, 'personal')
})

test('secrets, addresses, volumes and metadata change and are read back', async (t) => {
  const { fake, fly } = await together(t)
  const { app, machine, volume } = await fake.deployOpenclaw()
  const { version } = await fly.setSecrets(app, { NEW: 'value-1', ANTHROPIC_API_KEY: null })
  assert.equal(typeof version, 'number')
  const names = (await fly.secrets(app)).map(({ name }) => name)
  assert.deepEqual(names.toSorted(), ['NEW', 'OPENCLAW_GATEWAY_TOKEN'])
  for (const { address } of await fly.addresses(app)) await fly.releaseAddress(app, address)
  await fly.releaseAddress(app, '2a09:8280:1::dead')
  await fly.allocateAddress(app, { type: 'private_v6' })
  assert.deepEqual(
    (await fly.addresses(app)).map(({ type }) => type),
    ['private_v6'],
  )
  await fly.createSnapshot(app, volume.id)
  assert.ok((await fly.snapshots(app, volume.id)).length <= 1)
  await fly.extendVolume(app, volume.id, 3)
  assert.equal((await fly.volumes(app))[0]?.sizeGb, 3)
  assert.equal((await failure(fly.deleteVolume(app, volume.id))).code, 'not_ready')
  await fly.patchMetadata(app, machine.id, { a: '1', b: '2' })
  await fly.patchMetadata(app, machine.id, { b: null })
  assert.equal((await fly.metadata(app, machine.id))['a'], '1')
  assert.equal((await fly.metadata(app, machine.id))['b'], undefined)
})

test('logs are read page by page with a cursor that loses nothing', async (t) => {
  const { fake, fly } = await together(t)
  const { app, machine } = await fake.deployOpenclaw()
  for (let line = 0; line < 250; line += 1) fake.log(app, machine.id, { message: `line ${line}` })
  // Nor are lines: they can be read after a moment.
  await fake.clock.advance(5000)
  const seen: string[] = []
  let cursor = '0'
  for (let page = 0; page < 9; page += 1) {
    const next = await fly.logs(app, { cursor, machine: machine.id })
    seen.push(...next.lines.map(({ message }) => message))
    if (next.lines.length === 0) break
    cursor = next.cursor ?? cursor
  }
  const ours = seen.filter((message) => message.startsWith('line '))
  assert.deepEqual(
    ours,
    Array.from({ length: 250 }, (_, line) => `line ${line}`),
  )
  assert.equal((await failure(fly.logs('no-such-app'))).code, 'not_found')
})

test('commands run inside, and what listens is listed', async (t) => {
  const { fake, fly } = await together(t)
  const { app, machine } = await fake.deployOpenclaw()
  fake.onExec(() => ({ exitCode: 3, stdout: 'out', stderr: 'err' }))
  const result = await fly.exec(app, machine.id, { command: ['sh', '-c', 'exit 3'], seconds: 20 })
  assert.deepEqual(result, { exitCode: 3, stdout: 'out', stderr: 'err' })
  assert.ok(Array.isArray(await fly.processes(app, machine.id)))
})

test('what is refused is refused in its kind', async (t) => {
  const { fake, fly } = await together(t)
  const { app, machine } = await fake.deployOpenclaw()
  const gone = await failure(fly.machine(app, 'd000000000000'))
  assert.equal(gone.code, 'not_found')
  assert.match(gone.reference ?? '', /^01K/)
  const config = { image: 'nginx', guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 256 } }
  fake.setPaymentMethod(false)
  assert.equal((await failure(fly.createMachine(app, { config }))).code, 'quota')
  fake.setPaymentMethod(true)
  fake.setQuota(1024)
  assert.equal((await failure(fly.createMachine(app, { config }))).code, 'quota')
  const illegal = { ...machine.config, guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 4096 } }
  const refused = await failure(fly.updateMachine(app, machine.id, { config: illegal }))
  assert.equal(refused.code, 'validation')
})

for (const kind of ['answerLost', 'malformed', 'empty', 'html'] as const) {
  test(`an update whose answer is spoiled (${kind}) is ambiguous and sent once`, async (t) => {
    const { fake, fly } = await together(t)
    const { app, machine } = await fake.deployOpenclaw()
    const fault = fake.fault({ kind, method: 'POST', times: 9 })
    const change = { config: { ...machine.config } }
    assert.equal((await failure(fly.updateMachine(app, machine.id, change))).code, 'ambiguous')
    assert.equal(fault.hits(), 1)
    fault.remove()
  })
}

test('a read gets through faults that pass by', async (t) => {
  const { fake, fly } = await together(t)
  const { app, machine } = await fake.deployOpenclaw()
  for (const kind of ['reset', 'answerLost', 'html'] as const) fake.fault({ kind, method: 'GET' })
  assert.equal((await fly.machine(app, machine.id)).id, machine.id)
})
