import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { diagnose } from '../../../src/core/doctor/diagnose.ts'
import * as made from '../../helpers/deployments.ts'
import { config, recorded, seenWith } from '../../helpers/seen.ts'

const { known } = made

/** Every recorded release with a log of a start that went well, and the path its check can use. */
const VERSIONS: ReadonlyArray<readonly [version: string, log: string, path: string | null]> = [
  ['2026.1.29', '40-old-2026.1.29-start.log', null],
  ['2026.1.29', '42-old-2026.1.29-auth.log', null],
  ['2026.3.13', '42-old-2026.3.13-auth.log', '/healthz'],
  ['2026.6.11', '40-old-2026.6.11-start.log', '/healthz'],
  ['2026.6.11', '42-old-2026.6.11-auth.log', '/healthz'],
  ['2026.8.2', '40-old-2026.8.2-start.log', '/startupz'],
  ['2026.9.6', '01-first-start.log', '/startupz'],
  ['2026.9.6', '06-start-json5-config.log', '/readyz'],
  ['2026.9.6', '17-leftover-lock-dead-pid.log', '/startupz'],
  ['2026.9.6', '49-light.log', '/startupz'],
]

const machineOf = (version: string, path: string | null) =>
  made.machine({
    image: `ghcr.io/openclaw/openclaw:${version}`,
    config: made.config({
      restart: { policy: 'on-failure', max_retries: 10 },
      services: [
        {
          internal_port: 3000,
          protocol: 'tcp',
          autostop: 'off',
          ports: [{ port: 443 }],
          checks: [path === null ? { type: 'tcp' } : { type: 'http', path }],
        },
      ],
    }),
  })

test('every recorded release is among them', () => {
  const recordings = new URL('../../fixtures/openclaw/README.md', import.meta.url)
  const named = readFileSync(recordings, 'utf8').match(/2026\.\d+\.\d+/g) ?? []
  assert.ok(named.length >= 5)
  assert.deepEqual(
    [...new Set(named)].toSorted(),
    [...new Set(VERSIONS.map(([version]) => version))].toSorted(),
  )
})

for (const [version, log, path] of VERSIONS)
  test(`not one false alarm on a healthy ${version} (${log})`, () => {
    const { findings, unknown } = diagnose(
      seenWith(
        {
          machines: known([machineOf(version, path)]),
          gateway: known(made.report({ version })),
        },
        // Before 2026.8 no proxy has to be trusted, and nobody had the setting.
        { logs: known(recorded(log)), config: known(config(oldWays(version))) },
      ),
    )
    // Its age is true, as is what a visit of ours would get from a later release; both no more than worth knowing.
    const alarms = findings.filter(({ check }) => !TRUE.has(check))
    assert.deepEqual(alarms, [])
    assert.deepEqual(unknown, [])
    for (const { severity } of findings) assert.equal(severity, 'info')
  })

const TRUE = new Set(['version.old', 'proxy.untrusted'])
const oldWays = (version: string) =>
  version < '2026.8' ? { trustedProxies: [] } : { trustedProxies: ['172.16.0.1'] }

test('the age of a release is told from four months on', () => {
  const aged = (version: string) =>
    diagnose(seenWith({ gateway: known(made.report({ version })) })).findings.some(
      ({ check }) => check === 'version.old',
    )
  assert.deepEqual(['2026.7.31', '2026.8.1', '2026.11.1'].map(aged), [true, false, false])
})
