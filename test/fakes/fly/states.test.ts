import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { startTestFly, type TestFly } from './test-client.ts'
import type { FakeMachine } from './types.ts'

const cannotStart = (state: string): string =>
  `failed_precondition: unable to start machine from current state: '${state}'`
const cannotDestroy =
  'failed_precondition: unable to destroy machine, not currently stopped, suspended, failed, or pending'

interface Case {
  readonly state: string
  readonly action: string
  readonly status: number
  /** Text of the error, or the state afterwards. */
  readonly outcome: string
}

const cases: readonly Case[] = [
  { state: 'created', action: 'start', status: 412, outcome: cannotStart('created') },
  { state: 'created', action: 'stop', status: 200, outcome: 'stopped' },
  { state: 'created', action: 'delete', status: 412, outcome: cannotDestroy },
  { state: 'created', action: 'force', status: 200, outcome: 'destroyed' },
  { state: 'starting', action: 'start', status: 412, outcome: cannotStart('starting') },
  { state: 'starting', action: 'stop', status: 200, outcome: 'stopped' },
  { state: 'starting', action: 'delete', status: 412, outcome: cannotDestroy },
  { state: 'started', action: 'start', status: 412, outcome: cannotStart('started') },
  { state: 'started', action: 'stop', status: 200, outcome: 'stopped' },
  { state: 'started', action: 'restart', status: 200, outcome: 'started' },
  { state: 'started', action: 'suspend', status: 200, outcome: 'suspended' },
  { state: 'started', action: 'delete', status: 412, outcome: cannotDestroy },
  { state: 'started', action: 'force', status: 200, outcome: 'destroyed' },
  { state: 'stopping', action: 'start', status: 412, outcome: cannotStart('stopping') },
  { state: 'stopping', action: 'stop', status: 200, outcome: 'stopped' },
  { state: 'stopping', action: 'delete', status: 412, outcome: cannotDestroy },
  { state: 'stopped', action: 'start', status: 200, outcome: 'started' },
  { state: 'stopped', action: 'stop', status: 200, outcome: 'stopped' },
  { state: 'stopped', action: 'restart', status: 200, outcome: 'stopped' },
  {
    state: 'stopped',
    action: 'suspend',
    status: 412,
    outcome: "failed_precondition: unable to suspend machine from current state: 'stopped'",
  },
  { state: 'stopped', action: 'delete', status: 200, outcome: 'destroyed' },
  { state: 'suspended', action: 'start', status: 200, outcome: 'started' },
  { state: 'suspended', action: 'stop', status: 200, outcome: 'stopped' },
  { state: 'suspended', action: 'delete', status: 200, outcome: 'destroyed' },
  {
    state: 'replacing',
    action: 'start',
    status: 412,
    outcome: 'failed_precondition: machine getting replaced, refusing to start',
  },
  { state: 'failed', action: 'start', status: 200, outcome: 'started' },
  { state: 'failed', action: 'delete', status: 200, outcome: 'destroyed' },
]

for (const { state, action, status, outcome } of cases) {
  test(`${action} from ${state}`, async (t) => {
    const { fly, send } = await startTestFly(t)
    const machine = await machineIn(fly, state)
    const path = `/v1/apps/my-openclaw/machines/${machine.id}`
    const reply =
      action === 'delete' || action === 'force'
        ? await send('DELETE', `${path}${action === 'force' ? '?force=true' : ''}`)
        : await send('POST', `${path}/${action}`)
    assert.equal(reply.status, status, reply.raw)
    if (status >= 400) {
      assert.equal(reply.error, outcome)
      assert.equal(machine.state, state)
      return
    }
    await fly.clock.advance(60_000)
    assert.equal(machine.state, outcome)
  })
}

async function machineIn(fly: TestFly['fly'], state: string): Promise<FakeMachine> {
  const transient = ['starting', 'stopping', 'replacing'].includes(state)
  const { machine } = await fly.deployOpenclaw({ state: transient ? 'started' : state })
  if (transient) machine.state = state
  if (state === 'stopping') machine.plan = 'stop'
  if (state === 'stopping') {
    fly.clock.after(1, () => fly.crash(machine.id, { code: 0 }))
  }
  return machine
}

async function pathOf({ fly }: TestFly): Promise<string> {
  const { app, machine } = await fly.deployOpenclaw()
  return `/v1/apps/${app}/machines/${machine.id}`
}

void test('a start right after a stop meets a machine that is still active', async (t) => {
  const scene = await startTestFly(t)
  const path = await pathOf(scene)
  await scene.send('POST', `${path}/stop`, { body: { timeout: '30s', signal: 'SIGTERM' } })
  await scene.fly.clock.advance(1100)
  const early = await scene.send('POST', `${path}/start`)
  assert.equal(early.error, 'failed_precondition: machine still active, refusing to start')
  await scene.fly.clock.advance(2000)
  const late = await scene.send('POST', `${path}/start`)
  assert.deepEqual(late.body, { previous_state: 'stopped', migrated: false, new_host: '' })
})

void test('a new machine is created, then starting, then started', async (t: TestContext) => {
  const { fly, send } = await startTestFly(t)
  fly.addApp({ name: 'fresh' })
  const made = await send('POST', '/v1/apps/fresh/machines', {
    body: { region: 'iad', config: { image: 'ghcr.io/openclaw/openclaw:2026.9.6' } },
  })
  assert.equal(made.data['state'], 'created')
  const machine = fly.machine(String(made.data['id']))
  await fly.clock.advance(7999)
  assert.equal(machine.state, 'created')
  await fly.clock.advance(1)
  assert.equal(machine.state, 'starting')
  await fly.clock.advance(1500)
  assert.equal(machine.state, 'started')
  assert.deepEqual(
    machine.events.map(({ type, status, source }) => `${type}/${status}/${source}`),
    ['start/started/flyd', 'launch/created/user', 'launch/pending/flyd'],
  )
})

void test('skip_launch leaves a new machine stopped once prepared', async (t) => {
  const { fly, send } = await startTestFly(t)
  fly.addApp({ name: 'fresh' })
  const body = { skip_launch: true, config: { image: 'x' } }
  const made = await send('POST', '/v1/apps/fresh/machines', { body })
  await fly.clock.advance(8000)
  assert.equal(fly.machine(String(made.data['id'])).state, 'stopped')
})

void test('too large a machine cannot be suspended', async (t) => {
  const { fly, send } = await startTestFly(t)
  const { machine } = await fly.deployOpenclaw({ guest: { memory_mb: 4096 } })
  const reply = await send('POST', `/v1/apps/my-openclaw/machines/${machine.id}/suspend`)
  assert.equal(reply.status, 400)
})
