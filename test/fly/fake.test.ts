import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import type { Log } from '../../src/core/ports.ts'
import { Secret } from '../../src/core/secret.ts'
import { createFly, createMemoryPacer } from '../../src/fly/index.ts'
import type { FlyClient } from '../../src/fly/index.ts'
import { autoClock } from '../fakes/fly/clock.ts'
import { startFakeFly } from '../fakes/fly/fake-fly.ts'
import type { FakeFly } from '../fakes/fly/fake-fly.ts'
import { failure } from './client.ts'

const silent = (): void => {}
const log: Log = { debug: silent, info: silent, warn: silent, error: silent, child: () => log }

/** The client and a simulated Fly in one time, rate limits on: a client that paced itself wrongly would be refused. */
async function together(t: TestContext): Promise<{ fake: FakeFly; fly: FlyClient }> {
  const clock = autoClock()
  const fake = await startFakeFly({ clock })
  const fly = createFly({
    token: new Secret(fake.token),
    readToken: new Secret(fake.token),
    apiUrl: fake.url,
    platformUrl: fake.platformUrl,
    log,
    metrics: { flyCall: silent, rateLimitWait: silent },
    clock,
    pacer: createMemoryPacer(clock),
  })
  t.after(async () => {
    await fly.close()
    await fake.close()
  })
  return { fake, fly }
}

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

test('an update under a lease gives a new version, and an old version is refused', async (t) => {
  const { fake, fly } = await together(t)
  const { app, machine } = await fake.deployOpenclaw()
  const before = await fly.machine(app, machine.id)
  const lease = await fly.lease(app, machine.id, { ttlSeconds: 120, description: 'memory' })
  assert.equal(lease.version ?? before.version, before.version)
  assert.equal((await fly.currentLease(app, machine.id))?.nonce, lease.nonce)
  const config = { ...before.config, guest: { cpu_kind: 'shared', cpus: 2, memory_mb: 4096 } }
  const held = await failure(fly.updateMachine(app, machine.id, { config }))
  assert.equal(held.code, 'lease_held')
  const change = { config, currentVersion: before.version, nonce: lease.nonce }
  const updated = await fly.updateMachine(app, machine.id, change)
  assert.notEqual(updated.version, before.version)
  assert.equal((await failure(fly.updateMachine(app, machine.id, change))).code, 'stale_version')
  await fly.releaseLease(app, machine.id, lease.nonce)
  await fly.releaseLease(app, machine.id, lease.nonce)
  assert.equal(await fly.currentLease(app, machine.id), null)
  const wait = { state: 'settled', seconds: 60, version: updated.version } as const
  assert.equal(await fly.wait(app, machine.id, wait), true)
  const after = await fly.machine(app, machine.id)
  assert.deepEqual([after.state, after.guest?.memoryMb], ['started', 4096])
  const versions = await fly.versions(app, machine.id)
  assert.ok(versions.some(({ version }) => version === before.version))
})

test('stop, start, restart, suspend and cordon do what they say', async (t) => {
  const { fake, fly } = await together(t)
  const { app, machine } = await fake.deployOpenclaw()
  const { id } = machine
  const reach = (state: 'started' | 'stopped') => fly.wait(app, id, { state, seconds: 60 })
  await fly.stop(app, id, { timeoutSeconds: 30, signal: 'SIGTERM' })
  assert.equal(await reach('stopped'), true)
  assert.equal(await fly.wait(app, id, { state: 'started', seconds: 2 }), false)
  const early = await failure(fly.restart(app, id).then(() => fly.suspend(app, id)))
  assert.equal(early.code, 'not_ready')
  let started = false
  while (!started) {
    started = await fly.start(app, id).then(
      () => true,
      () => false,
    )
  }
  assert.equal(await reach('started'), true)
  assert.equal((await failure(fly.start(app, id))).code, 'not_ready')
  const [newest] = await fly.events(app, id)
  await fly.restart(app, id, { timeoutSeconds: 30 })
  const again = { state: 'started', seconds: 60, fromEventId: newest?.id ?? '' } as const
  assert.equal(await fly.wait(app, id, again), true)
  await fly.cordon(app, id)
  assert.equal((await fly.machine(app, id)).cordoned, true)
  await fly.uncordon(app, id)
  const exits = (await fly.events(app, id)).filter(({ exit }) => exit !== null)
  assert.ok(exits.every(({ exit }) => exit?.requested === true))
})

test('a crash for want of memory is told by its event', async (t) => {
  const { fake, fly } = await together(t)
  const { app, machine } = await fake.deployOpenclaw()
  fake.oom(machine.id)
  await fake.clock.advance(10)
  const exit = (await fly.events(app, machine.id)).find((event) => event.exit !== null)?.exit
  assert.deepEqual([exit?.oom, exit?.code, exit?.signal, exit?.requested], [true, 137, 9, false])
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

test('an app is made, filled and taken away', async (t) => {
  const { fake, fly } = await together(t)
  await fly.createApp({ name: 'new-app', org: 'personal' })
  // A new app is not there at once.
  await fake.clock.advance(1000)
  const guest = { cpuKind: 'shared', cpus: 1, memoryMb: 256 } as const
  const room = await fly.placements({ org: 'personal', region: 'fra', guest, count: 1 })
  assert.ok(room.some(({ region }) => region === 'fra'))
  assert.ok((await fly.regions()).some(({ code }) => code === 'fra'))
  const request = { name: 'data', region: 'fra', sizeGb: 1, compute: guest }
  const volume = await fly.createVolume('new-app', request)
  const config = {
    image: 'nginx:1.27',
    guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 256 },
    mounts: [{ volume: volume.id, path: '/data' }],
  }
  const machine = await fly.createMachine('new-app', { config, region: 'fra', name: 'one' })
  assert.equal(await fly.wait('new-app', machine.id, { state: 'started', seconds: 60 }), true)
  const other = { image: 'x', guest: config.guest }
  const clash = await failure(fly.createMachine('new-app', { config: other, name: 'one' }))
  assert.equal(clash.code, 'validation')
  await fly.destroyMachine('new-app', machine.id)
  assert.equal(await fly.wait('new-app', machine.id, { state: 'destroyed', seconds: 60 }), true)
  assert.deepEqual(await fly.machines('new-app'), [])
  await fly.deleteApp('new-app')
  assert.equal((await failure(fly.app('new-app'))).code, 'not_found')
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
  assert.equal((await failure(fly.logs('no-such-app'))).code, 'auth')
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
