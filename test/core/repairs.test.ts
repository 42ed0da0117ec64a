import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { askedPaths, blindPaths } from '../../src/core/health-pages.ts'
import { differences } from '../../src/core/mutation/config.ts'
import { fieldChanges, hindrance, PARTS, repaired, wrongParts } from '../../src/core/repairs.ts'
import { runs } from '../helpers/runs.ts'

const VERSIONS = [null, '2026.1.29', '2026.3.13', '2026.6.11', '2026.8.2', '2026.9.6'] as const

const check = fc.record(
  {
    type: fc.constantFrom('http', 'tcp'),
    path: fc.constantFrom('/startupz', '/healthz', '/readyz', '/mine', ''),
    headers: fc.constant([{ name: 'authorization', values: ['sesame'] }]),
    interval: fc.constantFrom('15s', '30s'),
  },
  { requiredKeys: ['type'] },
)
const service = fc.record(
  {
    internal_port: fc.constantFrom(3000, 8080, null),
    autostop: fc.constantFrom<unknown>('off', 'stop', 'suspend', true, false),
    autostart: fc.boolean(),
    min_machines_running: fc.integer({ min: 0, max: 3 }),
    checks: fc.array(check, { maxLength: 2 }),
    unknown: fc.string(),
  },
  { requiredKeys: ['internal_port'] },
)
const config = fc.record(
  {
    services: fc.array(service, { maxLength: 2 }),
    checks: fc.dictionary(fc.constantFrom('up', 'alive'), check),
    restart: fc.record({ policy: fc.constantFrom('no', 'always'), max_retries: fc.nat(9) }),
    env: fc.dictionary(
      fc.constantFrom('OPENCLAW_STATE_DIR', 'NODE_ENV', 'SETUP_PASSWORD'),
      fc.constantFrom('/data', '/data/state', '/root', '/home/node/.openclaw'),
    ),
    mounts: fc.constantFrom<unknown>([], [{ path: '/data' }], [{ path: '/a' }, { path: '/b' }]),
    init: fc.constant({ cmd: ['node', 'dist/index.js', 'gateway', '--port', '3000'] }),
    metadata: fc.dictionary(fc.string(), fc.string()),
  },
  { requiredKeys: ['init'] },
)

test('what is put right is right, nothing else changes, each change is shown, and once is enough', () => {
  fc.assert(
    fc.property(config, fc.constantFrom(...VERSIONS), (before, version) => {
      const machine = { id: 'm', checks: [], config: before }
      const wrong = wrongParts(machine, version)
      const parts = wrong.filter((part) => hindrance(part, machine) === undefined)
      const after = repaired(before, { parts, version })
      const left = wrongParts({ ...machine, config: after }, version)
      assert.deepEqual(
        left,
        wrong.filter((part) => !parts.includes(part)),
      )
      assert.deepEqual(differences(after, repaired(after, { parts, version })), [])
      const shown = fieldChanges(before, after)
      for (const { path } of differences(before, after))
        assert.ok(
          shown.some(({ field }) => path.startsWith(field)),
          `${path} is not among ${JSON.stringify(shown)}`,
        )
      assert.doesNotMatch(JSON.stringify(shown), /sesame/)
      assert.deepEqual(wrongParts({ ...machine, config: before }, version), wrong, 'untouched')
    }),
    { numRuns: runs(300) },
  )
})

const asking = (path: string, port = 3000) => ({
  services: [{ internal_port: port, checks: [{ type: 'http', path }] }],
  init: { cmd: ['gateway', '--port', '3000'] },
})

test('a page is blind only to a release that lacks it, and only where the gateway itself is asked', () => {
  for (const [path, version, blind] of [
    ['/startupz', '2026.6.11', true],
    ['/startupz', '2026.8.2', false],
    ['/healthz', '2026.1.29', true],
    ['/healthz', '2026.3.13', false],
    ['/readyz', '2026.1.29', true],
    ['/mine', '2026.1.29', false],
    ['/startupz', null, false],
  ] as const)
    assert.equal(blindPaths(asking(path), version).length > 0, blind, `${path} ${version}`)
  assert.deepEqual(askedPaths(asking('/startupz', 8080)), [], 'of another program')
  const wrapped = { ...asking('/healthz'), env: { SETUP_PASSWORD: 'x' } }
  assert.deepEqual(blindPaths(wrapped, '2026.1.29'), [], 'a wrapper answers')
})

test('a check that is mended keeps its times and its port; without a page of its own only the port is checked', () => {
  const of = (version: string) =>
    repaired(
      {
        ...asking('/mine'),
        checks: {
          up: { type: 'http', port: 3000, path: '/startupz', interval: '7s', headers: [] },
        },
      },
      { parts: PARTS, version },
    )['checks']
  assert.deepEqual(of('2026.6.11'), {
    up: { type: 'http', port: 3000, path: '/healthz', interval: '7s', headers: [] },
  })
  assert.deepEqual(of('2026.1.29'), { up: { type: 'tcp', port: 3000, interval: '7s' } })
})

test('a state directory is named by the former variables, too, not by a blank, and a mount may end with a slash', () => {
  const off = (env: Readonly<Record<string, string>>, path = '/data') =>
    wrongParts({ id: 'm', checks: [], config: { env, mounts: [{ path }] } }, null)
  assert.deepEqual(off({ CLAWDBOT_STATE_DIR: '/root/.clawdbot' }), ['state'])
  assert.deepEqual(off({ CLAWDBOT_STATE_DIR: '/data' }), [])
  assert.deepEqual(off({ OPENCLAW_STATE_DIR: '/data', CLAWDBOT_STATE_DIR: '/root' }), [])
  assert.deepEqual(off({ OPENCLAW_STATE_DIR: ' ' }), [])
  assert.deepEqual(off({ OPENCLAW_STATE_DIR: '/data' }, '/data/'), [])
  assert.deepEqual(off({ OPENCLAW_STATE_DIR: '/database' }), ['state'])
})

test('a check’s page is shown without what is behind its question mark', () => {
  const checks = ['/mine?token=sesame', '/startupz'].map((path) => ({ type: 'http', path }))
  const config = { ...asking(''), services: [{ internal_port: 3000, checks }] }
  const after = repaired(config, { parts: ['checks'], version: '2026.6.11' })
  assert.deepEqual(fieldChanges(config, after), [
    {
      field: 'services[0].checks',
      before: 'http /mine?…; http /startupz',
      after: 'http /mine?…; http /healthz',
    },
  ])
})
