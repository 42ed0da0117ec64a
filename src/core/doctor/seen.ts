import type { Deployment } from '../deployment.ts'
import type { LockFile } from '../gateway.ts'
import type { LogLine, Machine, Release, Snapshot, TokenScope } from '../fly.ts'
import type { InsideReport } from '../inside.ts'
import type { Look } from '../in-time.ts'
import type { Printed } from '../logs/printed.ts'
import { type Text, tr } from '../text.ts'
import type { KnownToken } from '../token/look.ts'

export type Inside = Extract<InsideReport, { known: true }>

/** Something that was looked at, or why it was not. Unlike a `Look` it needs no error: leaving out on purpose is none. */
export type Part<T> =
  { readonly known: true; readonly value: T } | { readonly known: false; readonly why: Text }

/** What the config file says, as far as a safe reader tells; null where it says nothing. */
export interface ConfigFacts {
  /** The first thing for which the gateway would refuse it, and where it stands; null when our rules find none. */
  readonly problem: { readonly what: Text; readonly at: Text } | null
  readonly trustedProxies: readonly string[] | null
}

/** Everything the checks are made from: one look, taken side by side, each part known or not on its own. */
export interface Seen {
  readonly deployment: Deployment
  readonly now: number
  /** The machine that runs the gateway. */
  readonly machine: Machine | undefined
  readonly inside: Part<Inside>
  readonly token: Part<KnownToken>
  readonly config: Part<ConfigFacts>
  /** Lock files of a gateway that is not ready; one that is has its own, and nobody asks. Left out by lookers that never do. */
  readonly locks?: Part<readonly LockFile[]>
  /** By the volume's id. */
  readonly snapshots: Readonly<Record<string, Look<readonly Snapshot[]>>>
  /** Newest last, of all machines. */
  readonly logs: Look<readonly LogLine[]>
  readonly scopes: Look<readonly TokenScope[]>
  /** Newest first. */
  readonly releases: Look<readonly Release[]>
  /** Lines in which a secret was found and taken out; null where nobody counted. */
  readonly redacted: number | null
  /** Lines in which readers of the logs met what looks like a secret, over the last days. */
  readonly printed?: Printed | undefined
}

export const without = (why: Text): Part<never> => ({ known: false, why })
export const withPart = <T>(value: T): Part<T> => ({ known: true, value })

/** What a check can't do without, in its order; the first that is missing is the reason. */
export type Need = 'machines' | 'gateway' | 'inside' | 'token' | 'config' | 'logs' | DeploymentPart
type DeploymentPart =
  'addresses' | 'volumes' | 'secrets' | 'snapshots' | 'scopes' | 'releases' | 'remembered'

/** Why this part is not known, or nothing when it is. */
export function missing(seen: Seen, need: Need): Text | undefined {
  const { deployment } = seen
  switch (need) {
    case 'machines':
      return machinesMissing(seen)
    case 'inside':
    case 'token':
    case 'config':
      return whyOf(seen[need])
    case 'logs':
    case 'scopes':
    case 'releases':
      return whyOf(seen[need])
    case 'snapshots':
      return whyOf(deployment.volumes) ?? Object.values(seen.snapshots).map(whyOf).find(Boolean)
    case 'remembered':
      return deployment.remembered === undefined
        ? tr('It was not looked at.', '未查看。')
        : whyOf(deployment.remembered)
    case 'gateway':
    case 'addresses':
    case 'volumes':
    case 'secrets':
      return whyOf(deployment[need])
    default:
      return need satisfies never
  }
}

/** A config that can't be read would pass every check of it. */
function machinesMissing({ deployment: { machines } }: Seen): Text | undefined {
  if (!machines.known) return machines.why
  if (machines.value.length === 0) return tr('There is no machine.', '沒有任何機器。')
  const lost = machines.value.find(
    ({ config, hostStatus }) => config === null || hostStatus !== 'ok',
  )
  return lost && tr(`The host of ${lost.id} does not answer.`, `${lost.id} 的主機沒有回應。`)
}

const whyOf = (part: Part<unknown>): Text | undefined => (part.known ? undefined : part.why)
