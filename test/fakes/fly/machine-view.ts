import { createHash } from 'node:crypto'
import { guestOf, imageRefOf } from './config-view.ts'
import { eventsInMachine } from './events.ts'
import { leaseOf } from './router.ts'
import type { FakeEvent, FakeMachine, Json } from './types.ts'
import type { World } from './world.ts'
import { record, rfc3339, text } from './values.ts'

export interface ViewOptions {
  readonly summary?: boolean
  readonly leases?: boolean
}

/** A machine as the API gives it: config is null while its host does not answer. */
export function machineView(world: World, machine: FakeMachine, options: ViewOptions = {}): Json {
  const reachable = machine.hostStatus === 'ok'
  const full =
    options.summary === true ? summaryOf(machine.config) : structuredClone(machine.config)
  const lease = options.leases === true ? leaseOf(world, machine) : null
  return {
    id: machine.id,
    name: machine.name,
    state: machine.state,
    region: machine.region,
    instance_id: machine.instanceId,
    version: machine.instanceId,
    private_ip: machine.privateIp,
    config: reachable ? full : null,
    incomplete_config: reachable ? null : summaryOf(machine.config),
    image_ref: imageRefOf(text(machine.config['image']) ?? '', digestOf),
    created_at: rfc3339(machine.createdAt),
    updated_at: rfc3339(machine.updatedAt),
    events: machine.events.slice(0, eventsInMachine).map(eventView),
    checks: machine.checks.map((check) => ({
      name: check.name,
      status: check.status,
      output: check.output,
      updated_at: rfc3339(check.updatedAt),
    })),
    host_status: machine.hostStatus,
    ...(machine.cordoned ? { cordoned: true } : {}),
    ...(lease === null
      ? {}
      : {
          lease: {
            owner: lease.owner,
            description: lease.description,
            expires_at: lease.expiresAt,
          },
        }),
  }
}

/** A version that runs no more. */
export function oldVersionView(world: World, machine: FakeMachine, version: string): Json | null {
  const old = machine.versions.find((candidate) => candidate.version === version)
  if (old === undefined) return null
  const view = { ...machine, config: old.config, instanceId: version, state: 'replaced' }
  return machineView(world, version === machine.instanceId ? machine : view)
}

export function eventView(event: FakeEvent): Json {
  return { ...event }
}

export function summaryOf(config: Json): Json {
  const { cpuKind, cpus, memoryMb } = guestOf(config)
  return {
    image: config['image'],
    guest: { cpu_kind: cpuKind, cpus, memory_mb: memoryMb },
    metadata: record(config['metadata']),
  }
}

/** The same image has the same digest everywhere. */
export function digestOf(image: string): string {
  return `sha256:${createHash('sha256').update(image).digest('hex')}`
}
