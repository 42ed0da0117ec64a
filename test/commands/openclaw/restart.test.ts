import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { openclawConfig } from '../../fakes/fly/openclaw.ts'
import type { FakeMachine } from '../../fakes/fly/types.ts'
import { bootsOf, scene, type Scene, type SceneOptions, wordsOf } from '../../helpers/mutation.ts'

const LATER = 600_000
const text = { serializers: [(value: unknown) => String(value)] }

/** The guide's deployment, started so long ago that it may be restarted. */
async function settled(t: Parameters<typeof scene>[0], options: SceneOptions = {}): Promise<Scene> {
  const made = await scene(t, options)
  await made.clock.advance(LATER)
  return made
}

/** One more machine in the app, with its own volume. */
async function another(
  { fly, deployed }: Scene,
  more: Readonly<Record<string, unknown>> = {},
  state = 'started',
): Promise<FakeMachine> {
  const { app } = deployed
  const { id: volume } = fly.addVolume({ app, name: 'more', region: 'iad', sizeGb: 1 })
  const config = openclawConfig({ image: 'ghcr.io/openclaw/openclaw:2026.9.6', volume })
  return fly.addMachine({ app, config: { ...config, ...more }, state })
}

const group = (name: string) => ({ metadata: { fly_process_group: name } })
const askedOf = ({ fly }: Scene, id: string): number =>
  fly.calls.filter(({ path }) => path.endsWith(`/${id}/restart`)).length

for (const locale of ['en', 'zh-TW'] as const)
  test(`restart: the question, the progress and the answer (${locale})`, async (t) => {
    const made = await settled(t)
    made.inside.work = 2
    const { asked, said, end, job, calls } = await made.run('restart', { press: true, locale })
    assert.equal(job.state, 'done')
    assert.ok(calls.length <= 12, `${calls.length} calls of Fly`)
    for (const words of [asked, said.at(-2), end]) {
      assert.ok(words)
      t.assert.snapshot(renderConsole(words), text)
    }
  })

test('restart: the machine has another boot, and Fly was asked with 60 s to stop', async (t) => {
  const made = await settled(t)
  const { id } = made.deployed.machine
  const before = bootsOf(made.fly.machine(id))
  const { job } = await made.run('restart', { press: true })
  assert.equal(bootsOf(made.fly.machine(id)), before + 1)
  const call = made.fly.calls.find(({ path }) => path.endsWith('/restart'))
  assert.equal(call?.query.get('timeout'), '60s')
  assert.ok(call?.nonce)
  const { machines } = job.result as { machines: ReadonlyArray<Record<string, unknown>> }
  const [{ ready, newBoot, failing, state } = {}] = machines
  assert.deepEqual(
    { ready, newBoot, failing, state },
    {
      ready: true,
      newBoot: true,
      failing: [],
      state: 'started',
    },
  )
})

test('restart: a machine that booted a moment ago waits, unless force is typed', async (t) => {
  const made = await scene(t)
  const refused = await made.run('restart')
  assert.equal(refused.job.state, 'failed')
  t.assert.snapshot(renderConsole(refused.end), text)
  const wrong = await made.run('restart force=true')
  assert.match(wordsOf(wrong.end).join('\n'), /force/)
  const forced = await made.run('restart force=true', { press: true })
  assert.equal(forced.job.state, 'done')
  assert.ok(forced.asked?.actions?.[0]?.ask, 'the app’s name has to be typed')
})

test('restart: its own restart counts before Fly shows it', async (t) => {
  const made = await settled(t)
  await made.run('restart', { press: true })
  made.fly.machine(made.deployed.machine.id).events = []
  const again = await made.run('restart')
  assert.equal(again.job.failure?.code, 'busy')
})

test('restart: machines go one after another; all and a name reach what is stopped', async (t) => {
  const made = await settled(t)
  const first = made.deployed.machine
  const second = await another(made, {}, 'stopped')
  const third = await another(made)
  await made.clock.advance(LATER)
  const started = await made.run('restart', { press: true })
  assert.deepEqual(
    [first, second, third].map(({ id }) => askedOf(made, id)),
    [1, 0, 1],
  )
  assert.match(
    wordsOf(started.asked ?? started.end).join('\n'),
    new RegExp(`Left alone: ${second.id}`),
  )
  const order = made.fly.calls.filter(({ path }) => /\/(?:restart|exec)$/.test(path))
  const probed = order.findLastIndex(({ path }) => path.endsWith(`${first.id}/exec`))
  const next = order.findIndex(({ path }) => path.endsWith(`${third.id}/restart`))
  assert.ok(probed < next, 'the first is ready before the next is touched')
  const named = await made.run(`restart machine=${second.id}`, { press: true })
  assert.equal(named.job.state, 'done')
  assert.equal(second.state, 'started')
})

test('restart: standbys and other process groups are left alone unless they are named', async (t) => {
  const made = await settled(t)
  const standby = await another(made, { standbys: [made.deployed.machine.id] }, 'stopped')
  const worker = await another(made, group('worker'))
  await made.clock.advance(LATER)
  await made.run('restart machine=all', { press: true })
  assert.equal(standby.state, 'stopped')
  assert.equal(askedOf(made, worker.id), 0)
  const named = await made.run(`restart machine=${worker.id}`, { press: true })
  assert.equal(named.job.state, 'done')
  assert.equal(askedOf(made, worker.id), 1)
})

test('restart: a machine that is not ready in time stops the rest; a later look corrects it', async (t) => {
  const made = await settled(t)
  const second = await another(made)
  await made.clock.advance(LATER)
  const { id } = made.deployed.machine
  let broken = true
  made.inside.ready = (machine) => machine.id !== id || !broken || bootsOf(machine) === 1
  const ran = await made.run('restart', { press: true })
  assert.equal(ran.job.state, 'failed', 'not seen is not done')
  assert.equal(askedOf(made, second.id), 0)
  t.assert.snapshot(renderConsole(ran.end), text)
  const still = await made.look(ran)
  assert.match(still.end.title, /not ready yet/)
  broken = false
  const corrected = await made.look(still)
  // What was asked for is not done as long as a machine of it was never touched.
  assert.deepEqual([corrected.end.tone, corrected.job.state], ['error', 'failed'])
  assert.match(corrected.end.title, /ready, but 1 of 2 machines were left alone/)
  assert.match(
    wordsOf(corrected.end).join('\n'),
    new RegExp(`Not touched.*${second.id}.* restart them next`),
  )
  assert.equal(corrected.end.actions?.[0]?.label, `Restart ${second.id}`)
  assert.equal(corrected.job.follow, undefined)
})

test('restart: a machine that goes down again is said to, with its exit', async (t) => {
  const made = await settled(t, { deploy: { config: { restart: { policy: 'no' } } } })
  const { id } = made.deployed.machine
  let looks = 0
  made.inside.ready = (machine) => {
    // Not in the very moment in which it starts.
    if (bootsOf(machine) > 1 && ++looks > 1) made.fly.oom(id)
    return bootsOf(machine) === 1
  }
  const began = made.clock.now()
  const ran = await made.run('restart', { press: true })
  assert.equal(ran.end.tone, 'error')
  assert.match(wordsOf(ran.end).join('\n'), /went down again[^]*code 137, out of memory/)
  assert.ok(made.clock.now() - began < 60_000, 'it waits on for what will not come')
  assert.ok(ran.calls.length < 30, `${ran.calls.length} calls of Fly`)
})

test('restart: a machine that is down for a moment, until Fly starts it again, is waited for', async (t) => {
  const made = await settled(t)
  let looks = 0
  made.inside.ready = (machine) => {
    if (bootsOf(machine) === 2 && ++looks === 2) {
      made.fly.crash(machine.id)
      machine.state = 'stopped'
    }
    return bootsOf(machine) !== 2
  }
  const { end, job } = await made.run('restart', { press: true })
  assert.deepEqual([end.tone, job.state], ['ok', 'done'])
  assert.equal(bootsOf(made.deployed.machine), 3)
})

test('restart: the lease of somebody else is shown, and confirming takes it away', async (t) => {
  const made = await settled(t)
  const { machine } = made.deployed
  const expiresAt = Math.floor(made.clock.now() / 1000) + 3600
  machine.lease = { nonce: 'n1', expiresAt, owner: 'ci@example.com', description: 'deploy' }
  const { asked, job } = await made.run('restart', { press: true })
  assert.match(wordsOf(asked ?? assert.fail()).join('\n'), /leased by ci@example.com/)
  assert.equal(job.state, 'done')
  assert.equal(machine.lease, null)
})

test('restart: what changed between question and press is asked again', async (t) => {
  const made = await settled(t)
  const { asked, job } = await made.run('restart', {
    press: true,
    beforePress: () => void (made.deployed.machine.state = 'stopped'),
  })
  assert.ok(asked)
  assert.equal(job.state, 'asked')
  assert.equal(askedOf(made, made.deployed.machine.id), 0)
})

const REFUSED = [
  ['restart machine=nobody', /There is no machine nobody/, () => {}],
  ['restart', /host of .* is unreachable/, (m: FakeMachine) => void (m.hostStatus = 'unreachable')],
  ['restart', /is replacing at the moment/, (m: FakeMachine) => void (m.state = 'replacing')],
] as const
for (const [line, words, arrange] of REFUSED)
  test(`restart: refused before anything is asked (${words.source})`, async (t) => {
    const made = await settled(t)
    arrange(made.deployed.machine)
    const { job, end } = await made.run(line)
    assert.equal(job.state, 'failed')
    assert.match(end.title, words)
    assert.ok(wordsOf(end).length > 1, 'with a next step')
    assert.deepEqual(
      made.fly.calls.filter(({ method, path }) => method === 'POST' && !path.endsWith('/exec')),
      [],
    )
  })

test('restart: cancelled while Fly is at it, the words say that it goes on', async (t) => {
  const made = await settled(t)
  const waiting = made.fly.nextCall({ path: /\/wait$/ })
  made.fly.fault({ kind: 'hang', path: /\/wait$/ })
  const running = made.run('restart', { press: true })
  await waiting
  await made.cancel()
  const { job, end } = await running
  assert.equal(job.state, 'cancelled')
  assert.match(end.title, /Cancelled by Person 200.*already been asked to restart.*goes on with it/)
  assert.equal(made.deployed.machine.lease, null)
})
