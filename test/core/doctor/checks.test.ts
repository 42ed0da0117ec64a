import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CHECKS } from '../../../src/core/doctor/checks.ts'
import { CURES, cureName } from '../../../src/core/doctor/cures.ts'
import { diagnose, type Diagnosed } from '../../../src/core/doctor/diagnose.ts'
import type { Seen } from '../../../src/core/doctor/seen.ts'
import type { LockFile, LockVerdict } from '../../../src/core/gateway.ts'
import { LOCALES, say } from '../../../src/core/text.ts'
import { START as NOW } from '../../helpers/clock.ts'
import * as made from '../../helpers/deployments.ts'
import { config, inside, line, recorded, seen, seenWith } from '../../helpers/seen.ts'
import { DAY, FAILS, guest, HOUR, printed, service, volumes, withMachine } from './failing.ts'

const { known } = made

const foundBy = (is: Seen, id: string): readonly Diagnosed[] =>
  diagnose(is).findings.filter(({ check }) => check === id)

test('every check has a look that makes it fail', () => {
  assert.deepEqual(Object.keys(FAILS).toSorted(), CHECKS.map(({ id }) => id).toSorted())
})

for (const { id, cures, severity: worst } of CHECKS) {
  test(`${id}: fails with its evidence, and names only cures of its own`, () => {
    const { is, evidence = /./, fix } = FAILS[id] ?? assert.fail(id)
    const [first] = foundBy(is, id)
    assert.ok(
      first,
      `not found in ${JSON.stringify(diagnose(is).findings.map((one) => one.check))}`,
    )
    for (const locale of LOCALES) assert.match(say(first.text, locale), /[.。：:]$|[.。]/)
    if (FAILS[id]?.evidence) assert.match(say(first.evidence ?? '', 'en'), evidence)
    if (fix !== undefined) assert.equal(first.fix, fix)
    if (first.run) assert.ok(cures.includes(cureName(first.run.command)), first.run.command)
    const order = ['info', 'warning', 'critical']
    assert.ok(order.indexOf(first.severity) <= order.indexOf(worst), first.severity)
  })

  test(`${id}: passes on the healthy deployment, and is unknown where nothing was seen`, () => {
    assert.deepEqual(foundBy(seen(), id), [])
    assert.ok(diagnose(seen()).passed.includes(id))
    const blind = diagnose(BLIND)
    assert.ok(!blind.passed.includes(id), 'passed unseen')
    assert.ok(blind.unknown.some(({ check }) => check === id))
  })
}

const lost = made.unknown()
const why = { known: false, why: 'Nobody looked.' } as const
const BLIND = seenWith(
  {
    info: lost,
    machines: lost,
    addresses: lost,
    volumes: lost,
    secrets: lost,
    gateway: lost,
    remembered: lost,
  },
  {
    inside: why,
    token: why,
    config: why,
    logs: lost,
    scopes: lost,
    releases: lost,
    redacted: null,
  },
)

test('every command of a cure is listed with its role and its verb', () => {
  for (const { id, cures } of CHECKS)
    for (const name of cures) assert.ok(CURES[name], `${id}: ${name}`)
})

test('the worst comes first', () => {
  const found = diagnose(
    seenWith({
      ...withMachine({ guest: guest(512), config: service({ autostop: true }) }),
      ...volumes({ autoBackup: false }),
    }),
  ).findings.map(({ severity }) => severity)
  assert.deepEqual(
    found,
    found.toSorted((a, b) => 'cwi'.indexOf(a[0] ?? '') - 'cwi'.indexOf(b[0] ?? '')),
  )
  assert.ok(found.length >= 3)
})

/** What comes close to a finding and is none. */
const PASSES: ReadonlyArray<readonly [check: string, name: string, is: Seen]> = [
  [
    'lock',
    'a second start was refused long ago and this one is ready',
    printed('20-lock-live-gateway-like-pid.log', true),
  ],
  [
    'breaker',
    'it recovered',
    seen({
      logs: known([
        line('restart-loop breaker tripped: 3 unclean boot(s) within 300000ms', NOW - HOUR),
        line('restart-loop breaker recovered', NOW - 1000),
      ]),
    }),
  ],
  [
    'oom.heap',
    'two days ago',
    seen({ logs: known(recorded('24-oom-heap-128.log', NOW - 2 * DAY)) }),
  ],
  [
    'config.reverted',
    'days ago',
    seen({ inside: known(inside({ clobbered: { count: 1, newestAt: NOW - 5 * DAY } })) }),
  ],
  [
    'config.invalid',
    'mended since',
    seen({
      logs: known([
        line('[reload] config reload skipped (invalid config): gateway: x', NOW - HOUR),
        line('[reload] config hot reload applied (gateway)', NOW - 1000),
      ]),
    }),
  ],
  [
    'volume.no_copy',
    'a volume of today',
    seenWith(volumes({ createdAt: NOW - HOUR }), { snapshots: { vol_1: known([]) } }),
  ],
  [
    'proxy.untrusted',
    'an app without public address',
    seenWith({ addresses: known([]) }, { config: known(config({ trustedProxies: [] })) }),
  ],
  [
    'proxy.untrusted',
    'a version before 2026.8',
    seenWith(
      { gateway: known(made.report({ version: '2026.6.11' })) },
      { config: known(config({ trustedProxies: [] })) },
    ),
  ],
  [
    'proxy.untrusted',
    'the proxy of the line is trusted by now',
    printed('43-xff.log', true, {
      config: known(config({ trustedProxies: ['10.77.0.3'] })),
    }),
  ],
  [
    'proxy.untrusted',
    'an older release whose config trusts a proxy by now',
    seenWith(
      { gateway: known(made.report({ version: '2026.6.11' })) },
      { logs: known(recorded('42-old-2026.6.11-auth.log')), config: known(config()) },
    ),
  ],
  [
    'listen',
    'loopback is meant: no service',
    seenWith(withMachine({ config: made.config({ services: [] }) }), {
      inside: known(inside({ listens: ['loopback'] })),
    }),
  ],
  [
    'fly_token.scope',
    'a token for the whole organization',
    seen({ scopes: known([{ org: 'o', apps: [], user: null }]) }),
  ],
]
for (const [id, name, is] of PASSES)
  test(`${id} passes: ${name}`, () => assert.deepEqual(foundBy(is, id), []))

test('config.reverted: stays small once the file was written again, though the log has forgotten', () => {
  const at = NOW - 6 * HOUR
  const after = (changedAt: number) =>
    foundBy(
      seen({
        inside: known(
          inside({
            clobbered: { count: 1, newestAt: at },
            config: { ...FILE, changedAt },
          }),
        ),
      }),
      'config.reverted',
    )[0]
  assert.equal(after(at + 1000)?.severity, 'critical', 'that is the backup itself')
  const written = after(at + HOUR)
  assert.equal(written?.severity, 'info')
  assert.match(say(written.text, 'en'), /written again since/)
})
const FILE = {
  state: 'there',
  bytes: 900,
  mode: '600',
  uid: 1000,
  readable: true,
} as const

const lockFile = (verdict: LockVerdict): LockFile => ({
  key: 'state',
  path: '/data/tmp/openclaw-1000/gateway.state.lock',
  layout: 'state',
  pid: 641,
  startTime: 100,
  startNow: 100,
  createdAt: NOW - HOUR,
  changedAt: NOW - HOUR,
  alive: true,
  verdict,
  mark: '1-1-0',
})

for (const [name, files, severity, words, fix] of [
  ['a live owner', [lockFile('live')], 'critical', /lives in this machine/, 'restart'],
  ['a dead owner', [lockFile('dead')], 'critical', /left behind/, 'machine unlock'],
  ['no file any more', [], 'warning', /not there any more/, 'restart'],
] as const)
  test(`lock: the files are asked behind the line of the log: ${name}`, () => {
    const [found] = foundBy(
      printed('20-lock-live-gateway-like-pid.log', false, { locks: known(files) }),
      'lock',
    )
    assert.equal(found?.severity, severity)
    assert.match(say(found.text, 'en'), words)
    assert.equal(found.fix, `openclaw ${fix} machine=d8912345c67890`)
    if (files.length > 0)
      assert.match(say(found.evidence ?? '', 'en'), /gateway\.state\.lock: pid 641/)
  })

test('lock: files without a line are the gateway’s own business; without logs they leave it open', () => {
  const starting = { gateway: known(made.report({ ready: false })) }
  const held = { locks: known([lockFile('live')]) }
  assert.deepEqual(foundBy(seenWith(starting, held), 'lock'), [])
  const open = diagnose(seenWith(starting, { ...held, logs: lost })).unknown
  assert.ok(open.some(({ check }) => check === 'lock'))
  const free = diagnose(seenWith(starting, { locks: known([]), logs: lost })).passed
  assert.ok(free.includes('lock'))
})

test('a line is shown without what looks like a secret', () => {
  const [found] = foundBy(
    seenWith(
      { gateway: known(made.report({ ready: false })) },
      {
        logs: known([line('Gateway failed to start: bad token=0123456789abcdef0123456789abcdef')]),
      },
    ),
    'start.failed',
  )
  assert.match(say(found?.evidence ?? '', 'en'), /\[secret\]/)
  assert.doesNotMatch(say(found?.evidence ?? '', 'en'), /0123456789abcdef/)
})

const unset = (stateDir: string): Seen =>
  seenWith(withMachine({ config: made.config({ env: {} }) }), {
    inside: known(inside({ stateDir })),
  })

test('a state directory that nothing names is looked for inside, and found off the volume', () => {
  const find = (is: Seen) => foundBy(is, 'state.not_on_volume')
  const [found] = find(unset('/home/node/.openclaw'))
  assert.match(
    say(found?.text ?? '', 'en'),
    /names no state directory, and its gateway keeps its state in \/home/,
  )
  assert.deepEqual(found?.run?.input, { machine: 'd8912345c67890', what: 'state' })
  assert.deepEqual(find(unset('/data')), [], 'the image sets it')
  assert.deepEqual(find(unset('/data/openclaw')), [])
})

test('where nothing names the state directory and nobody saw it, it has not passed', () => {
  const unnamed = made.config({ env: {} })
  const unseen = seenWith(withMachine({ config: unnamed }))
  const stopped = seenWith(withMachine({ config: unnamed, state: 'stopped' }), { inside: why })
  const beside = made.machine({ id: 'second', config: unnamed })
  const other = seenWith({ machines: known([made.machine(), beside]) })
  for (const [is, words] of [
    [unseen, /Nothing names .* d8912345c67890/],
    [stopped, /Nobody looked/],
    [other, /Nothing names .* second/],
  ] as const) {
    const { unknown, passed } = diagnose(is)
    const found = unknown.find(({ check }) => check === 'state.not_on_volume')
    assert.match(say(found?.why ?? '', 'en'), words)
    assert.ok(!passed.includes('state.not_on_volume'))
  }
  const former = made.config({ env: { CLAWDBOT_STATE_DIR: '/root/.clawdbot' } })
  const [named] = foundBy(seenWith(withMachine({ config: former })), 'state.not_on_volume')
  assert.equal(named?.evidence, 'env.CLAWDBOT_STATE_DIR = /root/.clawdbot')
})
