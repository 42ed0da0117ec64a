import { readImage, versionOfTag, nameOf, type ImageName } from '../deploy/image-ref.ts'
import { NEWEST_KNOWN } from '../deploy/jumps.ts'
import { OpsError } from '../errors.ts'
import type { AddressType, Guest } from '../fly.ts'
import { guestFor, mb } from '../memory-size.ts'
import type { Address } from '../network.ts'
import { PROXY_REFUSED } from '../network.ts'
import { releasedSince } from '../services.ts'
import { type Text, tr } from '../text.ts'
import { factOf } from '../versions.ts'

/** As typed. */
export interface LaunchOptions {
  readonly image?: string | undefined
  readonly region?: string | undefined
  readonly size?: string | undefined
  readonly private?: boolean | undefined
  /** A reference to keys that were asked for privately. */
  readonly keys: string
}

/** Everything a launch needs again after a crash: plain JSON, no secret. */
export interface Launch {
  readonly org: string
  readonly region: string
  readonly guest: Guest
  readonly image: string
  /** What the image's tag says; null for `latest` and its like. */
  readonly version: string | null
  /** Reached from the internet. */
  readonly open: boolean
  /** The app was there, empty: it is kept whatever happens. */
  readonly existed: boolean
  /** Addresses and names of secrets that were there before. */
  readonly addresses: readonly Address[]
  readonly secrets: readonly string[]
  /** Names of the keys that were given. */
  readonly keys: readonly string[]
  readonly allocate: readonly AddressType[]
}

export const VOLUME = { name: 'openclaw_data', path: '/data', sizeGb: 1 } as const
/** Where the guide begins, too; a first region has to be some. */
const REGION = 'iad'
/** What the guide recommends. */
const GUEST: Guest = { cpuKind: 'shared', cpus: 2, memoryMb: 2048 }
/** An idle gateway and its helpers take 850 MB (OPENCLAW.md §2). */
const LEAST_MB = 1024
const IMAGE: ImageName = {
  registry: 'ghcr.io',
  repository: 'openclaw/openclaw',
  tag: NEWEST_KNOWN,
  digest: null,
}

type Wanted = Pick<Launch, 'region' | 'guest' | 'image' | 'version' | 'open'> & {
  readonly name: ImageName
}

/** What was asked for, with the guide's own choices for the rest. Rejects what is known not to come up. */
export function wantedOf(options: Omit<LaunchOptions, 'keys'>): Wanted {
  const name = options.image === undefined ? IMAGE : readImage(options.image, IMAGE)
  const guest = options.size === undefined ? GUEST : guestFor(GUEST, options.size)
  const version = versionOfTag(name.tag)
  if (guest.memoryMb < LEAST_MB) throw tooSmall(guest)
  if (factOf(version, 'origins') === 'refused') throw doesNotStart(version ?? '')
  return {
    region: options.region ?? REGION,
    guest,
    image: nameOf(name),
    version,
    open: options.private !== true,
    name,
  }
}

const tooSmall = ({ memoryMb }: Guest): OpsError =>
  new OpsError(
    'bad_input',
    tr(
      `A gateway takes about 850 MB before it does anything, so it does not fit into ${mb(memoryMb)}.`,
      `閘道在閒置時就需約 850 MB，因此 ${mb(memoryMb)} 放不下。`,
    ),
    { hint: tr('Take size=2gb, or 1gb at the least.', '請用 size=2gb，至少 1gb。') },
  )

/** Observed on 2026.3.13: with `--bind lan` it wants Control UI origins before it was ever configured (OPENCLAW.md §1). */
const doesNotStart = (version: string): OpsError =>
  new OpsError(
    'bad_input',
    tr(
      `${version} does not start on an empty volume: it refuses to listen before the origins of its Control UI are configured.`,
      `${version} 無法在空的磁碟區上啟動：在設定 Control UI 的來源之前，它會拒絕監聽。`,
    ),
    {
      hint: tr(
        `Leave image out for ${NEWEST_KNOWN}, or name a release from 2026.4.26 on.`,
        `省略 image 以使用 ${NEWEST_KNOWN}，或指定 2026.4.26 之後的版本。`,
      ),
    },
  )

/** What costs nothing and is needed for it: the shared address and a v6 one for the public, a private v6 otherwise. */
export function addressesFor(open: boolean, present: readonly Address[]): readonly AddressType[] {
  const has = (...types: readonly AddressType[]) => present.some(({ type }) => types.includes(type))
  if (!open) return has('private_v6') ? [] : ['private_v6']
  return [
    ...(has('shared_v4', 'v4') ? [] : (['shared_v4'] as const)),
    ...(has('v6') ? [] : (['v6'] as const)),
  ]
}

/** Where a public gateway is reached. */
export const urlOf = (app: string): string => `https://${app}.fly.dev/`

/** Whether it is an image that OpenClaw publishes itself; of any other nothing is known. */
export const isOurs = ({ registry, repository }: ImageName): boolean =>
  (registry === 'ghcr.io' || registry === 'docker.io') && repository === 'openclaw/openclaw'

/** Whether a gateway of this release answers 403 to what comes through a proxy it was not told of; so does one of unknown release, perhaps. */
export const mindsProxies = (version: string | null): boolean =>
  releasedSince(version, PROXY_REFUSED) !== false

/** Why the Control UI will not open by its public address at once. */
export const PROXY_NOTE: Text = tr(
  'Since 2026.8 a public gateway answers 403 until gateway.trustedProxies names Fly’s proxy, whose address Fly does not publish: it shows in the gateway’s log at the first visit.',
  '自 2026.8 起，公開的閘道在 gateway.trustedProxies 列出 Fly 代理之前會回應 403；Fly 未公布該位址，第一次造訪時會出現在閘道的日誌中。',
)
