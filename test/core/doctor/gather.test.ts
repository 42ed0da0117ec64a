import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { WorkContext } from '../../../src/core/context.ts'
import { diagnose } from '../../../src/core/doctor/diagnose.ts'
import { gather } from '../../../src/core/doctor/gather.ts'
import type { Fly } from '../../../src/core/fly.ts'
import type { Gateway, GatewayReport } from '../../../src/core/gateway.ts'
import type { InsideReport } from '../../../src/core/inside.ts'
import { say } from '../../../src/core/text.ts'
import { createTestClock, START as NOW } from '../../helpers/clock.ts'
import * as made from '../../helpers/deployments.ts'
import { createMemoryStore } from '../../helpers/memory-store.ts'
import { scriptedFly, scriptedGateway } from '../../helpers/run-command.ts'
import { inside, token } from '../../helpers/seen.ts'

const never = () => new Promise<never>(() => {})

const HEALTHY: Partial<Omit<Fly, 'with'>> = {
  app: async () => made.app(),
  machines: async () => [made.machine()],
  addresses: async () => [made.address()],
  volumes: async () => [made.volume()],
  secrets: async () => [made.secret()],
  snapshots: async () => [{ id: 'vs_1', status: 'created', sizeBytes: 1, createdAt: NOW }],
  tokenScopes: async () => [{ org: 'personal', apps: ['my-openclaw'], user: null }],
  releases: async () => [],
  logs: async () => ({ lines: [], cursor: null }),
}

interface World {
  readonly fly?: Partial<Omit<Fly, 'with'>>
  readonly report?: Partial<GatewayReport>
  readonly inside?: InsideReport
  readonly gateway?: Partial<Gateway>
}

const LOCKS = {
  known: true as const,
  bootedAt: 0,
  now: 0,
  files: [],
  unreadable: [],
  gateways: [],
  removed: [],
}

/** A world in which every look inside is written down. */
function setup(world: World = {}) {
  const looks: string[] = []
  const clock = createTestClock()
  const note =
    <T>(name: string, value: T) =>
    async () => {
      looks.push(name)
      return value
    }
  const look = note('config', {
    known: false as const,
    trouble: 'unreadable' as const,
    why: 'Not read.',
  })
  const gateway = scriptedGateway({
    probe: note('probe', made.report(world.report)),
    inspect: note('inspect', world.inside ?? inside()),
    tokens: note('tokens', token()),
    locks: note('locks', LOCKS),
    config: { look } as unknown as Gateway['config'],
    ...world.gateway,
  })
  const context = {
    app: 'my-openclaw',
    apps: ['my-openclaw'],
    fly: scriptedFly({ ...HEALTHY, ...world.fly }),
    gateway,
    store: createMemoryStore(clock),
    sealer: { seal: String, open: String, digest: String },
    clock,
    signal: new AbortController().signal,
  } as unknown as WorkContext
  return { context, clock, looks }
}

test('a healthy machine is looked into four times, the figures first', async () => {
  const { context, looks } = setup()
  const seen = await gather(context)
  assert.deepEqual(looks.toSorted(), ['config', 'inspect', 'probe', 'tokens'])
  assert.ok(looks.indexOf('inspect') < looks.indexOf('config'))
  assert.equal(seen.token.known, true)
})

test('what takes a Node of its own inside is looked at one after another', async () => {
  const { promise: read, resolve } = Promise.withResolvers<void>()
  const looks: string[] = []
  const look = async () => {
    looks.push('config')
    await read
    return { known: false as const, trouble: 'unreadable' as const, why: 'Not read.' }
  }
  const { context } = setup({
    gateway: {
      config: { look } as unknown as Gateway['config'],
      tokens: async () => (looks.push('tokens'), token()),
    },
  })
  const looking = gather(context)
  while (looks.length === 0) await new Promise(setImmediate)
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
  assert.deepEqual(looks, ['config'])
  resolve()
  await looking
  assert.deepEqual(looks, ['config', 'tokens'])
})

const MB = 1_048_576
const figures = (freeMb: number) =>
  inside({ memory: { totalBytes: 2048 * MB, freeBytes: freeMb * MB } })
const oomAt = (at: number) =>
  made.machine({ events: [made.event('exit', at, { oom: true, code: 137 })] })

/** Where nothing more than shell is run in the machine, and why. */
const SPARED: ReadonlyArray<readonly [name: string, world: World, why: RegExp]> = [
  ['has little memory left', { inside: figures(191) }, /only 191 MB of memory left/],
  ['does not tell its memory', { inside: inside({ memory: null }) }, /is not known/],
  ['can’t be looked into', { inside: { known: false, why: 'No answer.' } }, /is not known/],
  [
    'has just run out of memory',
    { fly: { machines: async () => [oomAt(NOW - 300_000)] } },
    /ran out of memory a short while ago/,
  ],
]
for (const [name, world, why] of SPARED)
  test(`a machine that ${name} is spared a second Node, and the answer says so`, async () => {
    const { context, looks } = setup(world)
    const result = diagnose(await gather(context))
    assert.deepEqual(looks.toSorted(), ['inspect', 'probe'])
    const open = result.unknown.find(({ check }) => check === 'token.open')
    assert.match(say(open?.why ?? '', 'en'), why)
    assert.ok(!result.passed.includes('token.open'))
  })

test('a gateway that is not ready is asked for its locks in the place of its token', async () => {
  const { context, looks } = setup({ report: { ready: false } })
  const { token: found, locks } = await gather(context)
  assert.deepEqual(looks.toSorted(), ['config', 'inspect', 'locks', 'probe'])
  assert.equal(found.known, false)
  assert.deepEqual(locks, { known: true, value: [] })
})

test('a stopped machine is not looked into at all', async () => {
  const { context, looks } = setup({
    fly: { machines: async () => [made.machine({ state: 'stopped' })] },
  })
  const result = diagnose(await gather(context))
  assert.deepEqual(looks, [])
  assert.ok(result.findings.some(({ check }) => check === 'gateway.ready'))
  assert.ok(result.unknown.some(({ check }) => check === 'config.reverted'))
})

const PARTS = ['app', 'addresses', 'volumes', 'secrets', 'tokenScopes', 'releases', 'logs'] as const
const SLOW: ReadonlyArray<readonly [name: string, world: World]> = [
  ...PARTS.map((part) => [part, { fly: { [part]: never } }] as const),
  ['snapshots', { fly: { snapshots: never } }],
  ['machines', { fly: { machines: never } }],
  ['the probe', { gateway: { probe: never } }],
  ['the figures', { gateway: { inspect: never } }],
  ['the token', { gateway: { tokens: never } }],
  ['the config', { gateway: { config: { look: never } as unknown as Gateway['config'] } }],
]
for (const [name, world] of SLOW)
  test(`within 10 s though ${name} never answers: that part is unknown, the rest is told`, async () => {
    const { context, clock } = setup(world)
    const looking = gather(context)
    let done = false
    void looking.then(() => (done = true))
    await clock.advance(10_000)
    assert.ok(done, 'still looking after 10 s')
    const { unknown, passed, findings } = diagnose(await looking)
    // Nothing of a healthy deployment fails for it.
    assert.deepEqual(findings, [])
    assert.ok(unknown.length > (name === 'app' ? 0 : 1), JSON.stringify(unknown))
    assert.ok(passed.length > 0)
  })

test('within 10 s though the locks of a gateway that is not ready never come', async () => {
  const { context, clock } = setup({ report: { ready: false }, gateway: { locks: never } })
  const looking = gather(context)
  await clock.advance(10_000)
  const { locks } = await looking
  assert.equal(locks?.known, false)
})

test('an aborted job rejects', async () => {
  const { context } = setup({ fly: { machines: never } })
  const stop = new AbortController()
  const looking = gather({ ...context, signal: stop.signal })
  stop.abort(new Error('stop'))
  await assert.rejects(looking)
})

test('a line of before the restart counts for the past only', async () => {
  const before = {
    at: NOW - 60 * 3_600_000,
    stamp: '1',
    machine: 'd8912345c67890',
    region: 'nrt',
    level: 'info',
    provider: 'app',
    message: 'Debugger listening on ws://127.0.0.1:9229/x',
  }
  const { context } = setup({ fly: { logs: async () => ({ lines: [before], cursor: null }) } })
  const seen = await gather(context)
  assert.deepEqual(diagnose(seen).findings, [])
  assert.equal(seen.logs.known && seen.logs.value.length, 1)
})
