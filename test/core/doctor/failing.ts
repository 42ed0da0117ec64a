import type { Seen } from '../../../src/core/doctor/seen.ts'
import type { Machine } from '../../../src/core/fly.ts'
import { START as NOW } from '../../helpers/clock.ts'
import * as made from '../../helpers/deployments.ts'
import { inside, line, recorded, seen, seenWith, token } from '../../helpers/seen.ts'

const { known } = made
export const HOUR = 3_600_000
export const DAY = 24 * HOUR
const GB = 1_073_741_824
const HEALTH = { type: 'http', method: 'GET', path: '/startupz' }

/** The guide's machine with a check in its service, and parts changed. */
export const withMachine = (more: Partial<Machine> = {}) => ({
  machines: known([made.machine(more)]),
})
const one = (more: Partial<Machine>): Seen => seenWith(withMachine(more))
export const service = (more: object) =>
  made.config({
    services: [{ internal_port: 3000, protocol: 'tcp', ports: [], checks: [HEALTH], ...more }],
  })
const words = (cmd: string) => made.config({ init: { cmd: cmd.split(' ') } })
export const printed = (
  name: string,
  ready: boolean | null = false,
  more: Partial<Seen> = {},
): Seen =>
  seenWith({ gateway: known(made.report({ ready })) }, { logs: known(recorded(name)), ...more })
const exited = (more: Parameters<typeof made.event>[2]) => [made.event('exit', NOW - HOUR, more)]
export const guest = (memoryMb: number) => ({ cpuKind: 'shared' as const, cpus: 2, memoryMb })
export const volumes = (more: Parameters<typeof made.volume>[0]) => ({
  volumes: known([made.volume(more)]),
})
const TWO = known([made.machine(), made.machine({ id: 'second' })])
const drifted = (closedAt: number | null, memoryMb?: number) =>
  known({
    machines:
      memoryMb === undefined
        ? {}
        : { d8912345c67890: { memoryMb, by: 'Ada', at: NOW - DAY, job: 'J-000001' } },
    closedAt,
  })

export interface Case {
  readonly is: Seen
  /** What the evidence holds. */
  readonly evidence?: RegExp
  readonly fix?: string
}

/** What makes each check fail: recorded lines where there are some. */
export const FAILS: Readonly<Record<string, Case>> = {
  'machine.none': {
    is: seenWith({ machines: known([]) }),
    evidence: /machines: 0/,
    fix: 'openclaw deploy launch',
  },
  'gateway.ready': {
    is: one({ state: 'stopped' }),
    evidence: /state = stopped/,
    fix: 'openclaw machine start machine=d8912345c67890',
  },
  'restart.policy': {
    is: one({ config: made.config({ restart: { policy: 'no' } }) }),
    evidence: /policy = no/,
    fix: 'openclaw machine repair machine=d8912345c67890 what=restart',
  },
  'release.failed': {
    is: seen({
      releases: known([
        {
          id: 'r',
          version: 7,
          status: 'failed',
          stable: null,
          user: null,
          image: null,
          createdAt: 1,
        },
      ]),
    }),
    evidence: /status = failed/,
    fix: 'openclaw deploy history',
  },
  'version.old': {
    is: seenWith({ gateway: known(made.report({ version: '2026.1.29' })) }),
    evidence: /2026\.1\.29/,
  },
  host: {
    is: one({ hostStatus: 'unreachable', config: null }),
    evidence: /host_status = unreachable/,
  },
  'memory.small': {
    is: one({ guest: guest(1024), config: service({}) }),
    evidence: /memory_mb = 1024/,
    fix: 'openclaw memory size=2gb machine=d8912345c67890',
  },
  'memory.heap_cap': {
    is: one({ config: made.config({ env: { NODE_OPTIONS: '--max-old-space-size=2000' } }) }),
    fix: 'openclaw memory heap=auto machine=d8912345c67890',
  },
  'exit.oom': {
    is: one({ events: exited({ oom: true, code: 137 }) }),
    evidence: /oom_killed = true/,
    fix: 'openclaw memory size=next machine=d8912345c67890',
  },
  'exit.crash': {
    is: one({ events: exited({ code: 1 }) }),
    evidence: /exit_code = 1/,
    fix: 'openclaw logs machine=d8912345c67890',
  },
  'exit.gave_up': {
    is: one({ state: 'stopped', events: exited({ code: 78 }) }),
    evidence: /exit_code = 78/,
    fix: 'openclaw machine start machine=d8912345c67890',
  },
  crashloop: {
    is: one({
      events: [1, 2, 3].map((n) => made.event('exit', NOW - n * 60_000, { code: 137, signal: 9 })),
    }),
  },
  lease: {
    is: one({ lease: { owner: 'ci@example.com', description: 'flyctl', expiresAt: NOW + HOUR } }),
  },
  check: {
    is: one({
      checks: [{ name: 'servicecheck-00', status: 'critical', output: 'connect: refused' }],
    }),
    evidence: /servicecheck-00: connect: refused/,
  },
  autostop: {
    is: one({ config: service({ autostop: 'stop' }) }),
    evidence: /autostop/,
    fix: 'openclaw machine repair machine=d8912345c67890 what=autostop',
  },
  port: {
    is: one({ config: words('node dist/index.js gateway --port 4000 --bind lan') }),
    evidence: /--port 4000/,
    fix: "openclaw machine command machine=d8912345c67890 set='node dist/index.js gateway --port 3000 --bind lan'",
  },
  bind: {
    is: one({ config: words('node dist/index.js gateway --port 3000') }),
    fix: "openclaw machine command machine=d8912345c67890 set='node dist/index.js gateway --port 3000 --bind lan'",
  },
  'state.not_on_volume': {
    is: one({ config: made.config({ env: { OPENCLAW_STATE_DIR: '/home/node/.openclaw' } }) }),
    evidence: /OPENCLAW_STATE_DIR = \/home\/node\/\.openclaw$/,
    fix: 'openclaw machine repair machine=d8912345c67890 what=state',
  },
  'machines.two': { is: seenWith({ machines: TWO }), fix: 'openclaw machine stop machine=second' },
  'secrets.staged': {
    is: seenWith({ secrets: known([made.secret({ updatedAt: NOW - HOUR })]) }),
    fix: 'openclaw secrets apply',
  },
  'address.none': { is: seenWith({ addresses: known([made.address({ type: 'private_v6' })]) }) },
  'gateway.failing': {
    is: seenWith({ gateway: known(made.report({ failing: ['discord'] })) }),
    fix: 'openclaw logs',
  },
  'gateway.channels': {
    is: seenWith({
      gateway: known(
        made.report({ channels: [], channelsDown: [{ name: 'discord', state: 'stopped' }] }),
      ),
    }),
  },
  drift: {
    is: seenWith({ remembered: drifted(null, 4096) }),
    fix: 'openclaw memory machine=d8912345c67890 size=4gb heap=keep',
  },
  'network.opened': {
    is: seenWith({ remembered: drifted(NOW - DAY) }),
    fix: 'openclaw network private',
  },
  listen: {
    is: seen({ inside: known(inside({ listens: ['loopback'] })) }),
    fix: 'openclaw machine command',
  },
  'state.not_mounted': {
    is: seen({
      inside: known(inside({ disks: inside().disks.map((disk) => ({ ...disk, mounted: false })) })),
    }),
    evidence: /df \/data/,
  },
  'memory.free': {
    is: seen({
      inside: known(inside({ memory: { totalBytes: 2 * GB, freeBytes: 50 * 1_048_576 } })),
    }),
    evidence: /MemAvailable = 50 MB/,
    fix: 'openclaw memory size=next machine=d8912345c67890',
  },
  'volume.full': {
    is: seen({
      inside: known(
        inside({ disks: inside().disks.map((disk) => ({ ...disk, usedBytes: 0.95 * GB })) }),
      ),
    }),
    evidence: /df \/data/,
    fix: 'openclaw volumes extend volume=vol_1 size=2',
  },
  'volume.no_snapshots': {
    is: seenWith(volumes({ autoBackup: false })),
    evidence: /auto_backup_enabled = false/,
    fix: 'openclaw volumes snapshot volume=vol_1',
  },
  'volume.no_copy': {
    is: seen({ snapshots: { vol_1: known([]) } }),
    evidence: /snapshots: 0/,
    fix: 'openclaw volumes snapshot volume=vol_1',
  },
  'config.invalid': {
    is: printed('09-start-unknown-key.log'),
    evidence: /Invalid config at/,
    fix: 'openclaw config validate',
  },
  'config.missing': { is: printed('14-no-allow-unconfigured.log'), evidence: /Missing config/ },
  'config.unreadable': { is: printed('45-nonroot-unreadable-config.log'), evidence: /EACCES|uid/ },
  'config.reverted': {
    is: printed('43-xff.log', true, { logs: known(recorded('43-xff.log', NOW - HOUR)) }),
    evidence: /auto-restored/,
    fix: 'openclaw config history',
  },
  'token.missing': {
    is: printed('10-lan-no-token.log'),
    evidence: /Refusing to bind gateway to lan without auth/,
  },
  'token.placeholder': {
    is: printed('12-undefined-token.log'),
    evidence: /gateway auth token is blank/,
    fix: 'openclaw token rotate',
  },
  'token.shadowed': {
    is: seen({ token: known(token({ shadow: 'config' })) }),
    evidence: /gateway\.auth\.token/,
    fix: 'openclaw config unset path=gateway.auth.token',
  },
  'token.flag': {
    is: seen({ token: known(token({ shadow: 'flag' })) }),
    fix: 'openclaw machine command',
  },
  'token.config_env': {
    is: seenWith(withMachine({ config: made.config({ env: { OPENCLAW_GATEWAY_TOKEN: 'x' } }) })),
  },
  'token.short': { is: seen({ token: known(token({ length: 8 })) }), fix: 'openclaw token rotate' },
  'token.open': {
    is: seen({ token: known(token({ other: 'accepted' })) }),
    fix: 'openclaw token check',
  },
  'fly_token.scope': {
    is: seen({ scopes: known([{ org: 'personal', apps: ['another'], user: null }]) }),
    evidence: /another/,
  },
  'proxy.untrusted': {
    is: printed('43-xff.log', true),
    evidence: /unattributable proxy-shaped traffic/,
  },
  'ui.origins': {
    is: printed('02-running.log', true),
    evidence: /origin/,
    fix: 'openclaw config get path=gateway.controlUi.allowedOrigins',
  },
  'checks.missing': {
    is: one({ checks: [] }),
    evidence: /checks = \[\]/,
    fix: 'openclaw machine repair machine=d8912345c67890 what=checks',
  },
  'checks.path': {
    is: seenWith({
      ...withMachine({ config: service({}) }),
      gateway: known(made.report({ version: '2026.6.11' })),
    }),
    evidence: /startupz/,
    fix: 'openclaw machine repair machine=d8912345c67890 what=checks',
  },
  'oom.heap': {
    is: printed('24-oom-heap-128.log', true, {
      logs: known(recorded('24-oom-heap-128.log', NOW - HOUR)),
    }),
    evidence: /FATAL ERROR/,
    fix: 'openclaw memory size=next machine=d8912345c67890',
  },
  'oom.kernel': {
    is: seen({
      logs: known([line('Out of memory: Killed process 321 (node) total-vm:1kB', NOW - HOUR)]),
    }),
    evidence: /Killed process 321/,
    fix: 'openclaw memory size=next machine=d8912345c67890',
  },
  lock: {
    is: printed('20-lock-live-gateway-like-pid.log'),
    evidence: /already owns this state directory|lock timeout/,
    fix: 'openclaw machine unlock machine=d8912345c67890',
  },
  'port.in_use': {
    is: printed('23-eaddrinuse-other-process.log'),
    evidence: /EADDRINUSE|already in use|already listening/,
  },
  'command.flag': {
    is: printed('13-wrong-bind-value.log'),
    evidence: /Invalid --bind/,
    fix: 'openclaw machine command machine=d8912345c67890',
  },
  'start.migration': {
    is: printed('03-second-start-same-port.log'),
    evidence: /maintenance_required|migration/,
  },
  breaker: {
    is: printed('18-leftover-lock-pid-reused.log', true),
    evidence: /breaker tripped/,
    fix: 'openclaw restart machine=d8912345c67890',
  },
  'channel.exited': {
    is: printed('51-old-2026.1.29-seed-config-discord-fake.log', true),
    evidence: /channel exited/,
  },
  debugger: {
    is: printed('02-running.log', true),
    evidence: /Debugger listening on/,
    fix: 'openclaw restart machine=d8912345c67890',
  },
  'volume.enospc': {
    is: printed('50-volume-full.log', true),
    evidence: /ENOSPC/,
    fix: 'openclaw volumes extend volume=vol_1 size=2',
  },
  'start.failed': { is: printed('09-start-unknown-key.log'), evidence: /failed to start/ },
  'log.secret': { is: seen({ redacted: 2 }), evidence: /2 lines/ },
}
