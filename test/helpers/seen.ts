import { readFileSync } from 'node:fs'
import type { Seen } from '../../src/core/doctor/seen.ts'
import type { LogLine } from '../../src/core/fly.ts'
import { START as NOW } from './clock.ts'
import * as made from './deployments.ts'

const HOUR = 3_600_000
const GB = 1_073_741_824

type Known<T> = T extends { readonly known: true; readonly value: infer V } ? V : never
export type Inside = Known<Seen['inside']>
export type Token = Known<Seen['token']>
export type Config = Known<Seen['config']>

export const inside = (more: Partial<Inside> = {}): Inside => ({
  known: true,
  disks: [
    { path: '/data', totalBytes: GB, usedBytes: GB / 4, freeBytes: (GB * 3) / 4, mounted: true },
  ],
  memory: { totalBytes: 2 * GB, freeBytes: GB },
  listens: ['all'],
  configPath: '/data/openclaw.json',
  config: { state: 'there', bytes: 900, mode: '600', uid: 1000, changedAt: 0, readable: true },
  clobbered: { count: 0, newestAt: null },
  ...more,
})

export const token = (more: Partial<Token> = {}): Token => ({
  known: true,
  sha256: 'a'.repeat(64),
  length: 64,
  placeholder: false,
  processMs: 49 * HOUR,
  shadow: null,
  config: 'parsed',
  mode: null,
  password: false,
  current: 'accepted',
  other: 'refused',
  dead: 'unknown',
  status: 401,
  devices: null,
  ...more,
})

export const config = (more: Partial<Config> = {}): Config => ({
  problem: null,
  trustedProxies: ['172.16.0.1'],
  ...more,
})

export const line = (message: string, at = NOW - 48 * HOUR): LogLine => ({
  at,
  stamp: String(at),
  machine: 'd8912345c67890',
  region: 'nrt',
  level: 'info',
  provider: 'app',
  message,
})

/** Lines of a recording, as if printed since the start of the present run. */
export const recorded = (name: string, from = NOW - 49 * HOUR): readonly LogLine[] =>
  readFileSync(new URL(`../fixtures/openclaw/${name}`, import.meta.url), 'utf8')
    .split('\n')
    .flatMap((text) => /^ *[\d.]+ (?:out|err) (.*)$/.exec(text)?.[1] ?? [])
    .map((text, index) => line(text, from + index))

/** One look at a deployment that is as the guide wants it, with parts changed. */
export function seen(more: Partial<Seen> = {}): Seen {
  const deployment =
    more.deployment ?? made.deployment({ remembered: made.known({ machines: {}, closedAt: null }) })
  const { machines } = deployment
  return {
    deployment,
    now: NOW,
    machine: machines.known ? machines.value[0] : undefined,
    inside: made.known(inside()),
    token: made.known(token()),
    config: made.known(config()),
    locks: { known: false, why: 'The gateway is ready.' },
    snapshots: {
      vol_1: made.known([
        { id: 'vs_1', status: 'created', sizeBytes: GB / 4, createdAt: NOW - 12 * HOUR },
      ]),
    },
    logs: made.known(recorded('40-old-2026.8.2-start.log')),
    scopes: made.known([{ org: 'personal', apps: ['my-openclaw'], user: null }]),
    releases: made.known([]),
    redacted: 0,
    ...more,
  }
}

/** The same with parts of the deployment changed. */
export const seenWith = (
  parts: Parameters<typeof made.deployment>[0],
  more: Partial<Seen> = {},
): Seen =>
  seen({
    ...more,
    deployment: made.deployment({
      remembered: made.known({ machines: {}, closedAt: null }),
      ...parts,
    }),
  })
