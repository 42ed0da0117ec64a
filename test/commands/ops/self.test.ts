import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { ProcessRecord } from '../../../src/core/processes.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { scene, type Scene, wordsOf } from '../../helpers/mutation.ts'
import { OWN_APP, ownMachineIn } from '../../helpers/mutation/self.ts'

const golden = (t: TestContext, ...said: ReadonlyArray<SaidReply | undefined>) => {
  for (const one of said)
    t.assert.snapshot(one ? renderConsole(one) : 'nothing', {
      serializers: [(value) => String(value)],
    })
}
const untimed = (said: SaidReply | undefined): SaidReply | undefined =>
  said && {
    ...said,
    footer: '',
    blocks: said.blocks.map((block) =>
      block.type === 'progress'
        ? { ...block, steps: block.steps.map(({ label, state }) => ({ label, state })) }
        : block,
    ),
  }
const words = (said: SaidReply): string => wordsOf(said).join('\n')
const goodbye = (said: readonly SaidReply[]) =>
  said.find((one) => words(one).includes('fly machine'))
const press = { press: true } as const

/** Another worker of the same bot, elsewhere. */
const other = ({ clock }: Scene, change: Partial<ProcessRecord> = {}): ProcessRecord => ({
  place: '91857eaa000001.worker',
  app: OWN_APP,
  machine: '91857eaa000001',
  region: 'fra',
  role: 'worker',
  version: '1.0.0',
  boot: 'other',
  startedAt: clock.now(),
  seenAt: clock.now() + 3_600_000,
  endedAt: null,
  ...change,
})

for (const locale of ['en', 'zh-TW'] as const) {
  test(`self status in the words of ${locale}`, async (t) => {
    const stage = await scene(t)
    await ownMachineIn(stage, { others: [other(stage, { version: '0.9.0' })] })
    const { end, calls } = await stage.run('ops self status', { locale })
    assert.equal(calls.length, 1)
    golden(t, untimed(end))
  })

  test(`self restart: the question, the goodbye and the answer (${locale})`, async (t) => {
    const stage = await scene(t)
    const { machine } = await ownMachineIn(stage)
    const { asked, said, end, job, calls } = await stage.run('ops self restart', {
      ...press,
      locale,
    })
    assert.equal(job.state, 'done')
    assert.equal(job.handover?.machine, machine.id)
    assert.ok(calls.length <= 12, `${calls.length} calls of Fly`)
    golden(t, asked, untimed(goodbye(said)), untimed(end))
  })

  test(`self update: the question, the goodbye and the answer (${locale})`, async (t) => {
    const stage = await scene(t)
    await ownMachineIn(stage)
    const { asked, said, end, job } = await stage.run('ops self update 2.0.0', { ...press, locale })
    assert.equal(job.state, 'done')
    golden(t, asked, untimed(goodbye(said)), untimed(end))
  })
}

test('where it runs on no Fly machine it shows what it knows and refuses the rest with what to do', async (t) => {
  const stage = await scene(t)
  const status = await stage.run('ops self status')
  assert.match(words(status.end), /not on Fly/)
  assert.equal(status.calls.length, 0)
  for (const line of ['ops self restart', 'ops self update 2.0.0']) {
    const { end, job } = await stage.run(line, press)
    assert.equal(job.state, 'failed')
    assert.match(words(end), /I do not run on a Fly machine.*where it was started/s)
  }
})

test('warnings: what of its own deployment would let it down one day', async (t) => {
  const stage = await scene(t)
  const { machine } = await ownMachineIn(stage, { app: 'my-openclaw' })
  Object.assign(machine.config, {
    mounts: [],
    restart: { policy: 'no' },
    stop_config: { timeout: '5s' },
    services: [{ internal_port: 8080, autostop: 'stop', protocol: 'tcp', ports: [] }],
  })
  const { self } = stage.ground
  assert.ok(self)
  stage.ground.self = { ...self, memory: () => ({ rssBytes: 500 << 20, limitBytes: 512 << 20 }) }
  const { end } = await stage.run('ops self status')
  for (const part of [
    /share the app/,
    /500 MB of 512 MB/,
    /No volume/,
    /"no"/,
    /auto_stop/,
    /below 25 s/,
  ])
    assert.match(words(end), part)
})

test('a token that does not reach the own app is a warning, and how to mend it', async (t) => {
  const stage = await scene(t)
  await ownMachineIn(stage)
  stage.fault({
    kind: 'answer',
    status: 403,
    body: { error: 'forbidden' },
    path: /my-openclaw-ops/,
    times: 9,
  })
  const { end } = await stage.run('ops self status')
  assert.match(words(end), /fly tokens create deploy -a my-openclaw-ops/)
})

test('an update asks for the own app’s name, and for the managed app’s it does nothing', async (t) => {
  const stage = await scene(t)
  await ownMachineIn(stage)
  const [yes] = (await stage.run('ops self update 2.0.0')).asked?.actions ?? []
  assert.equal(yes?.ask?.placeholder, OWN_APP)
})

test('an image that is none of ours, or does not load, leaves the machine untouched and no trial behind', async (t) => {
  const answers = [
    [{ exitCode: 1, stdout: '' }, /could not be loaded/],
    [{ exitCode: 0, stdout: '{"name":"openclaw","version":"2026.9.6"}' }, /no openclaw-ops in it/],
    [{ exitCode: 0, stdout: 'hello' }, /no openclaw-ops in it/],
  ] as const
  for (const [answer, expected] of answers) {
    const stage = await scene(t)
    const own = await ownMachineIn(stage)
    const version = own.machine.instanceId
    own.trial = () => answer
    const { end, job } = await stage.run('ops self update 2.0.0', press)
    assert.equal(job.state, 'failed')
    assert.match(words(end), expected)
    assert.match(words(end), /My own machine was not touched/)
    assert.equal(own.machine.instanceId, version)
    const left = [...stage.fly.app(OWN_APP).machines.values()].filter(
      ({ state }) => !state.startsWith('destroy'),
    )
    assert.deepEqual(
      left.map(({ id }) => id),
      [own.machine.id],
    )
  }
})

test('a bot that stays away gets its old image back from the worker that goes on', async (t) => {
  const stage = await scene(t)
  const own = await ownMachineIn(stage)
  own.comesUp = ({ config }) => !String(config['image']).endsWith(':2.0.0')
  const { end, job } = await stage.run('ops self update 2.0.0', press)
  assert.equal(job.state, 'failed')
  assert.match(words(end), /gave no sign of life within 3 minutes/)
  assert.match(String(own.machine.config['image']), /:1\.0\.0$/)
})

test('who goes on meanwhile, and who takes it back, is in the question', async (t) => {
  const stage = await scene(t)
  await ownMachineIn(stage, { others: [other(stage)] })
  const update = await stage.run('ops self update 2.0.0')
  assert.match(words(update.asked ?? update.end), /Meanwhile 91857eaa000001 goes on/)
  assert.match(words(update.asked ?? update.end), /the other worker puts the old image back/)
})

test('the own machine: a stop is refused unless another worker is there; other questions warn of it', async (t) => {
  const alone = await scene(t)
  const { machine } = await ownMachineIn(alone, { app: 'my-openclaw' })
  const refused = await alone.run(`machine stop machine=${machine.id}`, press)
  assert.equal(refused.job.state, 'failed')
  assert.match(words(refused.end), /no other worker is there.*\/ops self restart/s)
  assert.equal(machine.state, 'started')
  const both = await scene(t)
  const { machine: own } = await ownMachineIn(both, { app: 'my-openclaw', others: [other(both)] })
  const warned = await both.run(`machine stop machine=${own.id}`)
  assert.match(words(warned.asked ?? warned.end), /is the machine I run on/)
  const restart = await both.run(`restart machine=${own.id} force=true`, press)
  assert.match(words(restart.asked ?? restart.end), /is the machine I run on/)
  assert.match(words(restart.end), /I am back/)
  const memory = await both.run(`memory size=1gb machine=${own.id}`)
  assert.match(words(memory.asked ?? memory.end), /is the machine I run on/)
})
