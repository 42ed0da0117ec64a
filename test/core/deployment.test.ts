import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Deployment, isPublic, lookAt, mainMachine } from '../../src/core/deployment.ts'
import { OpsError } from '../../src/core/errors.ts'
import type { AddressType, Fly } from '../../src/core/fly.ts'
import type { GatewayReport } from '../../src/core/gateway.ts'
import { say } from '../../src/core/text.ts'
import { createTestClock } from '../helpers/clock.ts'
import * as made from '../helpers/deployments.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { scriptedFly, scriptedGateway } from '../helpers/run-command.ts'

type Call = 'app' | 'machines' | 'addresses' | 'volumes' | 'secrets'
const PARTS: ReadonlyArray<readonly [call: Call, part: keyof Deployment]> = [
  ['app', 'info'],
  ['machines', 'machines'],
  ['addresses', 'addresses'],
  ['volumes', 'volumes'],
  ['secrets', 'secrets'],
]
const GOOD: Pick<Fly, Call> = {
  app: async () => made.app(),
  machines: async () => [made.machine()],
  addresses: async () => [made.address()],
  volumes: async () => [made.volume()],
  secrets: async () => [made.secret()],
}
const never = () => new Promise<never>(() => {})

function setup(calls: Partial<Pick<Fly, Call>> = {}, probe?: () => Promise<GatewayReport>) {
  const clock = createTestClock()
  const stop = new AbortController()
  const asked: string[] = []
  const fly = scriptedFly({ ...GOOD, ...calls })
  const gateway = scriptedGateway({
    probe: async (app, { id }) => {
      asked.push(`${app} ${id}`)
      return probe ? probe() : made.report()
    },
  })
  const store = createMemoryStore(clock)
  const context = { app: 'my-openclaw', fly, gateway, store, clock, signal: stop.signal }
  return { clock, stop, asked, context }
}
const unknownOf = (found: Deployment) =>
  (['info', 'machines', 'addresses', 'volumes', 'secrets', 'gateway'] as const).filter(
    (part) => !found[part].known,
  )
const why = (found: Deployment, part: 'gateway' | 'machines') => {
  const look = found[part]
  return look.known ? 'known' : say(look.why, 'en')
}

test('all parts are known of a healthy deployment, the gateway asked in its machine', async () => {
  const { asked, context } = setup()
  const found = await lookAt(context)
  assert.deepEqual(unknownOf(found), [])
  assert.deepEqual(found.gateway, made.known(made.report()))
  assert.deepEqual(asked, ['my-openclaw d8912345c67890'])
})

for (const [call, part] of PARTS) {
  const lost = part === 'machines' ? ['machines', 'gateway'] : [part]
  test(`when ${call} fails, the rest is known`, async () => {
    const { context } = setup({ [call]: () => Promise.reject(made.failed('server')) })
    const found = await lookAt(context)
    assert.deepEqual(unknownOf(found), lost)
  })
  test(`when ${call} hangs, the rest is known after eight seconds`, async () => {
    const { clock, context } = setup({ [call]: never })
    const looking = lookAt(context)
    await clock.advance(8000)
    assert.deepEqual(unknownOf(await looking), lost)
    assert.equal(clock.sleepers(), 0)
  })
}

test('when the gateway’s probe fails or hangs, the rest is known', async () => {
  const broken = setup({}, () => Promise.reject(made.failed('not_ready')))
  assert.deepEqual(unknownOf(await lookAt(broken.context)), ['gateway'])
  const hung = setup({}, never)
  const looking = lookAt(hung.context)
  await hung.clock.advance(12_000)
  assert.deepEqual(unknownOf(await looking), ['gateway'])
})

test('when everything fails, everything is unknown and nothing is thrown', async () => {
  const fail = () => Promise.reject(made.failed('auth'))
  const all = Object.fromEntries(PARTS.map(([call]) => [call, fail]))
  const { asked, context } = setup(all)
  assert.equal(unknownOf(await lookAt(context)).length, 6)
  assert.deepEqual(asked, [])
})

test('an aborted job rejects, though its parts never do', async () => {
  const { stop, context } = setup({ app: never })
  const looking = lookAt(context)
  const reason = new OpsError('cancelled', 'Cancelled.')
  stop.abort(reason)
  await assert.rejects(looking, reason)
})

const SILENT: ReadonlyArray<readonly [string, ReturnType<typeof made.machine>[], string]> = [
  ['no machine', [], 'There is no machine.'],
  [
    'an unreachable host',
    [made.machine({ hostStatus: 'unreachable' })],
    'Its host is unreachable.',
  ],
  ['a stopped machine', [made.machine({ state: 'stopped' })], 'Its machine is stopped.'],
]
for (const [name, machines, words] of SILENT)
  test(`with ${name} the gateway is not asked`, async () => {
    const { asked, context } = setup({ machines: async () => machines })
    const found = await lookAt(context)
    assert.equal(why(found, 'gateway'), words)
    assert.deepEqual(asked, [])
  })

const inGroup = (id: string, group: string, state = 'started') =>
  made.machine({ id, state, config: made.config({ metadata: { fly_process_group: group } }) })
const MAIN: ReadonlyArray<
  readonly [string, ReturnType<typeof made.machine>[], string | undefined]
> = [
  ['none', [], undefined],
  [
    'a started one before a stopped one',
    [inGroup('a', 'app', 'stopped'), inGroup('b', 'app')],
    'b',
  ],
  ['the group app before others', [inGroup('a', 'worker'), inGroup('b', 'app')], 'b'],
  [
    'the group app though it is stopped',
    [inGroup('a', 'worker'), inGroup('b', 'app', 'stopped')],
    'b',
  ],
  ['another group when there is no other', [inGroup('a', 'gateway')], 'a'],
  ['one whose config is unreadable', [made.machine({ id: 'a', config: null })], 'a'],
]
for (const [name, machines, id] of MAIN)
  test(`the machine that runs the gateway: ${name}`, () =>
    assert.equal(mainMachine(machines)?.id, id))

test('only ingress addresses are public', () => {
  const types: readonly AddressType[] = [
    ...(['v4', 'v6', 'shared_v4', 'private_v6'] as const),
    ...(['egress_v4', 'egress_v6', 'egress_pair'] as const),
  ]
  const open = types.filter((type) => isPublic(made.address({ type })))
  assert.deepEqual(open, ['v4', 'v6', 'shared_v4'])
})
