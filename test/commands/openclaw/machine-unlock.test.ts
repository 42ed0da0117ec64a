import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { arrangeLocks, lockFile, sleeps } from '../../helpers/lock-world.ts'
import { addSecond } from '../../helpers/mutation/second.ts'
import { scene, type Scene, wordsOf } from '../../helpers/mutation.ts'

const text = { serializers: [(value: unknown) => String(value)] }
const OLD = lockFile('dead', {
  layout: 'guide',
  key: 'guide:gateway.0a1b2c3d.lock',
  path: '/data/gateway.0a1b2c3d.lock',
})
const STOPPED = { deploy: { state: 'stopped' } }

const updates = ({ deployed }: Scene): number =>
  deployed.machine.events.filter(({ type, source }) => type === 'update' && source === 'user')
    .length
const starts = ({ fly }: Scene): number =>
  fly.calls.filter(({ path }) => /\/(?:start|restart)$/.test(path)).length
const LINE = 'Gateway failed to start: gateway already running (pid 321); lock timeout after 5000ms'

for (const locale of ['en', 'zh-TW'] as const) {
  test(`deleted: the question, the progress and the answer (${locale})`, async (t) => {
    const made = await scene(t, STOPPED)
    const { fly, deployed } = made
    const world = arrangeLocks(made, [lockFile('earlier'), OLD])
    fly.log(deployed.app, deployed.machine.id, { message: LINE, level: 'error', provider: 'app' })
    await made.clock.advance(60_000)
    const before = deployed.machine.config
    const { asked, said, end, job } = await made.run('machine unlock', { press: true, locale })
    assert.equal(job.state, 'done', wordsOf(end).join('\n'))
    assert.deepEqual([world.files, deployed.machine.state], [[], 'started'])
    assert.deepEqual(deployed.machine.config, before)
    assert.deepEqual([updates(made), starts(made), world.asked.length], [2, 1, 1])
    for (const one of [asked, said.at(-2), end])
      t.assert.snapshot(renderConsole(one ?? assert.fail()), text)
  })

  test(`a live owner is never robbed (${locale})`, async (t) => {
    const made = await scene(t)
    const world = arrangeLocks(made, [lockFile('live'), OLD])
    made.inside.ready = () => false
    const { asked, end, job } = await made.run('machine unlock', { locale })
    assert.deepEqual([asked, job.state, world.files.length], [undefined, 'failed', 2])
    assert.deepEqual([world.asked, updates(made), starts(made)], [[], 0, 0])
    t.assert.snapshot(renderConsole(end), text)
  })

  test(`nothing is locked (${locale})`, async (t) => {
    const made = await scene(t)
    const world = arrangeLocks(made, [])
    const ready = await made.run('machine unlock', { locale })
    assert.deepEqual([ready.job.state, ready.end.tone], ['done', 'ok'])
    made.inside.ready = () => false
    const none = await made.run('machine unlock', { locale })
    assert.deepEqual([none.asked, none.end.tone], [undefined, 'warn'])
    world.files = [lockFile('fresh')]
    const fresh = await made.run('machine unlock', { locale })
    assert.deepEqual([fresh.asked, fresh.job.state], [undefined, 'failed'])
    for (const { end } of [ready, none, fresh]) t.assert.snapshot(renderConsole(end), text)
    assert.deepEqual([updates(made), starts(made)], [0, 0])
  })

  test(`another machine names the volume (${locale})`, async (t) => {
    const made = await scene(t, STOPPED)
    arrangeLocks(made)
    const second = await addSecond(made, 'started')
    second.config = { ...second.config, mounts: made.deployed.machine.config['mounts'] }
    const { asked, end, job } = await made.run('machine unlock', { locale })
    assert.deepEqual([asked, job.state, starts(made)], [undefined, 'failed', 0])
    t.assert.snapshot(renderConsole(end), text)
  })

  test(`what a new start cures is cured by it; evidence is shown (${locale})`, async (t) => {
    const made = await scene(t)
    const world = arrangeLocks(made, [
      lockFile('dead'),
      lockFile('reused', { key: 'b', path: '/data/tmp/openclaw-1000/gateway.580c37bd.lock' }),
      lockFile('restarted', { key: 'c', path: '/tmp/openclaw-0/gateway.580c37bd.lock' }),
      lockFile('garbage', { key: 'd', path: '/data/gateway.x.lock', layout: 'guide' }),
    ])
    const { id } = made.deployed.machine
    made.inside.ready = ({ events }) => {
      const restarted = events.some(({ type, source }) => type === 'restart' && source === 'user')
      if (restarted) world.files = []
      return restarted
    }
    const { asked, end, job } = await made.run('machine unlock', { press: true, locale })
    assert.equal(job.state, 'done')
    assert.deepEqual([updates(made), world.asked], [0, []])
    assert.equal(made.fly.machine(id).state, 'started')
    for (const one of [asked, end]) t.assert.snapshot(renderConsole(one ?? assert.fail()), text)
  })
}

test('a volume that Fly says another machine has', async (t) => {
  const made = await scene(t, STOPPED)
  arrangeLocks(made)
  const second = await addSecond(made, 'unreachable')
  made.deployed.volume.machine = second.id
  const { end, job } = await made.run('machine unlock')
  assert.equal(job.state, 'failed')
  assert.match(wordsOf(end).join('\n'), new RegExp(`belongs to ${second.id} too`))
})

test('the volume is looked at again before anything is deleted', async (t) => {
  const made = await scene(t, STOPPED)
  const world = arrangeLocks(made)
  const second = await addSecond(made, 'stopped')
  const before = made.deployed.machine.config
  const ready = made.inside.ready
  made.inside.ready = (machine, probes) => {
    // While the gateway is waited for, somebody gives the volume to another machine.
    made.deployed.volume.machine = second.id
    return ready(machine, probes)
  }
  const { end, job } = await made.run(`machine unlock machine=${made.deployed.machine.id}`, {
    press: true,
  })
  assert.equal(job.state, 'failed')
  assert.deepEqual([world.asked, world.files.length], [[], 1])
  assert.deepEqual(made.deployed.machine.config, before)
  assert.match(wordsOf(end).join('\n'), /belongs to .* too[^]*has its own command/)
})

test('a gateway that lives in the machine after all keeps its files', async (t) => {
  const made = await scene(t, STOPPED)
  const world = arrangeLocks(made)
  world.gateways = (machine) => (sleeps(machine) ? [4711] : [])
  const before = made.deployed.machine.config
  const { end, job } = await made.run('machine unlock', { press: true })
  assert.equal(job.state, 'failed')
  assert.match(end.title, /A gateway \(pid 4711\) is alive/)
  assert.deepEqual([world.files.length, made.deployed.machine.config], [1, before])
})

test('when the lock was not what kept it, that is said, and its own command is back', async (t) => {
  const made = await scene(t, STOPPED)
  const world = arrangeLocks(made)
  made.inside.ready = () => false
  const before = made.deployed.machine.config
  const ran = await made.run('machine unlock', { press: true })
  assert.deepEqual([ran.job.state, ran.end.tone, world.files], ['failed', 'error', []])
  assert.deepEqual(made.deployed.machine.config, before)
  assert.match(wordsOf(ran.end).join('\n'), /no longer, what keeps it/)
  made.inside.ready = () => true
  const later = await made.look(ran)
  assert.deepEqual([later.job.state, later.end.tone], ['done', 'ok'])
})

test('a file that is written anew before it is deleted stays', async (t) => {
  const made = await scene(t, STOPPED)
  const world = arrangeLocks(made)
  const { exec } = made.inside
  made.inside.exec = async (request) => {
    const outcome = await exec?.(request)
    // What was read is no more what is there.
    if (world.asked.length === 0)
      world.files = [lockFile('dead', { mark: `78-2-${'b'.repeat(32)}` })]
    return outcome ?? {}
  }
  const { end } = await made.run('machine unlock', { press: true })
  assert.equal(world.files.length, 1)
  assert.match(wordsOf(end).join('\n'), /written anew meanwhile/)
})

test('the one that does not run is meant; what runs beside it is told', async (t) => {
  const made = await scene(t, STOPPED)
  arrangeLocks(made)
  const second = await addSecond(made, 'started')
  const { asked, job } = await made.run('machine unlock', { press: true })
  assert.equal(job.state, 'done')
  assert.match(wordsOf(asked ?? assert.fail()).join('\n'), new RegExp(`Also running.*${second.id}`))
  assert.equal(second.events.filter(({ source }) => source === 'user').length, 1)
})
