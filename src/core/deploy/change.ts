import type { LeaseHolder, Machine } from '../fly.ts'
import type { GatewayReport } from '../gateway.ts'
import { envOf, mountsOf, servicesOf } from '../machine-config.ts'
import { isUp, reachable, settledNow } from '../mutation/kept.ts'
import { heapCapMb } from '../node-options.ts'
import type { Traits } from './jumps.ts'
import { imageOf } from './goal.ts'
import { versionOfTag } from './image-ref.ts'
import type { Deploy, ImageSeen } from './record.ts'

/** One machine that gets another image, as it was when that was planned. */
export interface Target {
  readonly id: string
  /** Of its config. */
  readonly version: string
  readonly started: boolean
  readonly now: ImageSeen
  readonly lease: LeaseHolder | null
  readonly bootId: string | null
  readonly wasReady: boolean
  /** Checks that passed. */
  readonly passing: readonly string[]
  readonly volumes: readonly string[]
  readonly memoryMb: number | null
  readonly traits: Traits
}

/** What the run needs of a plan. */
export interface DeployChange {
  readonly kind: Deploy['kind']
  readonly from: ImageSeen
  readonly to: ImageSeen & { readonly same: readonly string[] }
  readonly targets: readonly Target[]
}

/** A machine as the plan needs it. Rejects when it can't be changed now. */
export function targetOf(machine: Machine, report: GatewayReport | null): Target {
  const { id, version, lease, checks, guest, config } = settledNow(reachable(machine))
  const paths = JSON.stringify([config['services'], config['checks']])
  const memoryMb = guest?.memoryMb ?? null
  return {
    id,
    version,
    started: isUp(machine),
    now: seenOf(machine, report?.version ?? null),
    lease,
    bootId: report?.bootId ?? null,
    wasReady: report?.ready === true,
    passing: checks.filter(({ status }) => status === 'passing').map(({ name }) => name),
    volumes: mountsOf(config).flatMap(({ volume }) => volume ?? []),
    memoryMb,
    traits: {
      served: servicesOf(config).length > 0,
      startupCheck: /"path":"\/startupz?"/.test(paths),
      heapCap: heapCapMb(envOf(config)['NODE_OPTIONS'] ?? '', memoryMb ?? 0) !== null,
    },
  }
}

/** What a machine runs; the release by the program itself, or else by the tag. */
export function seenOf(machine: Machine, version: string | null): ImageSeen {
  const { config, image, imageDigest } = machine
  const asked = config?.['image']
  return {
    image: typeof asked === 'string' ? asked : (image ?? ''),
    digest: imageDigest,
    version: version ?? versionOfTag(imageOf(machine).tag),
  }
}

export const volumesOf = (targets: readonly Target[]): readonly string[] => [
  ...new Set(targets.flatMap(({ volumes }) => volumes)),
]
