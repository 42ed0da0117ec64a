import { cheapChecks } from './checks/index.ts'
import { isStaged } from './checks/app.ts'
import { lastExit } from './checks/machine.ts'
import { type Deployment, isPublic } from './deployment.ts'
import type { AppSecret, IpAddress, Machine, Volume } from './fly.ts'
import { valueOr } from './in-time.ts'
import { commandOf, servicesOf } from './machine-config.ts'
import { costUsdMonth } from './prices.ts'
import { sizeName } from './sizes.ts'
import type { Text } from './text.ts'

/** The machine-readable status of CONTRACT §3; field names are public. `null` is always "not known". */
export type Status = ReturnType<typeof statusOf>

/** Puts one look into the words of the contract. Times are ISO 8601. */
export function statusOf(deployment: Deployment, now: number) {
  const machines = valueOr(deployment.machines, [])
  const addresses = valueOr(deployment.addresses, null)
  const volumes = valueOr(deployment.volumes, [])
  const open = addresses?.some(isPublic)
  return {
    app: deployment.app,
    private: open === undefined ? null : !open,
    url: open && routed(machines) ? `https://${deployment.app}.fly.dev` : null,
    gateway: gatewayOf(deployment),
    machines: machines.map(machineOf),
    ips: (addresses ?? []).map(ipOf),
    volumes: volumes.map(volumeOf),
    secrets: valueOr(deployment.secrets, []).map((secret) => secretOf(secret, machines)),
    costUsdMonth: costKnown(deployment)
      ? cents(costUsdMonth({ machines, volumes, addresses: addresses ?? [] }).usd)
      : null,
    warnings: cheapChecks(deployment, now),
  }
}

/** Without a service the proxy has nowhere to send a request; an unreadable config is taken as routed. */
const routed = (machines: readonly Machine[]): boolean =>
  machines.some(({ config }) => config === null || servicesOf(config).length > 0)

function gatewayOf({ gateway, machines }: Deployment) {
  if (gateway.known) {
    const { ready, version, uptimeMs, reason, channels, rssBytes } = gateway.value
    const { channelsDown = [], channelsReason = null } = gateway.value
    return { ready, version, uptimeMs, reason, channels, channelsDown, channelsReason, rssBytes }
  }
  // A machine that certainly does not run answers nobody; everything else that keeps us from looking is unknown.
  const down =
    machines.known &&
    machines.value.every(
      ({ hostStatus, state }) =>
        hostStatus === 'ok' && (state === 'stopped' || state === 'suspended' || state === 'failed'),
    )
  return {
    ready: down ? false : null,
    version: null,
    uptimeMs: null,
    reason: gateway.why as Text | null,
    channels: null,
    channelsDown: [],
    channelsReason: null,
    rssBytes: null,
  }
}

function machineOf(machine: Machine) {
  const { id, name, state, region, guest, image, checks, hostStatus, events } = machine
  const exit = lastExit(machine)
  const started = events.filter(({ type }) => type === 'start').map(({ at }) => at)
  return {
    id,
    name,
    state,
    region,
    size: guest === null ? null : sizeName(guest),
    memoryMb: guest?.memoryMb ?? null,
    image,
    command: machine.config === null ? null : commandOf(machine.config).join(' '),
    checks: checks.map(({ name: check, status }) => ({ name: check, status })),
    hostStatus,
    startedAt: state === 'started' && started.length > 0 ? iso(Math.max(...started)) : null,
    lastExit:
      exit === null
        ? null
        : {
            at: iso(exit.at),
            code: exit.code,
            signal: exit.signal,
            oom: exit.oom,
            requested: exit.requested,
          },
  }
}

const ipOf = ({ address, type, region }: IpAddress) => ({ address, type, region })

const volumeOf = ({ id, name, sizeGb, usedBytes, attachedMachine }: Volume) => ({
  id,
  name,
  sizeGb,
  usedGb: usedBytes === null ? null : Number((usedBytes / 1_073_741_824).toFixed(2)),
  attachedMachine,
})

const secretOf = (secret: AppSecret, machines: readonly Machine[]) => ({
  name: secret.name,
  digest: secret.digest,
  staged: isStaged(secret, machines),
})

/** A sum with a part missing would be no estimate but a mistake. */
const costKnown = ({ machines, volumes, addresses }: Deployment): boolean =>
  machines.known && volumes.known && addresses.known

const iso = (ms: number): string => new Date(ms).toISOString()
const cents = (usd: number): number => Math.round(usd * 100) / 100
