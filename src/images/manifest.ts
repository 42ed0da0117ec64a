import { z } from 'zod'

/** What is asked for: an image for one architecture or a list of such, in both families of formats. */
export const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const Notes = z.record(z.string(), z.unknown()).nullish()
const Body = z.object({
  manifests: z
    .array(
      z.object({
        digest: Digest,
        platform: z.object({ architecture: z.string(), os: z.string() }).partial().nullish(),
      }),
    )
    .optional(),
  annotations: Notes,
  config: z.object({ digest: Digest }).optional(),
})
const Blob = z.object({ config: z.object({ Labels: Notes }).optional() })

/** What is of use of a manifest. */
export interface Manifest {
  /** Digest of the part for Fly's machines, which are all amd64. */
  readonly part: string | null
  /** Digest of the image's config, which holds its labels. */
  readonly config: string | null
  readonly version: string | null
}

const VERSION = 'org.opencontainers.image.version'
const MACHINES = { architecture: 'amd64', os: 'linux' }

/** Reads a manifest; `undefined` when it is none. */
export function readManifest(json: unknown): Manifest | undefined {
  const read = Body.safeParse(json)
  if (!read.success) return undefined
  const { manifests, annotations, config } = read.data
  if (manifests === undefined && config === undefined) return undefined
  const part = manifests?.find(
    ({ platform }) =>
      platform?.architecture === MACHINES.architecture && platform.os === MACHINES.os,
  )
  return {
    part: part?.digest ?? null,
    config: config?.digest ?? null,
    version: releaseOf(annotations?.[VERSION]),
  }
}

/** The release that an image's config names in its labels. */
export function readLabels(json: unknown): string | null {
  const read = Blob.safeParse(json)
  return read.success ? releaseOf(read.data.config?.Labels?.[VERSION]) : null
}

/** Anybody can write anything there: only what looks like a release counts. */
const releaseOf = (value: unknown): string | null =>
  typeof value === 'string'
    ? (/^v?(\d{4}\.\d{1,2}\.\d{1,2}(?:-(?:alpha|beta|rc)[.\d]*)?)$/.exec(value)?.[1] ?? null)
    : null
