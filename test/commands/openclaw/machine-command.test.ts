import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { commandOf } from '../../../src/core/machine-config.ts'
import { overrideOf } from '../../../src/core/overrides.ts'
import { addSecond } from '../../helpers/mutation/second.ts'
import { bootsOf, scene, type Scene, wordsOf } from '../../helpers/mutation.ts'

const text = { serializers: [(value: unknown) => String(value)] }
const GOOD = 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan'
const NEW = `${GOOD} --verbose`
const line = (words: string): string => `machine command set="${words}"`

const runs = ({ deployed }: Scene): string => commandOf(deployed.machine.config).join(' ')
const updates = ({ deployed }: Scene): number =>
  deployed.machine.events.filter(({ type, source }) => type === 'update' && source === 'user')
    .length
const setOf = ({ store, deployed: { app, machine } }: Scene) =>
  overrideOf(store, { app, machine: machine.id })

for (const locale of ['en', 'zh-TW'] as const) {
  test(`the question, the progress and the answer (${locale})`, async (t) => {
    const made = await scene(t)
    const words = `node dist/index.js gateway --port 4000 --name 'two words'`
    const { asked, said, end, job } = await made.run(line(words), { press: true, locale })
    assert.equal(job.state, 'done')
    assert.ok(asked?.actions?.[0]?.ask, 'the app’s name has to be typed')
    for (const one of [asked, said.at(-2), end])
      t.assert.snapshot(renderConsole(one ?? assert.fail()), text)
  })

  test(`what there is, after a deploy made elsewhere (${locale})`, async (t) => {
    const made = await scene(t)
    await made.run(line(NEW), { press: true })
    t.assert.snapshot(renderConsole((await made.run('machine command', { locale })).end), text)
    made.deployed.machine.config = {
      ...made.deployed.machine.config,
      init: { cmd: 'node dist/index.js gateway --allow-unconfigured --bind 0.0.0.0'.split(' ') },
    }
    const { end } = await made.run('machine command', { locale })
    t.assert.snapshot(renderConsole(end), text)
    const status = await made.run('status', { locale })
    assert.match(wordsOf(status.end).join('\n'), /--verbose/)
    t.assert.snapshot(status.end.actions?.map(({ label }) => label).join(' · '), text)
  })

  test(`not ready with it: the old command is back (${locale})`, async (t) => {
    const made = await scene(t)
    made.inside.ready = () => !runs(made).includes('--verbose')
    const { end, job } = await made.run(line(NEW), { press: true, locale })
    assert.equal(job.state, 'failed')
    assert.deepEqual([runs(made), updates(made), made.deployed.machine.state], [GOOD, 2, 'started'])
    assert.equal(await setOf(made), undefined)
    t.assert.snapshot(renderConsole(end), text)
  })
}

test('only the command changes, and the new process is seen', async (t) => {
  const made = await scene(t)
  const { machine } = made.deployed
  const before = machine.config
  const boots = bootsOf(machine)
  const { job, calls } = await made.run(line(NEW), { press: true })
  assert.deepEqual(machine.config, { ...before, init: { cmd: NEW.split(' ') } })
  assert.equal(bootsOf(machine), boots + 1)
  assert.ok(calls.length <= 20, `${calls.length} calls of Fly`)
  const { up, after } = job.result as { up: { newBoot: boolean; ready: boolean }; after: string[] }
  assert.deepEqual([up.ready, up.newBoot, after], [true, true, NEW.split(' ')])
  assert.deepEqual((await setOf(made))?.command, NEW.split(' '))
})

test('its Undo brings the old command back, and what is remembered follows', async (t) => {
  const made = await scene(t)
  const { end } = await made.run(line(NEW), { press: true })
  assert.ok(end.actions?.some(({ label }) => label === 'Undo'))
  await made.run(line(GOOD), { press: true })
  assert.equal(runs(made), GOOD)
  assert.deepEqual((await setOf(made))?.command, GOOD.split(' '))
})

test('the command it has already changes nothing, and is meant from now on', async (t) => {
  const made = await scene(t)
  await made.run(line(NEW), { press: true })
  made.deployed.machine.config = { ...made.deployed.machine.config, init: { cmd: GOOD.split(' ') } }
  const { asked, end, job } = await made.run(line(GOOD))
  assert.deepEqual([asked, job.state, updates(made)], [undefined, 'done', 1])
  assert.match(end.title, /has that command already/)
  assert.deepEqual((await setOf(made))?.command, GOOD.split(' '))
})

test('a machine at rest stays at rest', async (t) => {
  const made = await scene(t, { deploy: { state: 'stopped' } })
  const { end, job } = await made.run(line(NEW), { press: true })
  assert.equal(job.state, 'done')
  assert.deepEqual([made.deployed.machine.state, runs(made)], ['stopped', NEW])
  assert.match(end.title, /from its next start/)
  assert.deepEqual(
    (end.actions ?? []).map(({ label }) => label),
    ['Start', 'Status', 'Undo'],
  )
})

test('a gateway that nobody can look at keeps the new command; it is looked at again', async (t) => {
  const made = await scene(t)
  const { id } = made.deployed.machine
  const broken = () => made.fly.fault({ kind: 'html', path: new RegExp(`${id}/exec$`), times: 1e6 })
  let fault: ReturnType<typeof broken> | undefined
  const ran = await made.run(line(NEW), { press: true, beforePress: () => void (fault = broken()) })
  assert.equal(ran.job.state, 'failed')
  assert.match(ran.end.title, /unknown/)
  assert.equal(runs(made), NEW)
  fault?.remove()
  const later = await made.look(ran)
  assert.deepEqual([later.job.state, later.end.tone], ['done', 'ok'])
})

test('a check that passed before and does not now is told', async (t) => {
  const made = await scene(t)
  const { machine } = made.deployed
  const [{ name } = { name: '' }] = machine.checks
  let looks = 0
  made.inside.ready = () => {
    if (runs(made) !== NEW) return true
    made.fly.setCheck(machine.id, { name, status: 'critical', output: '' })
    return ++looks > 1
  }
  const { end } = await made.run(line(NEW), { press: true })
  assert.equal(end.tone, 'warn')
  assert.match(wordsOf(end).join('\n'), /a check does not pass[^]*passed before and not now/)
})

test('refused before anybody is asked', async (t) => {
  const made = await scene(t)
  for (const [words, problem] of [
    [`${GOOD} --token abc`, /put a secret/],
    [GOOD.replace('lan', '0.0.0.0'), /no bind mode/],
  ] as const) {
    const { asked, end, job } = await made.run(line(words))
    assert.deepEqual([asked, job.state], [undefined, 'failed'])
    assert.match(end.title, problem)
  }
  assert.equal(updates(made), 0)
})

test('with two machines one has to be named, and only that one changes', async (t) => {
  const made = await scene(t)
  const second = await addSecond(made, 'started')
  const which = await made.run(line(NEW))
  assert.match(which.end.title, /Which machine/)
  const { job } = await made.run(`machine command machine=${second.id} set="${NEW}"`, {
    press: true,
  })
  assert.equal(job.state, 'done')
  assert.deepEqual([runs(made), commandOf(second.config).join(' ')], [GOOD, NEW])
})

test('a machine that somebody changed between question and press is asked about anew', async (t) => {
  const made = await scene(t)
  const { machine } = made.deployed
  const { end } = await made.run(line(NEW), {
    press: true,
    beforePress: () => {
      machine.config = { ...machine.config, init: { cmd: ['other', 'gateway'] } }
      machine.instanceId = '01KOTHER000000000000000000'
    },
  })
  assert.match(wordsOf(end).join('\n'), /other gateway/)
  assert.equal(updates(made), 0)
})
