import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cheapChecks } from '../../src/core/checks/index.ts'
import { isStaged } from '../../src/core/checks/app.ts'
import { lastExit } from '../../src/core/checks/machine.ts'
import type { Deployment } from '../../src/core/deployment.ts'
import type { Machine } from '../../src/core/fly.ts'
import { LOCALES, say } from '../../src/core/text.ts'
import { START as NOW } from '../helpers/clock.ts'
import * as made from '../helpers/deployments.ts'

const { config, deployment, event, known, machine, secret, unknown, volume } = made
const HOUR = 3_600_000
const GB = 1_073_741_824

const with1 = (more: Partial<Machine>): Partial<Deployment> => ({
  machines: known([machine(more)]),
})
const guest = (memoryMb: number) => ({ cpuKind: 'shared' as const, cpus: 2, memoryMb })
const heap = (mb: number) => config({ env: { NODE_OPTIONS: `--max-old-space-size=${mb}` } })
const exited = (more: Parameters<typeof event>[2], at = NOW - HOUR) => [event('exit', at, more)]
const full = (part: number) => ({
  volumes: known([volume({ usedBytes: part * GB, totalBytes: GB })]),
})
const service = (more: object) =>
  config({ services: [{ internal_port: 3000, protocol: 'tcp', ports: [], ...more }] })
const command = (words: string) => config({ init: { cmd: words.split(' ') } })

type Case = readonly [finding: string, severity: string, fires: Partial<Deployment>]
/** What makes each finding fire, alone. */
const FIRES: readonly Case[] = [
  ['unknown.app', 'warning', { info: unknown() }],
  ['unknown.machines', 'warning', { machines: unknown() }],
  ['unknown.addresses', 'warning', { addresses: unknown() }],
  ['unknown.volumes', 'warning', { volumes: unknown() }],
  ['unknown.secrets', 'warning', { secrets: unknown() }],
  ['host', 'critical', with1({ hostStatus: 'unreachable' })],
  ['host', 'critical', with1({ hostStatus: 'unreachable', config: null, guest: guest(256) })],
  ['memory.small', 'warning', with1({ guest: guest(1024), config: heap(768) })],
  ['memory.small', 'critical', with1({ guest: guest(512), config: heap(384) })],
  ['memory.heap_cap', 'warning', with1({ config: heap(2000) })],
  ['exit.oom', 'critical', with1({ events: exited({ oom: true, code: 137 }) })],
  ['exit.crash', 'warning', with1({ events: exited({ code: 1 }) })],
  ['exit.crash', 'warning', with1({ events: exited({ code: 0, signal: 11 }) })],
  ['exit.gave_up', 'critical', with1({ state: 'stopped', events: exited({ code: 1 }) })],
  [
    'check',
    'critical',
    with1({ checks: [{ name: 'gateway', status: 'critical', output: 'refused' }] }),
  ],
  ['autostop', 'warning', with1({ config: service({ autostop: true }) })],
  ['autostop', 'warning', with1({ config: service({ autostop: 'suspend' }) })],
  ['port', 'critical', with1({ config: service({ internal_port: 8080 }) })],
  ['bind', 'warning', with1({ config: command('node dist/index.js gateway --port 3000') })],
  [
    'bind',
    'warning',
    with1({ config: command('node dist/index.js gateway --port 3000 --bind loopback') }),
  ],
  [
    'state.not_on_volume',
    'critical',
    with1({ config: config({ env: { OPENCLAW_STATE_DIR: '/home/node/.openclaw' } }) }),
  ],
  [
    'state.not_on_volume',
    'critical',
    with1({ config: config({ env: { OPENCLAW_STATE_DIR: '/database' } }) }),
  ],
  ['machines.two', 'warning', { machines: known([machine(), machine({ id: 'second' })]) }],
  ['volume.full', 'warning', full(0.8)],
  ['volume.full', 'critical', full(0.9)],
  ['volume.no_snapshots', 'warning', { volumes: known([volume({ autoBackup: false })]) }],
  ['token.missing', 'warning', { secrets: known([]) }],
  ['secrets.staged', 'warning', { secrets: known([secret({ updatedAt: NOW - HOUR })]) }],
  ['address.none', 'info', { addresses: known([made.address({ type: 'private_v6' })]) }],
]
for (const [index, [id, severity, fires]] of FIRES.entries())
  test(`check ${id} (${severity}) fires alone, case ${index}`, () => {
    const found = cheapChecks(deployment(fires), NOW)
    assert.deepEqual(
      found.map((one) => [one.id, one.severity]),
      [[id, severity]],
    )
    for (const locale of LOCALES) assert.match(say(found[0]?.text ?? '', locale), /[.。]$/)
  })

/** What comes close to a finding and is none. */
const PASSES: ReadonlyArray<readonly [name: string, of: Partial<Deployment>]> = [
  ['the healthy deployment', {}],
  ['exactly enough memory', with1({ guest: guest(2048) })],
  ['a size that is not known', with1({ guest: null })],
  ['a heap cap with room', with1({ config: heap(1843) })],
  ['an exit a day ago', with1({ events: exited({ oom: true }, NOW - 24 * HOUR - 1) })],
  ['an exit that was asked for', with1({ events: exited({ requested: true }) })],
  ['a clean exit', with1({ events: exited({ code: 0, signal: 0 }) })],
  [
    'an exit that belongs to an update',
    with1({
      events: [event('update', NOW - HOUR), event('exit', NOW - HOUR + 60_000, { code: 1 })],
    }),
  ],
  ['a check that warns', with1({ checks: [{ name: 'x', status: 'warning', output: '' }] })],
  ['autostop off, as a boolean', with1({ config: service({ autostop: false }) })],
  [
    'the port in the other spelling',
    with1({ config: command('x gateway --port=3000 --bind=lan') }),
  ],
  ['a port that is not named', with1({ config: command('x gateway --bind lan') })],
  ['an image’s own command', with1({ config: config({ init: {} }) })],
  [
    'state in a folder of the volume',
    with1({ config: config({ env: { OPENCLAW_STATE_DIR: '/data/x' } }) }),
  ],
  ['state that is not named', with1({ config: config({ env: {} }) })],
  ['a config that is unreadable', with1({ config: null })],
  [
    'a second machine that is stopped',
    { machines: known([machine(), machine({ id: 'b', state: 'stopped' })]) },
  ],
  [
    'a second machine without a volume',
    { machines: known([machine(), machine({ id: 'b', config: config({ env: {}, mounts: [] }) })]) },
  ],
  ['a volume just below full', full(0.79)],
  ['a volume whose use is not known', { volumes: known([volume({ usedBytes: null })]) }],
  ['snapshots not known', { volumes: known([volume({ autoBackup: null })]) }],
  [
    'no token, and the gateway for itself',
    {
      secrets: known([]),
      ...with1({ config: config({ services: [], init: { cmd: ['x', 'gateway'] } }) }),
    },
  ],
  [
    'a private app without services',
    { addresses: known([]), ...with1({ config: config({ services: [] }) }) },
  ],
  ['an app without machines', { machines: known([]), addresses: known([]), secrets: known([]) }],
]
for (const [name, of] of PASSES)
  test(`checks find nothing in ${name}`, () =>
    assert.deepEqual(cheapChecks(deployment(of), NOW), []))

test('a finding says what was seen, where, and the words of the cure', () => {
  const [oom] = cheapChecks(deployment(with1({ events: exited({ oom: true }) })), NOW)
  assert.equal(
    say(oom?.text ?? '', 'en'),
    'd8912345c67890 ran out of memory at 2026-11-22T11:00:00Z and was killed.',
  )
  assert.equal(oom?.fix, 'memory size=next')
})

test('nothing at all known: one finding a part, and no throw', () => {
  const lost = unknown()
  const ids = cheapChecks(
    deployment({ info: lost, machines: lost, addresses: lost, volumes: lost, secrets: lost }),
    NOW,
  ).map(({ id }) => id)
  assert.deepEqual(ids, [
    'unknown.app',
    'unknown.machines',
    'unknown.addresses',
    'unknown.volumes',
    'unknown.secrets',
  ])
})

test('the last exit is the newest that is no part of an update', () => {
  const events = [
    event('exit', 1000, { code: 5 }),
    event('update', 500_000),
    event('exit', 500_000, { code: 6 }),
    event('exit', 859_999, { code: 7 }),
    event('exit', 400_000, { code: 8 }),
  ]
  assert.equal(lastExit(machine({ events }))?.code, 8)
  const late = event('exit', 860_000, { code: 9 })
  assert.equal(lastExit(machine({ events: [...events, late] }))?.code, 9)
  assert.equal(lastExit(machine({ events: [] })), null)
})

const STAGED: ReadonlyArray<readonly [string, number | null, Machine[], boolean | null]> = [
  ['set before the last update', NOW - 60 * HOUR, [machine()], false],
  ['set after it', NOW - HOUR, [machine()], true],
  ['no time known', null, [machine()], null],
  ['no machine', NOW, [], null],
  ['a machine without events, made before', NOW, [machine({ events: [] })], null],
  [
    'events that begin after it',
    NOW - 60 * HOUR,
    [machine({ events: [event('start', NOW)] })],
    null,
  ],
  ['a machine made after it', NOW - 901 * HOUR, [machine({ events: [] })], false],
  ['a machine of unknown age', NOW, [machine({ events: [], createdAt: null })], null],
  [
    'applied to one of two',
    NOW - HOUR,
    [machine(), machine({ events: [event('launch', NOW)] })],
    true,
  ],
]
for (const [name, updatedAt, machines, staged] of STAGED)
  test(`a secret ${name} is staged: ${staged}`, () =>
    assert.equal(isStaged(secret({ updatedAt }), machines), staged))
