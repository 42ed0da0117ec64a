import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AppSecret, Machine, MachineEvent } from '../../../src/core/fly.ts'
import type { EnvironmentReport } from '../../../src/core/gateway.ts'
import { rememberSecret, sha256Of } from '../../../src/core/secrets/kept.ts'
import { type Having, heldBy } from '../../../src/core/secrets/look.ts'
import { Secret } from '../../../src/core/secret.ts'
import { tr } from '../../../src/core/text.ts'
import { createSealer } from '../../../src/store/sealing.ts'
import { machineWith } from '../../gateway/exec.ts'
import { createTestClock } from '../../helpers/clock.ts'
import { createMemoryStore } from '../../helpers/memory-store.ts'

const HOUR = 3_600_000
const NOW = 100 * HOUR
const value = new Secret('the value')
const ours = sha256Of(value)
const other = sha256Of(new Secret('another'))

const event = (type: string, at: number): MachineEvent => ({
  id: `${type}${at}`,
  type,
  status: 'started',
  source: 'user',
  at,
  exit: null,
})
const secret = (setAt: number | null, createdAt = setAt): AppSecret => ({
  name: 'A',
  digest: 'd1',
  createdAt,
  updatedAt: setAt,
})
const machine = (events: readonly MachineEvent[], createdAt = 0): Machine => ({
  ...machineWith({}),
  createdAt,
  events,
})
const env = (sha: string | null, ageMs = HOUR): EnvironmentReport => ({
  known: true,
  values: { A: sha },
  mentioned: [],
  processMs: ageMs,
})
const blind: EnvironmentReport = { known: false, why: tr('No.', '否。') }

interface Case {
  readonly secret: AppSecret
  readonly machine: Machine
  readonly env: EnvironmentReport | null
  /** Whether the bot set this very value. */
  readonly known?: boolean
  readonly having: Having
}
const updated = machine([event('update', NOW - HOUR), event('start', NOW - HOUR)])
const old = machine([event('update', NOW - 50 * HOUR), event('start', NOW - 50 * HOUR)])
const CASES: Readonly<Record<string, Case>> = {
  'set here, the process has it': {
    secret: secret(NOW),
    machine: old,
    env: env(ours),
    known: true,
    having: 'applied',
  },
  'set here, the process has another': {
    secret: secret(NOW - 2 * HOUR),
    machine: updated,
    env: env(other),
    known: true,
    having: 'staged',
  },
  'the process lacks it, whatever times say': {
    secret: secret(NOW - 2 * HOUR),
    machine: updated,
    env: env(null),
    having: 'staged',
  },
  'set elsewhere before the last update': {
    secret: secret(NOW - 2 * HOUR, 0),
    machine: updated,
    env: env(other),
    having: 'applied',
  },
  'set elsewhere after the last start': {
    secret: secret(NOW - 2 * HOUR, 0),
    machine: old,
    env: env(other, 50 * HOUR),
    having: 'staged',
  },
  'started since, and not updated': {
    secret: secret(NOW - 2 * HOUR, 0),
    machine: old,
    env: env(other, HOUR),
    having: 'unknown',
  },
  'started since, by events alone': {
    secret: secret(NOW - 2 * HOUR, 0),
    machine: machine([...old.events, event('start', NOW - HOUR)]),
    env: blind,
    having: 'unknown',
  },
  'not to be seen, and updated since': {
    secret: secret(NOW - 2 * HOUR),
    machine: updated,
    env: blind,
    having: 'applied',
  },
  'not to be seen, and not started since': {
    secret: secret(NOW - 2 * HOUR),
    machine: old,
    env: blind,
    having: 'staged',
  },
  'updated in the very second': {
    secret: secret(NOW - HOUR, 0),
    machine: updated,
    env: blind,
    having: 'unknown',
  },
  'events do not reach back': {
    secret: secret(NOW - 2 * HOUR),
    machine: machine([event('start', NOW - HOUR)], 0),
    env: blind,
    having: 'unknown',
  },
  'Fly gives no time': { secret: secret(null), machine: updated, env: blind, having: 'unknown' },
  'its only value ever, in a process from after it': {
    secret: secret(NOW - 2 * HOUR),
    machine: old,
    env: env(other, HOUR),
    having: 'applied',
  },
  'stopped, and updated since': {
    secret: secret(NOW - 2 * HOUR),
    machine: { ...updated, state: 'stopped' },
    env: null,
    having: 'applied',
  },
  'stopped, and not updated since': {
    secret: secret(NOW - 2 * HOUR),
    machine: { ...old, state: 'stopped' },
    env: null,
    having: 'staged',
  },
}
for (const [name, one] of Object.entries(CASES))
  test(`a machine's secret: ${name}: ${one.having}`, async () => {
    const clock = { ...createTestClock(), now: () => NOW }
    const store = createMemoryStore(clock)
    const context = { app: 'my-openclaw', store, sealer: createSealer(Buffer.alloc(32, 7)), clock }
    if (one.known) await rememberSecret(context, 'A', { value, digest: 'd1' })
    const found = [{ machine: one.machine, report: null, env: one.env }]
    const [held] = await heldBy(context as never, [one.secret], found)
    assert.equal(held?.machines[0]?.having, one.having)
  })
