import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { Launched } from '../../../src/core/deploy-launch/run.ts'
import type { SaidReply } from '../../../src/core/reply.ts'
import { flyErrors } from '../../fakes/fly/errors.ts'
import type { FakeApp } from '../../fakes/fly/types.ts'
import { answerFirstConfig, type ConfigFiles } from '../../helpers/first-config.ts'
import { type Ran, type Scene, scene, type SceneOptions, wordsOf } from '../../helpers/mutation.ts'
import { addressIn, HERE, OWNER } from '../../helpers/people.ts'

const APP = 'second-app'
const TOKEN = 'OPENCLAW_GATEWAY_TOKEN'
const KEY = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz'
const line = `deploy launch ${APP}`

interface World extends Scene {
  readonly files: ConfigFiles
  /** Launches with Confirm pressed and no keys, unless told otherwise. */
  readonly launch: (more?: string, options?: Parameters<Scene['run']>[1]) => Promise<Ran>
}

async function begin(t: TestContext, options: SceneOptions = {}): Promise<World> {
  const opened = await scene(t, options)
  const files: ConfigFiles = new Map()
  opened.inside.exec = answerFirstConfig(files)
  const launch: World['launch'] = (more = '', how = {}) =>
    opened.run(`${line} ${more}`, { press: true, value: 'none', ...how })
  return { ...opened, files, launch }
}

const words = (said: SaidReply | undefined): string => (said ? wordsOf(said).join('\n') : '')

/** The app as Fly has it; nothing when there is none. */
function appOf({ fly }: Scene): FakeApp | undefined {
  try {
    return fly.app(APP)
  } catch {
    return undefined
  }
}

/** Ids, times and how long things took are of the moment. */
const golden = (t: TestContext, said: SaidReply | undefined): void =>
  t.assert.snapshot(
    renderConsole(said ?? assert.fail('nothing was said'))
      .replaceAll(/J-[0-9A-Z]{6}/g, 'J-000000')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, '<time>')
      .replaceAll(/\d+ (?:ms|s|秒|min|分)(?=\b|$|\))/g, '<ms>'),
    { serializers: [(value) => String(value)] },
  )

for (const locale of ['en', 'zh-TW'] as const)
  test(`question, progress, result and failure in ${locale}`, async (t) => {
    const open = await begin(t)
    const first = await open.launch('', { locale })
    assert.equal(first.job.state, 'done', words(first.end))
    golden(t, first.asked)
    golden(t, first.said.filter(({ tone }) => tone === 'pending').at(-1))
    golden(t, first.end)

    const value = `ANTHROPIC_API_KEY=${KEY}`
    const closed = await begin(t)
    const other = await closed.launch('region=fra size=4gb private=true', { locale, value })
    assert.equal(other.job.state, 'done', words(other.end))
    golden(t, other.asked)
    golden(t, other.end)

    const failing = await begin(t)
    failing.inside.ready = () => false
    golden(t, (await failing.launch('', { locale })).end)
    golden(t, (await open.launch('', { locale })).end)
  })

test('what is made is what was asked for, and the machine is the guide’s of today', async (t) => {
  const world = await begin(t)
  const value = `ANTHROPIC_API_KEY=${KEY}\n\nOPENAI_API_KEY = sk-proj-abcdefghijklmnopqrstu`
  const { job, end, asked } = await world.launch('image=2026.8.2 size=1536 region=fra', { value })
  assert.equal(job.state, 'done', words(end))
  const app = appOf(world)
  assert.ok(app)
  const [machine] = [...app.machines.values()]
  const [volume] = [...app.volumes.values()]
  const done = job.result as Launched
  assert.equal(machine?.id, done.machine.id)
  assert.equal(machine.region, 'fra')
  assert.equal(volume?.machine, machine.id)
  const { config } = machine
  assert.equal(config['image'], 'ghcr.io/openclaw/openclaw:2026.8.2')
  assert.deepEqual(config['guest'], { cpu_kind: 'shared', cpus: 2, memory_mb: 1536 })
  assert.equal(
    (config['env'] as Record<string, string>)['NODE_OPTIONS'],
    '--max-old-space-size=1152',
  )
  assert.equal((config['metadata'] as Record<string, string>)['fly_platform_version'], 'v2')
  assert.equal(machine.secrets['ANTHROPIC_API_KEY'], KEY)
  assert.equal(machine.secrets['OPENAI_API_KEY'], 'sk-proj-abcdefghijklmnopqrstu')
  assert.match(machine.secrets[TOKEN] ?? '', /^[0-9a-f]{64}$/)
  const file = JSON.parse(world.files.get(machine.id) ?? '') as Record<string, unknown>
  assert.deepEqual(file, {
    gateway: {
      mode: 'local',
      bind: 'lan',
      controlUi: {
        allowedOrigins: [
          'https://second-app.fly.dev',
          'http://localhost:3000',
          'http://127.0.0.1:3000',
        ],
      },
    },
    meta: { lastTouchedVersion: '2026.9.6' },
  })
  // No value is in anything that is said or kept.
  const kept = JSON.stringify([job, end, asked])
  for (const secret of Object.values(machine.secrets)) assert.ok(!kept.includes(secret))
})

test('the placement is asked with the machine’s size, for the volume too', async (t) => {
  const { launch, fly } = await begin(t)
  await launch('size=4gb')
  const guest = { cpu_kind: 'shared', cpus: 2, memory_mb: 4096 }
  const made = fly.calls.find(({ method, path }) => method === 'POST' && path.endsWith('/volumes'))
  const placed = fly.calls.find(({ path }) => path.endsWith('/placements'))
  assert.deepEqual(computeOf(made), guest)
  assert.deepEqual(computeOf(placed), guest)
})

const computeOf = (call: { readonly body: unknown } | undefined): unknown =>
  (call?.body as { readonly compute?: unknown } | undefined)?.compute

test('the token can be looked at once, by the one who asked', async (t) => {
  const world = await begin(t)
  const { end, job } = await world.launch()
  const [button] = end.actions ?? []
  assert.equal(button?.label, 'Reveal')
  const press = {
    id: 'press-1',
    token: button.token ?? '',
    actor: OWNER,
    place: HERE,
    address: addressIn(HERE, OWNER),
    surface: 'button' as const,
    locale: 'en' as const,
    at: world.clock.now(),
  }
  const shown = await world.front.press(press)
  if (shown.kind !== 'admitted') assert.fail(shown.kind)
  const token = appOf(world)?.machines.get((job.result as Launched).machine.id)?.secrets[TOKEN]
  assert.ok(JSON.stringify(await shown.run()).includes(token ?? '?'))
})

test('what can’t be is refused before anything is made, with what to do', async (t) => {
  const cases: ReadonlyArray<readonly [string, (world: World) => void, RegExp]> = [
    ['', ({ fly }) => fly.addForeignApp(APP), /belongs to another organization.*OPS_APPS/s],
    ['region=xyz', () => {}, /no region xyz.*iad/s],
    ['size=512mb', () => {}, /850 MB.*size=2gb/s],
    ['image=2026.3.13', () => {}, /does not start on an empty volume.*2026\.4\.26/s],
    ['image=a//b:1', () => {}, /no name of an image/],
    [
      '',
      ({ fly }) =>
        void (
          fly.addApp({ name: APP }),
          fly.addVolume({ app: APP, name: 'x', region: 'iad', sizeGb: 1 })
        ),
      /a volume with data on it.*fly volumes destroy vol_/s,
    ],
    [
      'private=true',
      ({ fly }) => void (fly.addApp({ name: APP }), fly.allocateIp(APP, 'shared_v4')),
      /public addresses.*fly ips release/s,
    ],
    [
      '',
      ({ fly }) => fly.addToken({ token: fly.token, apps: ['my-openclaw'] }),
      /may not make apps: .*\(my-openclaw\).*fly apps create second-app -o personal.*fly tokens create org -o personal/s,
    ],
  ]
  for (const [more, arrange, expected] of cases) {
    const world = await begin(t)
    arrange(world)
    const { end, job, calls } = await world.launch(more)
    assert.equal(job.state, 'failed', words(end))
    assert.match(words(end), expected)
    assert.deepEqual(
      calls.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/placements')),
      [],
    )
  }
})

test('a key never goes over one that is set', async (t) => {
  const world = await begin(t)
  world.fly.addApp({ name: APP })
  world.fly.setSecret(APP, 'ANTHROPIC_API_KEY', 'theirs')
  const { end } = await world.launch('', { value: `ANTHROPIC_API_KEY=${KEY}` })
  assert.match(words(end), /set already/)
  assert.equal(world.fly.app(APP).secrets.get('ANTHROPIC_API_KEY')?.value, 'theirs')
})

test('an empty app is taken as it is: its token stays, and it stays when the launch fails', async (t) => {
  for (const ready of [true, false]) {
    const world = await begin(t)
    world.inside.ready = () => ready
    world.fly.addApp({ name: APP })
    world.fly.setSecret(APP, TOKEN, 'theirs-0123456789abcdef0123456789abcdef')
    world.fly.addToken({ token: world.fly.token, apps: [APP, 'my-openclaw'] })
    const { end, job, asked } = await world.launch()
    assert.match(words(asked), /there already and empty/)
    const app = world.fly.app(APP)
    assert.equal(app.secrets.get(TOKEN)?.value, 'theirs-0123456789abcdef0123456789abcdef')
    if (ready) {
      assert.equal((job.result as Launched).token, 'kept')
      assert.ok(!end.actions?.some(({ label }) => label === 'Reveal'))
      continue
    }
    assert.match(words(end), /Everything that had been made was removed again/)
    const live = [...app.machines.values()].filter(({ state }) => !state.startsWith('destroy'))
    assert.deepEqual([live.length, app.addresses.length], [0, 0])
  }
})

test('what can’t be removed is named, with the command that removes it', async (t) => {
  const world = await begin(t)
  world.inside.ready = () => false
  const { status, body } = flyErrors.forbidden()
  const refused = { kind: 'answer', status, body, times: Infinity } as const
  world.fault({ ...refused, method: 'DELETE', path: new RegExp(`/apps/${APP}$`) })
  const { end, job } = await world.launch()
  assert.equal(job.failure?.code, 'unproven')
  assert.match(words(end), /Not removed, and it may cost money: second-app\./)
  assert.match(words(end), /fly apps destroy second-app/)
  assert.ok(appOf(world))
})

test('somebody else’s machine in the new app keeps the app, and only ours goes', async (t) => {
  const world = await begin(t)
  const { fly } = world
  let theirs = ''
  world.inside.ready = (machine) => {
    if (machine.app === APP && theirs === '') {
      theirs = 'abc123def45678'
      void fly.addMachine({ app: APP, config: { image: 'x' }, id: theirs })
    }
    return machine.app !== APP
  }
  const { end } = await world.launch()
  assert.match(words(end), /was not deleted, because somebody else.*abc123def45678/)
  const left = [...fly.app(APP).machines.values()].filter(
    ({ state }) => !state.startsWith('destroy'),
  )
  assert.deepEqual(
    left.map(({ id }) => id),
    [theirs],
  )
  assert.deepEqual([...fly.app(APP).secrets.keys()], [])
})

test('an app that somebody makes at the last moment is not taken, and not deleted', async (t) => {
  const world = await begin(t)
  const { fly } = world
  const { end, job } = await world.launch('', {
    // Between the last look, which ends with the token, and the request for the app.
    meanwhile: () => void fly.nextCall({ path: /current$/ }).then(() => fly.addApp({ name: APP })),
  })
  assert.equal(job.failure?.code, 'conflict')
  assert.match(words(end), /did not take the name second-app.*Nothing was made/s)
  assert.ok(appOf(world))
})

test('cancelled in the middle, everything is taken back', async (t) => {
  const world = await begin(t)
  world.inside.ready = (machine) => {
    if (machine.app === APP) void world.cancel()
    return false
  }
  const { end, job } = await world.launch()
  assert.equal(job.state, 'cancelled')
  assert.match(words(end), /Cancelled by Person 200\. Everything that had been made was removed/)
  assert.equal(appOf(world), undefined)
})

test('no room: nothing is left, and the question had said so', async (t) => {
  const world = await begin(t)
  world.fly.setCapacity('iad', { memoryMb: 0 })
  const { asked, end, job } = await world.launch()
  assert.match(words(asked), /no room for it in iad now. There is in: ams/)
  assert.equal(job.failure?.code, 'capacity')
  assert.match(words(end), /Everything that had been made was removed again/)
  assert.equal(appOf(world), undefined)
})

test('a config file that can’t be written does not undo a gateway that runs', async (t) => {
  const world = await begin(t)
  world.inside.exec = () => ({ stdout: '', exitCode: 1 })
  const { end, job } = await world.launch()
  assert.equal(job.state, 'done', words(end))
  assert.equal(end.tone, 'warn')
  assert.match(words(end), /first config file was not written/)
})

test('an app that is not in OPS_APPS is refused with how to add it', async (t) => {
  const { run } = await begin(t)
  await assert.rejects(run('deploy launch third-app', { value: 'none' }), /add it to OPS_APPS/)
})
