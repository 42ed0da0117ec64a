import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guestOf } from '../../../src/core/machine-config.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { noProc } from '../../fakes/fly/test-scenes.ts'
import { type Scene, scene, wordsOf } from '../../helpers/mutation.ts'

const said = (reply: SaidReply | undefined): string => {
  assert.ok(reply, 'nothing was said')
  return wordsOf(reply).join('\n')
}
const sizeOf = ({ deployed }: Scene) => guestOf(deployed.machine.config)

test('the machine changed between question and answer: a new question', async (t) => {
  const world = await scene(t)
  const { machine } = world.deployed
  const ran = await world.run('memory size=4gb', {
    press: true,
    meanwhile: () => void (machine.instanceId = `${machine.instanceId}X`),
  })
  assert.equal(ran.job.state, 'asked')
  assert.match(said(ran.end), /Things have changed since the last plan/)
  assert.equal(sizeOf(world)?.memoryMb, 2048)
})

test('a lease of somebody else: shown with owner and end, taken away when confirmed', async (t) => {
  const world = await scene(t)
  const { machine } = world.deployed
  const expiresAt = Math.floor(world.clock.now() / 1000) + 3600
  machine.lease = { nonce: 'theirs', expiresAt, owner: 'ci@example.com', description: 'deploy' }
  const ran = await world.run('memory size=4gb', { press: true })
  assert.match(said(ran.asked), /leased by ci@example.com until 2026-10-12T09:00:\d\dZ/)
  assert.equal(ran.job.state, 'done')
  assert.deepEqual([sizeOf(world)?.memoryMb, machine.lease], [4096, null])
})

test('a lease taken after the question: a new question, which shows it', async (t) => {
  const world = await scene(t)
  const { machine } = world.deployed
  const ran = await world.run('memory size=4gb', {
    press: true,
    meanwhile: () => {
      const expiresAt = Math.floor(world.clock.now() / 1000) + 3600
      machine.lease = { nonce: 'theirs', expiresAt, owner: 'ci@example.com', description: 'deploy' }
    },
  })
  assert.equal(ran.job.state, 'asked')
  assert.match(said(ran.end), /leased by ci@example.com/)
  assert.equal(machine.lease?.nonce, 'theirs')
})

test('a lease that comes in the way of the update is waited for', async (t) => {
  const world = await scene(t)
  const { machine } = world.deployed
  const held = {
    kind: 'answer',
    status: 409,
    body: {
      error: `machine ID ${machine.id} lease currently held by ci@example.com, expires at 2026-10-12T08:00:30Z`,
    },
  } as const
  world.fault({ ...held, method: 'POST', path: /lease$/, times: 3 })
  const ran = await world.run('memory size=4gb', { press: true })
  assert.equal(ran.job.state, 'done')
  world.fault({ ...held, method: 'POST', path: /lease$/, times: 1000 })
  const never = await world.run('memory size=8gb', { press: true })
  assert.match(
    said(never.end),
    /held by ci@example.com until 2026-10-12T08:00:30Z.*is as it was: shared-cpu-2x, 4 GB/s,
  )
})

test('somebody changes the machine just before the update: it is left alone', async (t) => {
  const world = await scene(t)
  const { machine } = world.deployed
  const other = { ...machine.config, env: { OTHER: 'yes' } }
  void world.fly.nextCall({ method: 'POST', path: /lease$/ }).then(() => {
    machine.config = other
    machine.instanceId = `${machine.instanceId}X`
  })
  const { job, end } = await world.run('memory size=4gb', { press: true })
  assert.equal(job.state, 'failed')
  assert.deepEqual(machine.config, other)
  assert.match(said(end), /changed by somebody else in the meantime, so it was left alone/)
})

test('Fly drops what it was asked for: the old config comes back', async (t) => {
  const world = await scene(t)
  const { machine } = world.deployed
  const before = structuredClone(machine.config)
  let calls = 0
  void world.fly.nextCall({ method: 'GET', path: /wait$/ }).then(() => {
    calls += 1
    machine.config = { ...machine.config, guest: before['guest'] }
  })
  const { job, end } = await world.run('memory size=4gb', { press: true })
  assert.equal(calls, 1)
  assert.equal(job.state, 'failed')
  assert.match(said(end), /differs from what was asked: guest.memory_mb/)
  assert.deepEqual(machine.config, before)
})

test('cancelled on its way, the old size comes back', async (t) => {
  const world = await scene(t)
  const { machine } = world.deployed
  void world.fly.nextCall({ method: 'GET', path: /wait$/ }).then(() => world.cancel())
  const { job, end } = await world.run('memory size=4gb', { press: true })
  assert.equal(job.state, 'cancelled')
  assert.match(
    said(end),
    /Cancelled by.*is as it was: shared-cpu-2x, 2 GB, running and its gateway ready/s,
  )
  assert.deepEqual([sizeOf(world)?.memoryMb, machine.state], [2048, 'started'])
})

test('it runs out of memory within the two minutes: the answer is edited', async (t) => {
  const world = await scene(t)
  const { machine } = world.deployed
  const ran = await world.run('memory size=1gb', { press: true })
  await world.clock.advance(10_000)
  world.fly.oom(machine.id)
  const after = await world.look(ran)
  assert.equal(after.end.tone, 'error')
  assert.match(said(after.end), /The machine ran out of memory at .*size=next/s)
  assert.equal(after.job.follow, undefined)
})

test('a line about V8’s heap is told of as such', async (t) => {
  const world = await scene(t)
  const { machine, app } = world.deployed
  const ran = await world.run('memory size=1gb', { press: true })
  await world.clock.advance(1000)
  const message =
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'
  world.fly.log(app, machine.id, { message })
  assert.match(said((await world.look(ran)).end), /JavaScript ran out of its heap/)
})

test('a gateway that is not ready is said so, and looked at again', async (t) => {
  const world = await scene(t)
  world.inside.ready = (machine) => guestOf(machine.config)?.memoryMb === 2048
  const late = await world.run('memory size=8gb', { press: true })
  assert.equal(late.end.tone, 'error')
  assert.match(said(late.end), /has 8 GB, but the gateway is not ready/)
  world.inside.ready = () => true
  assert.match(said((await world.look(late)).end), /has 8 GB and the gateway is ready/)
})

test('somebody changes the machine after the update, and then it is cancelled: it is left alone', async (t) => {
  const world = await scene(t)
  const { machine } = world.deployed
  const theirs = { ...machine.config, env: { OTHER: 'yes' } }
  world.inside.ready = (_, probes) => {
    if (probes < 3) return true
    machine.config = theirs
    machine.instanceId = `${machine.instanceId}X`
    void world.cancel()
    return false
  }
  const { end } = await world.run('memory size=4gb', { press: true })
  assert.match(said(end), /The way back failed at.*changed by somebody else.*left alone/)
  assert.deepEqual(machine.config, theirs)
})

test('a machine that is on its way somewhere is left alone', async (t) => {
  const world = await scene(t)
  world.deployed.machine.state = 'replacing'
  const { end, calls } = await world.run('memory size=4gb')
  assert.match(said(end), /is replacing at the moment/)
  assert.equal(calls.length, 1)
})

test('of several machines the one of the gateway is meant, and the others are named', async (t) => {
  const world = await scene(t)
  const { app, machine } = world.deployed
  const metadata = { fly_process_group: 'side' }
  const guest = { cpu_kind: 'shared', cpus: 1, memory_mb: 512 }
  const other = await world.fly.addMachine({ app, config: { image: 'side:1', guest, metadata } })
  const { asked } = await world.run('memory size=4gb')
  assert.match(said(asked), new RegExp(`Only ${machine.id} changes.*machine=: ${other.id}`))
  const named = await world.run(`memory size=1gb machine=${other.id}`, { press: true })
  assert.match(said(named.end), new RegExp(`${other.id} has 1 GB`))
  const none = await world.run('memory machine=nosuchmachine')
  assert.match(said(none.end), /There is no machine nosuchmachine/)
})

test('CPUs that came with the memory go with it: Undo is the way back', async (t) => {
  const world = await scene(t)
  const before = structuredClone(world.deployed.machine.config)
  await world.run('memory size=8gb', { press: true })
  assert.equal(sizeOf(world)?.cpus, 4)
  const back = await world.run('memory size=2gb heap=1536', { press: true })
  assert.match(said(back.asked), /The CPUs go back from 4 to 2 with it/)
  assert.deepEqual(world.deployed.machine.config, before)
})

test('with a real gateway in the machine', { skip: noProc }, async (t) => {
  const world = await scene(t, { runtime: 'process' })
  const { end, job } = await world.run('memory size=4gb', { press: true })
  assert.equal(job.state, 'done')
  assert.match(said(end), /has 4 GB and the gateway is ready/)
})
