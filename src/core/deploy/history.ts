import type { WorkContext } from '../context.ts'
import type { Release } from '../fly.ts'
import { attempt } from '../mutation/attempt.ts'
import { gatewayMachines } from '../mutation/targets.ts'
import type { Text } from '../text.ts'
import { seenOf } from './change.ts'
import { readImage, versionOfTag } from './image-ref.ts'
import { type Deploy, deployments, type Ended, type ImageSeen, type Taken } from './record.ts'

/** One line of the history; field names are public. */
export interface HistoryRow {
  /** A number: made here. `v` and a number: one of Fly's releases, made elsewhere. */
  readonly id: string
  readonly here: boolean
  readonly kind: Deploy['kind'] | 'release'
  readonly at: number | null
  readonly from: ImageSeen | null
  readonly to: ImageSeen | null
  readonly by: string | null
  /** Of a release in Fly's own word. */
  readonly ended: Ended | (string & {})
  readonly job: string | null
  readonly snapshots: readonly Taken[]
}

/** What was deployed, newest first; field names are public. */
export interface History {
  readonly app: string
  readonly rows: readonly HistoryRow[]
  /** Older ones are there and not shown. */
  readonly more: boolean
  /** Why Fly's releases are missing, when they are. */
  readonly releasesUnknown: Text | null
  /** What the machines run now; null when that could not be read. */
  readonly now: ReadonlyArray<ImageSeen & { readonly machine: string }> | null
}

/** Lines that one answer shows. */
export const SHOWN = 20

/** What was done here and, of what was done elsewhere, Fly's releases. */
export async function historyOf(context: WorkContext): Promise<History> {
  const { app, fly, store, signal } = context
  const [own, releases, machines] = await Promise.all([
    deployments({ store, app }),
    attempt(fly.releases(app, SHOWN + 1), signal),
    attempt(fly.machines(app), signal),
  ])
  const rows = timeline(own, releases.known ? releases.value : [])
  return {
    app,
    rows: rows.slice(0, SHOWN),
    more: rows.length > SHOWN,
    releasesUnknown: releases.known ? null : releases.why,
    now: machines.known
      ? gatewayMachines(machines.value).map((machine) => ({
          machine: machine.id,
          ...seenOf(machine, null),
        }))
      : null,
  }
}

/** Both kinds in one line of time, newest first. */
export function timeline(
  own: readonly Deploy[],
  releases: readonly Release[],
): readonly HistoryRow[] {
  const theirs = releases.toSorted((a, b) => b.version - a.version)
  return [
    ...own.map(ownRow),
    ...theirs.map((release, index) => releaseRow(release, theirs[index + 1])),
  ].toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0))
}

const ownRow = ({ number, kind, at, from, to, by, ended, job, snapshots }: Deploy): HistoryRow => ({
  id: String(number),
  here: true,
  kind,
  at,
  from,
  to,
  by,
  ended,
  job,
  snapshots,
})

const releaseRow = (release: Release, before: Release | undefined): HistoryRow => ({
  id: `v${release.version}`,
  here: false,
  kind: 'release',
  at: release.createdAt,
  from: imageIn(before),
  to: imageIn(release),
  by: release.user,
  ended: release.status,
  job: null,
  snapshots: [],
})

function imageIn(release: Release | undefined): ImageSeen | null {
  if (release === undefined || release.image === null) return null
  return { image: release.image, ...partsOf(release.image) }
}

const HUB = { registry: 'docker.io', repository: '', tag: null, digest: null }

function partsOf(image: string): Omit<ImageSeen, 'image'> {
  try {
    const { tag, digest } = readImage(image, HUB)
    return { digest, version: versionOfTag(tag) }
  } catch {
    return { digest: null, version: null }
  }
}

/** It put its image in place, as far as is known. */
export const tookHold = ({ here, ended }: HistoryRow): boolean =>
  here ? ['done', 'unproven', 'partly'].includes(ended) : ended === 'complete'
