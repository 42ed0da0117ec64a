import type { WorkContext } from '../context.ts'
import { lookPatiently } from '../mutation/settle.ts'
import type { Text } from '../text.ts'
import { compareVersions } from '../versions.ts'
import type { DeployChange } from './change.ts'
import type { Seen } from './prove.ts'
import type { Deploy, ImageSeen, Taken } from './record.ts'
import type { Smoke } from './smoke.ts'

/** One machine that has the new image; field names are public. */
export interface Row {
  readonly id: string
  readonly started: boolean
  /** After a minute of watching; `null` is "could not be learnt", or it does not run. */
  readonly ready: boolean | null
  readonly reason: Text | null
  /** As the program itself says. */
  readonly version: string | null
  /** Whether that is the release of the image; null when one of them is not known. */
  readonly asExpected: boolean | null
  /** As Fly says. */
  readonly digest: string | null
  readonly sameDigest: boolean | null
  /** What its log says that a person should know. */
  readonly log: readonly Text[]
}

/** What came of a deployment; field names are public. */
export interface DeployResult {
  readonly kind: Deploy['kind']
  readonly app: string
  /** In this app's history; 0 when nothing had to be done. */
  readonly number: number
  readonly from: ImageSeen
  readonly to: ImageSeen
  readonly machines: readonly Row[]
  /** Machines that were not touched because one before them was not seen ready. */
  readonly left: readonly string[]
  readonly snapshots: readonly Taken[]
  /** How often it was looked at again. */
  readonly looks: number
}

export const rowOf = (
  { to }: Pick<DeployChange, 'to'>,
  { id, started, version, digest, sameDigest }: Seen,
  { ready, reason, lines }: Smoke,
): Row => ({
  id,
  started,
  ready,
  reason,
  version,
  asExpected: isExpected(to.version, version),
  digest,
  sameDigest,
  log: lines,
})

function isExpected(wanted: string | null, seen: string | null): boolean | null {
  const order = wanted === null || seen === null ? null : compareVersions(wanted, release(seen))
  return order === null ? null : order === 0
}

/** A rebuild counts as its release, as in the tag. */
const release = (version: string): string => version.replace(/-(?:r?\d+)$/, '')

export function resultOf(
  { app }: Pick<WorkContext, 'app'>,
  { kind, from, to }: DeployChange,
  whole: {
    readonly number: number
    readonly rows: readonly Row[]
    readonly taken: readonly Taken[]
    readonly left?: readonly string[]
  },
): DeployResult {
  const { number, rows, taken, left = [] } = whole
  const { image, digest, version } = to
  return {
    kind,
    app,
    number,
    from,
    to: { image, digest, version },
    machines: rows,
    left,
    snapshots: taken,
    looks: 0,
  }
}

/** Its gateway was not seen ready, and not seen otherwise. */
export const isOpen = ({ started, ready }: Row): boolean => started && ready !== true

const AGAIN_MS = 30_000
const LOOKS = 10

/** In how many ms to look again at what is not known. */
export const nextLook = ({ machines, looks }: DeployResult): number | null =>
  machines.some(isOpen) && looks < LOOKS ? AGAIN_MS : null

/** Looks again at the machines whose gateway was not seen. */
export async function lookAgain(context: WorkContext, result: DeployResult): Promise<DeployResult> {
  const machines = await Promise.all(
    result.machines.map(async (row) => {
      if (!isOpen(row)) return row
      const machine = await lookPatiently(context, row.id)
      const { ready, reason, version } = await context.gateway.probe(context.app, machine)
      const asExpected = isExpected(result.to.version, version)
      return { ...row, ready, reason: ready === true ? null : reason, version, asExpected }
    }),
  )
  return { ...result, machines, looks: result.looks + 1 }
}
