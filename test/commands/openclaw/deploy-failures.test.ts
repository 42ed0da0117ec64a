import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deployments } from '../../../src/core/deploy/record.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { tagOf } from '../../fakes/fly/config-view.ts'
import type { Scene } from '../../helpers/mutation.ts'
import { broken, deployWorld, digest, imageIn, images, OFFICIAL, said } from './deploy-world.ts'

const press = { press: true } as const
const LINE = 'deploy image image=2026.9.6'
const OLD = `${OFFICIAL}:2026.8.2`
const NEW = `${OFFICIAL}:2026.9.6@${digest('2026.9.6')}`

const ended = async ({ store, deployed }: Scene): Promise<string | undefined> =>
  (await deployments({ store, app: deployed.app }))[0]?.ended

/** Something happens this long after the new image was seen ready for the first time. */
function afterReady(world: Scene, ms: number, what: () => void): void {
  const { inside, clock } = world
  const before = inside.ready
  let done = false
  inside.ready = (machine, probes) => {
    if (tagOf(machine) === '2026.9.6' && !done) {
      done = true
      clock.after(ms, what)
    }
    return before(machine, probes)
  }
}

/** Another machine of the gateway's group, on a volume of its own; gives its id. */
async function second({ fly, deployed }: Scene): Promise<string> {
  const { app, machine } = deployed
  const volume = fly.addVolume({ app, name: 'openclaw_data', region: 'iad', sizeGb: 1 })
  const mounts = [{ volume: volume.id, name: 'openclaw_data', path: '/data' }]
  const made = await fly.addMachine({ app, config: { ...machine.config, mounts } })
  return made.id
}

/** What its buttons run, about this app. */
const nextOf = ({ actions = [] }: SaidReply): readonly string[] =>
  actions.map(({ intent }) => {
    assert.ok(intent?.do === 'run')
    assert.deepEqual(intent.input, { app: 'my-openclaw' })
    return intent.command.replace('openclaw ', '')
  })

test('never ready: the old image comes back, its gateway ready, and the state is told', async (t) => {
  const world = await deployWorld(t)
  broken(world, '2026.9.6')
  const { job, end } = await world.run(LINE, press)
  assert.equal(job.failure?.code, 'not_ready')
  assert.match(
    said(end),
    /was not ready with the new image in time.*has its old image, 2026.8.2, runs, and its gateway is ready.*openclaw logs/s,
  )
  assert.deepEqual([imageIn(world), world.deployed.machine.state], [OLD, 'started'])
  assert.equal(await ended(world), 'back')
  assert.deepEqual(nextOf(end), ['logs', 'doctor', 'status', 'deploy history'])
})

test('a gateway that ends again and again is not waited for, and its log is quoted', async (t) => {
  const world = await deployWorld(t)
  const { machine, app } = world.deployed
  broken(world, '2026.9.6')
  const before = world.inside.ready
  const message = 'Gateway failed to start: Invalid config at /data/openclaw.json:'
  world.inside.ready = (one, probes) => {
    if (tagOf(one) === '2026.9.6') {
      world.fly.log(app, machine.id, { message })
      world.fly.crash(machine.id, { code: 78 })
    }
    return before(one, probes)
  }
  const from = world.clock.now()
  const { end } = await world.run(LINE, press)
  assert.ok(world.clock.now() - from < 180_000, 'it was waited for')
  assert.match(
    said(end),
    /falls over with the new image.*code 78.*Its log says: The config file is invalid/s,
  )
  assert.equal(imageIn(world), OLD)
})

for (const [name, cause, words] of [
  ['exits', (world: Scene) => world.fly.crash(world.deployed.machine.id), /exited with code 1/],
  [
    'runs out of memory',
    (world: Scene) => world.fly.oom(world.deployed.machine.id),
    /ran out of memory at/,
  ],
] as const)
  test(`ready, and ${name} within the minute: the old image comes back`, async (t) => {
    const world = await deployWorld(t)
    afterReady(world, 30_000, () => cause(world))
    const { end, job } = await world.run(LINE, press)
    assert.equal(job.state, 'failed')
    assert.match(said(end), words)
    assert.equal(imageIn(world), OLD)
  })

test('no longer ready at the end of the minute: the old image comes back', async (t) => {
  const world = await deployWorld(t)
  afterReady(world, 30_000, () => broken(world, '2026.9.6'))
  const { end } = await world.run(LINE, press)
  assert.match(said(end), /not ready with the new image/)
  assert.equal(imageIn(world), OLD)
})

test('a check that passed before and fails now: the old image comes back', async (t) => {
  const world = await deployWorld(t)
  const { machine } = world.deployed
  const name = 'servicecheck-00-http-3000'
  afterReady(world, 30_000, () =>
    world.fly.setCheck(machine.id, { name, status: 'critical', output: '403' }),
  )
  const { end } = await world.run(LINE, press)
  assert.match(
    said(end),
    /answers, but the checks servicecheck-00-http-3000 passed before and fail/,
  )
  assert.equal(imageIn(world), OLD)
})

test('a state that was migrated: the old image is there, not ready, and the snapshot is named', async (t) => {
  const world = await deployWorld(t)
  const { volume } = world.deployed
  let migrated = false
  const before = world.inside.ready
  world.inside.ready = (machine, probes) => {
    migrated ||= tagOf(machine) === '2026.9.6'
    return before(machine, probes) && !migrated
  }
  const { job, end } = await world.run(LINE, press)
  assert.equal(job.failure?.code, 'unproven')
  assert.match(
    said(end),
    /The way back failed.*was started with its old config again, but its gateway was not seen ready/s,
  )
  assert.match(
    said(end),
    new RegExp(`state from before lies in ${volume.snapshots[0]?.id} .${volume.id}`),
  )
  assert.equal(imageIn(world), OLD)
  assert.equal(await ended(world), 'unknown')
})

test('of two machines the second fails: the first keeps the new image, and both are told', async (t) => {
  const world = await deployWorld(t)
  const { machine } = world.deployed
  const other = await second(world)
  const before = world.inside.ready
  world.inside.ready = (one, probes) =>
    before(one, probes) && !(one.id === other && tagOf(one) === '2026.9.6')
  const { end, asked } = await world.run(LINE, press)
  assert.match(said(asked), /2 machines reboot, one after another/)
  assert.match(
    said(end),
    new RegExp(`${other} has its old image, 2026.8.2.*${machine.id} has the new image, 2026.9.6`),
  )
  assert.deepEqual([imageIn(world), world.fly.machine(other).config['image']], [NEW, OLD])
  assert.equal(await ended(world), 'partly')
  const again = await world.run(LINE)
  assert.match(said(again.asked), new RegExp(`${machine.id} has it already`))
})

test('the first of two fails: the second is left alone', async (t) => {
  const world = await deployWorld(t)
  const other = await second(world)
  const version = world.fly.machine(other).instanceId
  broken(world, '2026.9.6')
  const { end } = await world.run(LINE, press)
  assert.match(said(end), new RegExp(`Left alone: ${other}`))
  assert.equal(world.fly.machine(other).instanceId, version)
  const [mine, theirs] = [
    world.deployed.volume,
    ...world.fly.app(world.deployed.app).volumes.values(),
  ]
  assert.ok(mine.snapshots.length > 0 && (theirs?.snapshots.length ?? 0) > 0)
})

test('what could not be learnt is said so, nothing is taken back, and the answer is corrected', async (t) => {
  const world = await deployWorld(t)
  const other = await second(world)
  const blind = { kind: 'answer', status: 500, body: {}, path: /exec$/, times: 10_000 } as const
  let fault: { remove: () => void } | undefined
  const ran = await world.run(LINE, {
    ...press,
    meanwhile: () => void (fault = world.fault(blind)),
  })
  assert.equal(ran.job.failure?.code, 'unproven')
  assert.match(said(ran.end), new RegExp(`is on some machines only.*Left alone.*: ${other}`, 's'))
  assert.equal(imageIn(world), NEW)
  fault?.remove()
  assert.match(said((await world.look(ran)).end), /on some machines only/)
})

test('with one machine the second look proves it, and the history knows', async (t) => {
  const world = await deployWorld(t)
  const blind = { kind: 'answer', status: 500, body: {}, path: /exec$/, times: 10_000 } as const
  let fault: { remove: () => void } | undefined
  const ran = await world.run(LINE, {
    ...press,
    meanwhile: () => void (fault = world.fault(blind)),
  })
  assert.match(ran.end.title, /in place; whether the gateway is ready is unknown/)
  assert.equal(await ended(world), 'unproven')
  fault?.remove()
  const after = await world.look(ran)
  assert.equal(after.job.state, 'done')
  assert.match(after.end.title, /runs 2026.9.6 and the gateway is ready/)
  assert.equal(await ended(world), 'done')
})

test('a program of another release than the tag says is told of', async (t) => {
  const world = await deployWorld(t)
  const before = world.inside.ready
  world.inside.ready = (machine, probes) => {
    const ready = before(machine, probes)
    world.inside.version = '2026.9.5'
    return ready
  }
  const { end, job } = await world.run(LINE, press)
  assert.equal(job.state, 'done')
  assert.equal(end.tone, 'warn')
  assert.match(said(end), /the program in it says that it is 2026.9.5/)
})

test('a line about untrusted proxies in its log is told of, and nothing is done for it', async (t) => {
  const world = await deployWorld(t)
  const { machine, app } = world.deployed
  const message =
    '[gateway] observed unattributable proxy-shaped traffic from 172.16.0.1; request rejected (proxy_attribution_required)'
  afterReady(world, 10_000, () => world.fly.log(app, machine.id, { message }))
  const { end, job } = await world.run(LINE, press)
  assert.deepEqual([job.state, end.tone, imageIn(world)], ['done', 'warn', NEW])
  assert.match(said(end), /trustedProxies|prox/)
})

test('no snapshot, no change', async (t) => {
  const world = await deployWorld(t)
  const { machine, volume } = world.deployed
  const version = machine.instanceId
  world.fault({
    kind: 'answer',
    status: 422,
    body: { error: 'no' },
    method: 'POST',
    path: /snapshots$/,
  })
  const refused = await world.run(LINE, press)
  assert.equal(refused.job.state, 'failed')
  void world.fly.nextCall({ method: 'POST', path: /snapshots$/ }).then(() => {
    world.clock.after(1000, () => volume.snapshots.forEach((one) => (one.status = 'failed')))
    world.clock.after(5000, () => volume.snapshots.forEach((one) => (one.status = 'failed')))
  })
  const failed = await world.run(LINE, press)
  assert.match(said(failed.end), /snapshot of vol_\w+ failed, so no machine was touched/)
  assert.deepEqual([machine.instanceId, await ended(world)], [version, 'back'])
  assert.deepEqual(nextOf(failed.end), ['volumes list', 'status'])
})

test('a snapshot under way is waited for, then one of our own is taken', async (t) => {
  const world = await deployWorld(t)
  const { volume } = world.deployed
  const theirs = world.fly.addSnapshot(volume.id)
  theirs.status = 'running'
  world.clock.after(30_000, () => (theirs.status = 'created'))
  const { job } = await world.run(LINE, press)
  assert.equal(job.state, 'done')
  assert.equal(volume.snapshots.length, 2)
})

test('cancelled on its way, the old image comes back', async (t) => {
  const world = await deployWorld(t)
  afterReady(world, 1000, () => void world.cancel())
  const { job, end } = await world.run(LINE, press)
  assert.equal(job.state, 'cancelled')
  assert.match(
    said(end),
    /Cancelled by.*has its old image, 2026.8.2, runs, and its gateway is ready/s,
  )
  assert.equal(imageIn(world), OLD)
})

test('the machine changed between question and answer: a new question; during the snapshot: left alone', async (t) => {
  const world = await deployWorld(t)
  const { machine } = world.deployed
  const touch = () => void (machine.instanceId = `${machine.instanceId}X`)
  const asked = await world.run(LINE, { ...press, meanwhile: touch })
  assert.equal(asked.job.state, 'asked')
  void world.fly.nextCall({ method: 'POST', path: /snapshots$/ }).then(touch)
  const late = await world.run(LINE, press)
  assert.match(said(late.end), /changed by somebody else in the meantime, so it was left alone/)
  assert.equal(imageIn(world), OLD)
})

test('a tag that moved between question and answer: a new question', async (t) => {
  let tag = '2026.9.6'
  const world = await deployWorld(t, {
    images: { find: (name, signal) => images.find({ ...name, tag }, signal) },
  })
  const { job, end } = await world.run('deploy image image=main', {
    ...press,
    meanwhile: () => void (tag = '2026.10.1'),
  })
  assert.equal(job.state, 'asked')
  assert.match(said(end), /Things have changed since the last plan.*2026.10.1 is newer/s)
  assert.equal(imageIn(world), OLD)
})

test('a lease of somebody else is shown and taken away', async (t) => {
  const world = await deployWorld(t)
  const { machine } = world.deployed
  const expiresAt = Math.floor(world.clock.now() / 1000) + 3600
  machine.lease = { nonce: 'theirs', expiresAt, owner: 'ci@example.com', description: 'deploy' }
  const { asked, job } = await world.run(LINE, press)
  assert.match(said(asked), /leased by ci@example.com/)
  assert.deepEqual([job.state, machine.lease, imageIn(world)], ['done', null, NEW])
})

test('an unreachable host is not touched', async (t) => {
  const world = await deployWorld(t)
  world.fly.setHost(world.deployed.machine.id, 'unreachable')
  const { end, calls } = await world.run(LINE)
  assert.match(said(end), /host of \w+ is unreachable/)
  assert.ok(calls.every(({ method }) => method === 'GET'))
})
