import type { OpenclawRequest } from '../../fakes/fly/openclaw.ts'

interface Wrong {
  readonly deploy: OpenclawRequest
  readonly line: string
  /** What of the config is different when it is put right. */
  readonly paths: readonly string[]
  /** How many fields that is, where not as many. */
  readonly fields?: number
  /** Of OpenClaw. */
  readonly version?: string
}

const PORTS = [{ port: 443, handlers: ['tls', 'http'] }]
const idled = { protocol: 'tcp', internal_port: 3000, autostart: true, ports: PORTS }
const CHECK = { type: 'http', method: 'GET', path: '/startupz', interval: '15s', timeout: '5s' }

const MADE = {
  autostop: {
    deploy: { config: { services: [{ ...idled, autostop: 'suspend', checks: [CHECK] }] } },
    line: 'machine repair what=autostop',
    paths: ['services[0].autostop', 'services[0].min_machines_running'],
  },
  missing: {
    deploy: { check: null },
    line: 'machine repair what=checks',
    paths: ['services[0].checks'],
  },
  blind: {
    version: '2026.6.11',
    deploy: {},
    line: 'machine repair what=checks',
    paths: ['services[0].checks[0].path'],
  },
  'without a page': {
    version: '2026.1.29',
    deploy: {},
    line: 'machine repair what=checks',
    paths: [
      'services[0].checks[0].type',
      'services[0].checks[0].method',
      'services[0].checks[0].path',
    ],
    fields: 1,
  },
  restart: {
    deploy: { config: { restart: { policy: 'no', max_retries: 3 } } },
    line: 'machine repair what=restart',
    paths: ['restart.policy'],
  },
  state: {
    deploy: { env: { OPENCLAW_STATE_DIR: '/home/node/.openclaw' } },
    line: 'machine repair what=state',
    paths: ['env.OPENCLAW_STATE_DIR'],
  },
  all: {
    deploy: {
      env: { OPENCLAW_STATE_DIR: '/home/node/.openclaw' },
      config: { services: [{ ...idled, autostop: 'stop' }], restart: { policy: 'no' } },
    },
    line: 'machine repair',
    paths: [
      'env.OPENCLAW_STATE_DIR',
      'services[0].autostop',
      'services[0].min_machines_running',
      'services[0].checks',
      'restart.policy',
    ],
  },
} as const satisfies Readonly<Record<string, Wrong>>

/** Deployments of which one part is wrong, or all of them. */
export const WRONG: Readonly<Record<keyof typeof MADE, Wrong>> = MADE
