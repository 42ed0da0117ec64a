import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { WorkContext } from '../../../src/core/context.ts'
import { differences } from '../../../src/core/mutation/config.ts'
import type { Repair } from '../../../src/core/mutation/repair-plan.ts'
import { type Repaired, runRepair } from '../../../src/core/mutation/repair-run.ts'
import type { Step } from '../../../src/core/steps.ts'
import { config, machine } from '../../helpers/deployments.ts'
import { bootsOf, scene, type Scene, wordsOf } from '../../helpers/mutation.ts'
import { OPERATOR } from '../../helpers/people.ts'
import { WRONG } from './repair-world.ts'

const text = { serializers: [(value: unknown) => String(value)] }

const updates = ({ deployed }: Scene): number =>
  deployed.machine.events.filter(({ type, source }) => type === 'update' && source === 'user')
    .length
const pathsOf = (before: object, after: object): readonly string[] =>
  differences(before as Record<string, unknown>, after as Record<string, unknown>).map(
    ({ path }) => path,
  )

for (const locale of ['en', 'zh-TW'] as const) {
  test(`everything at once: the question, the progress and the answer (${locale})`, async (t) => {
    const made = await scene(t, { deploy: WRONG.all.deploy })
    const { asked, said, end, job } = await made.run('machine repair', { press: true, locale })
    assert.equal(job.state, 'done', wordsOf(end).join('\n'))
    assert.ok(asked?.actions?.[0]?.ask, 'the app’s name has to be typed')
    for (const one of [asked, said.at(-2), end])
      t.assert.snapshot(renderConsole(one ?? assert.fail()), text)
  })

  test(`not ready afterwards: the old config is back (${locale})`, async (t) => {
    const made = await scene(t, { deploy: WRONG.autostop.deploy })
    const before = made.deployed.machine.config
    made.inside.ready = () => updates(made) !== 1
    const { end, job } = await made.run('machine repair what=autostop', { press: true, locale })
    assert.deepEqual([job.state, updates(made)], ['failed', 2])
    assert.deepEqual(pathsOf(before, made.deployed.machine.config), [])
    t.assert.snapshot(renderConsole(end), text)
  })

  test(`what can’t be put right here is said (${locale})`, async (t) => {
    const made = await scene(t, { deploy: { ...WRONG.state.deploy, config: { mounts: [] } } })
    const { asked, end, job } = await made.run('machine repair what=state', { locale })
    assert.deepEqual([asked, job.state, updates(made)], [undefined, 'failed', 0])
    t.assert.snapshot(renderConsole(end), text)
  })
}

for (const [what, wrong] of Object.entries(WRONG))
  test(`${what}: exactly its fields change, and the doctor finds it no more`, async (t) => {
    const { deploy, paths, line, fields = paths.length, version = '2026.9.6' } = wrong
    const made = await scene(t, { deploy: { ...deploy, version } })
    made.inside.version = version
    const { machine } = made.deployed
    const before = structuredClone(machine.config)
    const boots = bootsOf(machine)
    const { job, calls, end } = await made.run(line, { press: true })
    assert.equal(job.state, 'done', wordsOf(end).join('\n'))
    assert.deepEqual(pathsOf(before, machine.config), paths)
    assert.equal(bootsOf(machine), boots + 1)
    assert.ok(calls.length <= 22, `${calls.length} calls of Fly`)
    const { up, changes } = job.result as Repaired
    assert.deepEqual([up?.ready, up?.newBoot, up?.failing], [true, true, []])
    assert.equal(changes.length, fields)
    const again = await made.run(line)
    assert.deepEqual([again.asked, again.job.state, updates(made)], [undefined, 'done', 1])
    assert.match(again.end.title, /nothing to repair/)
  })

test('a machine at rest stays at rest, and nobody looks into it', async (t) => {
  const made = await scene(t, { deploy: { ...WRONG.all.deploy, state: 'stopped' } })
  const { end, job } = await made.run('machine repair', { press: true })
  assert.deepEqual([job.state, made.deployed.machine.state, updates(made)], ['done', 'stopped', 1])
  assert.match(end.title, /counts from its next start/)
  assert.deepEqual(
    (end.actions ?? []).map(({ label }) => label),
    ['Start', 'Doctor', 'fly.toml'],
  )
})

test('a check that fails although the gateway is ready takes the change back, and says what it was told', async (t) => {
  const made = await scene(t, { deploy: WRONG.missing.deploy })
  const { machine } = made.deployed
  const before = machine.config
  made.inside.ready = () => {
    for (const { name } of machine.checks)
      made.fly.setCheck(machine.id, { name, status: 'critical', output: 'HTTP 403' })
    return true
  }
  const { end, job } = await made.run('machine repair what=checks', { press: true })
  assert.deepEqual([job.state, updates(made)], ['failed', 2])
  assert.deepEqual(pathsOf(before, machine.config), [])
  assert.match(
    wordsOf(end).join('\n'),
    /the check servicecheck-00-http-3000 fails.*HTTP 403[^]*old config/,
  )
})

test('a check that warns is told, and looked at again', async (t) => {
  const made = await scene(t, { deploy: WRONG.missing.deploy })
  const { machine } = made.deployed
  const check = (status: 'passing' | 'warning'): void => {
    for (const { name } of machine.checks)
      made.fly.setCheck(machine.id, { name, status, output: '' })
  }
  made.inside.ready = () => (check('warning'), true)
  const ran = await made.run('machine repair what=checks', { press: true })
  assert.deepEqual([ran.job.failure?.code, updates(made), ran.end.tone], ['unproven', 1, 'warn'])
  assert.match(wordsOf(ran.end).join('\n'), /a check does not pass yet[^]*look again/)
  made.inside.ready = () => true
  check('passing')
  assert.equal((await made.look(ran)).end.tone, 'ok')
})

test('a gateway that was not ready before keeps the repair', async (t) => {
  const made = await scene(t, { deploy: WRONG.restart.deploy })
  made.inside.ready = () => false
  const { asked, end, job } = await made.run('machine repair what=restart', { press: true })
  assert.match(wordsOf(asked ?? assert.fail()).join('\n'), /stays even if it is not ready/)
  assert.deepEqual([job.failure?.code, updates(made), end.tone], ['unproven', 1, 'error'])
})

test('where the volume has no config and the command wants one, nothing is moved away from it', async (t) => {
  const cmd = 'node dist/index.js gateway --port 3000 --bind lan'.split(' ')
  const made = await scene(t, { deploy: { ...WRONG.state.deploy, cmd } })
  made.inside.configFile = false
  const { asked, end, job } = await made.run('machine repair what=state')
  assert.deepEqual([asked, job.state, updates(made)], [undefined, 'failed', 0])
  assert.match(wordsOf(end).join('\n'), /no config file in \/data[^]*cp -a/)
})

test('a service that leads elsewhere has no place for a check; the rest is put right', async (t) => {
  const services = [{ protocol: 'tcp', internal_port: 8080, autostop: 'stop', ports: [] }]
  const made = await scene(t, { deploy: { config: { services } } })
  const { asked, end, job } = await made.run('machine repair', { press: true })
  assert.equal(job.state, 'done')
  for (const one of [asked, end])
    assert.match(wordsOf(one ?? assert.fail()).join('\n'), /no place for a check.*fix=port/)
  assert.equal(end.tone, 'warn')
})

test('only an admin; state and all of it want the app’s name, the rest a button', async (t) => {
  const made = await scene(t, { deploy: WRONG.all.deploy })
  await assert.rejects(made.run('machine repair', { actor: OPERATOR }), /refused/)
  for (const [what, typed] of [
    ['autostop', false],
    ['checks', false],
    ['restart', false],
    ['state', true],
    ['all', true],
  ] as const) {
    const { asked } = await made.run(`machine repair what=${what}`)
    assert.equal(asked?.actions?.[0]?.ask !== undefined, typed, what)
  }
  assert.equal(updates(made), 0)
})

test('the doctor’s fix of each becomes it, and two of them are one button', async (t) => {
  const made = await scene(t, { deploy: WRONG.all.deploy })
  made.inside.freeMb = 100
  const { end } = await made.run('doctor')
  const repairs = (end.actions ?? []).filter(({ label }) => label === 'Repair')
  assert.equal(repairs.length, 1)
  for (const [fix, field] of [
    ['autostop', /services\[0\]\.autostop/],
    ['checks.missing', /http \/startupz/],
    ['restart.policy', /on-failure/],
    ['state.not_on_volume', /OPENCLAW_STATE_DIR/],
  ] as const) {
    const { asked } = await made.run(`doctor fix=${fix}`)
    assert.match(wordsOf(asked ?? assert.fail(fix)).join('\n'), field)
  }
})

test('what is still wrong in the config that was read back is no repair', async () => {
  const wrong = machine({ config: config({ restart: { policy: 'no' } }) })
  const context = {
    app: 'my-openclaw',
    signal: new AbortController().signal,
    fly: { machine: async () => wrong },
    steps: async (_title: unknown, steps: readonly Step[]) =>
      steps.find(({ id }) => id === `judge.${wrong.id}`)?.do(() => undefined),
  } as unknown as WorkContext
  const plan = { id: wrong.id, parts: ['restart'], changes: [], left: [], lease: null, lost: null }
  await assert.rejects(runRepair(context, plan as unknown as Repair), /restart is not in order/)
})

test('a state directory that nothing names is set to the volume, where a look inside finds it elsewhere', async (t) => {
  const made = await scene(t)
  const { machine } = made.deployed
  delete (machine.config['env'] as Record<string, unknown>)['OPENCLAW_STATE_DIR']
  made.inside.stateDir = '/data'
  const fine = await made.run('machine repair what=state')
  assert.match(wordsOf(fine.end).join('\n'), /nothing to repair/)
  made.inside.stateDir = '/home/node/.openclaw'
  made.inside.freeMb = 100
  const { asked, job, end } = await made.run('machine repair what=state', { press: true })
  assert.match(
    wordsOf(asked ?? assert.fail()).join('\n'),
    /cp -a \/home\/node\/\.openclaw\/\. \/data\//,
  )
  assert.equal(job.state, 'done', wordsOf(end).join('\n'))
  assert.equal((machine.config['env'] as Record<string, unknown>)['OPENCLAW_STATE_DIR'], '/data')
})
