import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rememberOverride } from '../../src/core/overrides.ts'
import { DETECTORS } from '../../src/core/watch/detectors.ts'
import type { OpenclawDeployment, OpenclawRequest } from '../fakes/fly/openclaw.ts'
import { recorded } from '../helpers/seen.ts'
import { type WatchScene, watchScene } from '../helpers/watch.ts'

const DAY = 86_400_000
const GB = 1_073_741_824
type Make = (scene: WatchScene, deployed: OpenclawDeployment) => unknown

/** How the fake Fly and the gateway behind it are made to have each trouble; what is called `later` comes after the first looks. */
interface Trouble {
  readonly deploy?: OpenclawRequest
  /** Days that pass before anybody looks. */
  readonly old?: true
  readonly make?: Make
  readonly later?: Make
}

/** What a recorded gateway printed, printed now. */
const prints =
  (name: string, only = /^/): Make =>
  ({ fly }, { app, machine }) => {
    for (const { message } of recorded(name, fly.clock.now()))
      if (only.test(message)) fly.log(app, machine.id, { message })
  }
const reports =
  (report: Parameters<WatchScene['reports']['set']>[1]): Make =>
  (scene, { app }) =>
    scene.reports.set(app, report)
const all =
  (...makes: readonly Make[]): Make =>
  (scene, deployed) => {
    for (const make of makes) make(scene, deployed)
  }
const crashes =
  (exit: { readonly code: number }): Make =>
  ({ fly }, { machine }) =>
    fly.crash(machine.id, exit)
const unready = reports({ ready: false, reason: 'startup-sidecars' })
const ONCE = { config: { restart: { policy: 'no' } } }

const TROUBLES: Readonly<Record<string, Trouble>> = {
  host: { later: ({ fly }, { machine }) => fly.setHost(machine.id, 'unreachable') },
  check: {
    later: ({ fly }, { machine }) => {
      const [name = ''] = machine.checks.map((check) => check.name)
      fly.setCheck(machine.id, { name, status: 'critical', output: 'connect: refused' })
    },
  },
  'gateway.ready': { make: unready },
  'gateway.channels': {
    make: reports({ channelsDown: [{ name: 'telegram', state: 'stopped' }] }),
  },
  crashloop: {
    later: async ({ fly }, { machine }) => {
      // More than a list of machines carries.
      for (let n = 0; n < 5; n += 1) {
        fly.crash(machine.id, { code: 1 })
        await fly.clock.advance(3000)
      }
    },
  },
  'exit.gave_up': { deploy: ONCE, later: crashes({ code: 1 }) },
  stopped: { later: crashes({ code: 0 }) },
  lock: { make: unready, later: prints('20-lock-live-gateway-like-pid.log') },
  'config.rejected': { make: unready, later: prints('09-start-unknown-key.log') },
  'config.reverted': { later: prints('43-xff.log', /auto-restored/) },
  'exit.78': {
    deploy: ONCE,
    make: unready,
    later: all(prints('10-lan-no-token.log'), crashes({ code: 78 })),
  },
  'oom.kernel': { later: ({ fly }, { machine }) => fly.oom(machine.id) },
  'oom.heap': { later: all(prints('24-oom-heap-128.log'), crashes({ code: 134 })) },
  addresses: {
    deploy: { private: true },
    later: ({ fly }, { app }) => fly.allocateIp(app, 'v6'),
  },
  drift: {
    make: ({ store }, { app, machine }) =>
      rememberOverride(
        store,
        { app, machine: machine.id },
        { memoryMb: 4096, by: 'Ada', at: 0, job: 'J-000001' },
      ),
  },
  'secrets.staged': {
    old: true,
    make: async ({ fly }, { app }) => {
      // What is set in the moment in which the machine is made counts as had.
      await fly.clock.advance(1000)
      fly.setSecret(app, 'NEW_KEY', 'x')
    },
  },
  'volume.full': { make: (_, { volume }) => void (volume.bytesUsed = 0.95 * GB) },
  'volume.no_copy': { old: true },
  debugger: { later: prints('02-running.log') },
  'token.guessed': { later: prints('16-config-token-vs-env.log') },
  'log.secret': {
    later: ({ fly }, { app, machine }) =>
      fly.log(app, machine.id, {
        message: `Authorization: Bearer sk-ant-api03-${'x9'.repeat(40)}`,
      }),
  },
  certificate: {
    make: ({ fly }, { app }) => {
      const now = fly.clock.now()
      const times = { createdAt: now - 90 * DAY, expiresAt: now + 5 * DAY }
      fly.app(app).certificates = [
        { hostname: 'claw.example.com', status: 'active', configured: true, ...times },
      ]
    },
  },
  blind: {
    later: ({ fly }, { app }) =>
      fly.fault({
        kind: 'answer',
        status: 401,
        body: { error: 'unauthorized' },
        path: new RegExp(`^/v1/apps/${app}/machines$`),
        times: 1000,
      }),
  },
}

const nameOf = (id: string): string => `has-${id.replaceAll(/[._]/g, '-')}`
/** Those that take minutes: the fewer apps are looked at meanwhile, the less that costs. */
const SLOW = ['addresses', 'gateway.ready']
/** Looks of each app: the rarest part is looked at anew after eight minutes. */
const LOOKS = 48

async function deployAll(scene: WatchScene, ids: readonly string[]) {
  const { fly } = scene
  const made = new Map<string, OpenclawDeployment>()
  const deploy = async (old: boolean) => {
    for (const id of ids) {
      const trouble = TROUBLES[id] ?? {}
      if ((trouble.old === true) !== old) continue
      const deployed = await fly.deployOpenclaw({ app: nameOf(id), ...trouble.deploy })
      made.set(id, deployed)
      await trouble.make?.(scene, deployed)
    }
  }
  await deploy(true)
  await fly.clock.advance(4 * DAY)
  await deploy(false)
  await fly.deployOpenclaw({ app: 'healthy' })
  return made
}

const ids = DETECTORS.map(({ id }) => id)

test('each detector has a way in which its trouble is made', () => {
  assert.deepEqual(Object.keys(TROUBLES).toSorted(), ids.toSorted())
})

for (const [name, group] of [
  ['minutes', ids.filter((id) => SLOW.includes(id))],
  ['moments', ids.filter((id) => !SLOW.includes(id))],
] as const)
  test(`looks at a Fly that has a trouble lead to its alert, and none to one of a healthy app: ${name}`, async (t) => {
    const scene = await watchScene(t, ['healthy', ...group.map(nameOf)])
    const { alerts } = scene
    const made = await deployAll(scene, group)
    const one = scene.watcher('one')
    await one.watch.start()
    await one.round()
    const looks = group.length + 1
    await scene.looks(one, looks * 9)
    for (const [id, deployed] of made) await TROUBLES[id]?.later?.(scene, deployed)
    const missing = () =>
      group.filter((id) => !alerts.some(({ rule, app }) => rule === id && app === nameOf(id)))
    for (let n = 0; n < LOOKS && missing().length > 0; n += 1) await scene.looks(one, looks)
    assert.deepEqual(missing(), [])
    const wrong = alerts.filter(({ app }) => app === 'healthy').map(({ rule }) => rule)
    assert.deepEqual(wrong, [])
  })
