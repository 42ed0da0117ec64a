import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failure } from './client.ts'
import { together } from './together.ts'

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
  // Right after a stop Fly refuses for a moment.
  let started = false
  for (let tries = 0; !started && tries < 20; tries += 1) {
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
