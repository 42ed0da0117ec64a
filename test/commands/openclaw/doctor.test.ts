import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { confirmOf, roleOf } from '../../../src/core/command.ts'
import { CHECKS } from '../../../src/core/doctor/checks.ts'
import { CURES, cureName, roleOfFix } from '../../../src/core/doctor/cures.ts'
import { diagnose } from '../../../src/core/doctor/diagnose.ts'
import { renderDoctor } from '../../../src/core/doctor/render.ts'
import { localise } from '../../../src/core/localise.ts'
import { checkOptions } from '../../../src/core/options.ts'
import { BLANK } from '../../../src/core/private.ts'
import { loadCommands } from '../../../src/load-commands.ts'
import { FAILS } from '../../core/doctor/failing.ts'
import { all, SICK } from '../../core/doctor/sick.ts'
import { seen } from '../../helpers/seen.ts'
import { scene, type Scene, wordsOf } from '../../helpers/mutation.ts'
import { OPERATOR, VIEWER } from '../../helpers/people.ts'

const registry = await loadCommands()
const text = { serializers: [(value: unknown) => String(value)] }

for (const locale of ['en', 'zh-TW'] as const)
  test(`doctor: a sick deployment and a healthy one (${locale})`, (t) => {
    for (const result of [SICK, all(seen())])
      t.assert.snapshot(renderConsole(localise(renderDoctor(result), locale)), text)
  })

test('doctor: at most five buttons, each command once, the worst first', () => {
  const { actions = [] } = renderDoctor(SICK)
  const commands = actions.map(({ intent }) => (intent?.do === 'run' ? intent.command : ''))
  assert.ok(actions.length <= 5)
  assert.equal(new Set(commands).size, commands.length)
  assert.equal(commands.at(-1), 'openclaw doctor')
})

test('each cure is a command of the bot that takes its arguments, with the role that the doctor asks for', () => {
  for (const { id } of CHECKS) {
    const found = diagnose(FAILS[id]?.is ?? seen()).findings.filter(({ check }) => check === id)
    for (const { run } of found) {
      if (run === null) continue
      const entry = registry.get(run.command)
      assert.ok(entry, `${id}: there is no /${run.command}`)
      const hidden = entry.command.private?.option
      const input = { app: 'my-openclaw', ...run.input }
      // What is asked for privately is not filled in here.
      const given = hidden === undefined || hidden in input ? input : { ...input, [hidden]: BLANK }
      const checked = checkOptions(entry.command.options, given)
      assert.ok(checked.ok, `${id}: ${JSON.stringify(checked)}`)
      assert.equal(CURES[cureName(run.command)]?.role, roleOf(entry.command, given), run.command)
    }
  }
})

test('whoever asks for a cure needs the role of its command', () => {
  assert.equal(roleOfFix('memory.small'), 'operator')
  assert.equal(roleOfFix('volume.full'), 'admin')
  assert.equal(roleOfFix('autostop'), 'admin')
  const doctor = registry.get('openclaw doctor')?.command
  assert.ok(doctor)
  assert.equal(roleOf(doctor, {}), 'viewer')
  assert.equal(roleOf(doctor, { fix: 'drift' }), 'operator')
  assert.equal(confirmOf(doctor, { fix: 'memory.small' }), 'none')
})

/** A machine of 1 GB with so little memory left that nothing but shell is run in it. */
async function small(t: Parameters<typeof scene>[0]): Promise<Scene> {
  const small1 = await scene(t, { deploy: { guest: { memory_mb: 1024 } } })
  small1.inside.freeMb = 100
  await small1.clock.advance(600_000)
  return small1
}

test('doctor fix: becomes the command that cures it, with its plan, its role and its confirmation', async (t) => {
  const { run, fly, deployed } = await small(t)
  const question = await run('doctor fix=memory.small', { actor: OPERATOR })
  assert.equal(question.job.state, 'asked')
  assert.equal(question.job.invocation.command, 'openclaw memory')
  assert.match(question.end.title, /1024|1 GB/)
  assert.deepEqual(
    question.calls
      .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/exec'))
      .map(({ path }) => path),
    ['/v1/platform/placements'],
  )
  const { job, end, asked } = await run('doctor fix=memory.small', { press: true, actor: OPERATOR })
  assert.match(wordsOf(asked ?? end).join('\n'), /1 GB → 2 GB|1024|2 GB/)
  assert.equal(job.state, 'done', wordsOf(end).join('\n'))
  assert.equal(job.invocation.command, 'openclaw memory')
  const guestNow = fly.machine(deployed.machine.id).config['guest'] as { memory_mb: number }
  assert.equal(guestNow.memory_mb, 2048)
})

test('doctor fix: a viewer may look and may not cure', async (t) => {
  const { run } = await small(t)
  const looked = await run('doctor', { actor: VIEWER })
  assert.equal(looked.job.state, 'done')
  const actions = looked.end.actions ?? []
  assert.deepEqual(
    actions.map(({ label }) => label),
    ['Doctor'],
  )
  await assert.rejects(run('doctor fix=memory.small', { actor: VIEWER }), /refused/)
})

test('doctor fix: what changed meanwhile is decided by a look of its own', async (t) => {
  const { run, fly, deployed } = await small(t)
  const { config } = fly.machine(deployed.machine.id)
  Object.assign(config, { guest: { cpu_kind: 'shared', cpus: 2, memory_mb: 2048 } })
  const { job, end } = await run('doctor fix=memory.small')
  assert.equal(job.state, 'done')
  assert.match(end.title, /memory\.small is well/)
})

test('doctor fix: a command that asks nobody is a button, and one for a person is said', async (t) => {
  const stopped = await scene(t, { deploy: { state: 'stopped' } })
  const { end } = await stopped.run('doctor fix=gateway.ready')
  const [start] = end.actions ?? []
  assert.equal(start?.label, 'Start')
  const lost = await scene(t)
  lost.inside.freeMb = 100
  lost.fly.setHost(lost.deployed.machine.id, 'unreachable')
  const person = await lost.run('doctor fix=host')
  assert.match(wordsOf(person.end).join('\n'), /No command of the bot cures this/)
})

test('doctor fix: a check that is not there is named', async (t) => {
  const { run } = await small(t)
  const { job, end } = await run('doctor fix=memory.smal')
  assert.equal(job.failure?.code, 'bad_input')
  assert.match(wordsOf(end).join('\n'), /fix=memory\.small\?/)
})

test('doctor: on a small machine only shell is run, nothing is changed, and what was left out is said', async (t) => {
  const { run, fly } = await small(t)
  const { job, end, calls } = await run('doctor')
  assert.equal(job.state, 'done')
  const words = wordsOf(end).join('\n')
  assert.match(words, /Left out: \w+ has only 100 MB of memory left/)
  assert.match(words, /🔴 volume|🟡 memory\.small/)
  const posts = calls.filter(({ method }) => method !== 'GET')
  assert.ok(
    posts.every(({ path }) => path.endsWith('/exec')),
    JSON.stringify(posts),
  )
  assert.equal(posts.length, 2)
  assert.deepEqual(fly.mistakes, [])
})
