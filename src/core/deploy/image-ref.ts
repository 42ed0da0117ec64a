import { OpsError } from '../errors.ts'
import { type Text, tr } from '../text.ts'

/** An image's name in its parts. Without a tag it is named by its digest alone. */
export interface ImageName {
  /** `docker.io` where the name leaves it out, as container tools have it. */
  readonly registry: string
  readonly repository: string
  readonly tag: string | null
  readonly digest: string | null
}

/** The longest name that is taken; the specification of registries knows no end. */
export const IMAGE_LENGTH = 400

const HUB = 'docker.io'
const DIGEST = /^sha256:[0-9a-f]{64}$/
const TAG = /^\w[\w.-]{0,127}$/
const HOST = /^(?:[a-z\d](?:[a-z\d-]*[a-z\d])?)(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*(?::\d{1,5})?$/i
const PATH = /^[a-z\d]+(?:(?:\.|_|__|-+)[a-z\d]+)*$/

/**
 * Reads what was typed: a tag or a digest alone is one of the image that runs now (`base`); anything with a slash or a colon is a whole
 * name. Rejects with `bad_input` for what is neither.
 */
export function readImage(typed: string, base: ImageName): ImageName {
  const { name, digest } = splitDigest(typed.trim())
  if (name === '' && digest !== null) return { ...base, tag: null, digest }
  if (!/[/:]/.test(name)) return { ...base, tag: checked(TAG, name, typed), digest }
  const { path, tag } = splitTag(name)
  const { registry, repository } = splitHost(path)
  checked(HOST, registry, typed)
  for (const part of repository.split('/')) checked(PATH, part, typed)
  if (tag === null && digest === null) return { registry, repository, tag: 'latest', digest }
  return { registry, repository, tag: tag === null ? null : checked(TAG, tag, typed), digest }
}

function splitDigest(typed: string): { name: string; digest: string | null } {
  if (typed.startsWith('sha256:')) return { name: '', digest: checked(DIGEST, typed, typed) }
  const at = typed.indexOf('@')
  if (at < 0) return { name: typed, digest: null }
  return { name: typed.slice(0, at), digest: checked(DIGEST, typed.slice(at + 1), typed) }
}

function splitTag(name: string): { path: string; tag: string | null } {
  const colon = name.lastIndexOf(':')
  if (colon <= name.lastIndexOf('/')) return { path: name, tag: null }
  return { path: name.slice(0, colon), tag: name.slice(colon + 1) }
}

/** The first part is a host when it looks like one; otherwise all of it lies on Docker Hub. */
function splitHost(path: string): { registry: string; repository: string } {
  const slash = path.indexOf('/')
  const first = path.slice(0, Math.max(0, slash))
  if (!/[.:]/.test(first) && first !== 'localhost') return { registry: HUB, repository: path }
  return { registry: first, repository: path.slice(slash + 1) }
}

function checked(pattern: RegExp, part: string, typed: string): string {
  if (pattern.test(part)) return part
  throw new OpsError(
    'bad_input',
    tr(`“${typed}” is no name of an image.`, `「${typed}」不是映像檔名稱。`),
    { hint: FORMS },
  )
}

const FORMS: Text = tr(
  'Write a tag such as 2026.9.6 or latest, a digest (sha256:…), or a whole name such as ghcr.io/openclaw/openclaw:2026.9.6.',
  '請寫標籤（例如 2026.9.6 或 latest）、摘要（sha256:…），或完整名稱（例如 ghcr.io/openclaw/openclaw:2026.9.6）。',
)

/** The name as Fly is given it. */
export const nameOf = ({ registry, repository, tag, digest }: ImageName): string =>
  `${registry}/${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`

/** For people: the digest only where nothing else names the image, and only its start. */
export function shownImage(image: string): string {
  const [name = '', digest] = image.split('@')
  const tagged = name.lastIndexOf(':') > name.lastIndexOf('/')
  return tagged || digest === undefined ? name : `${name}@${shortDigest(digest)}`
}

/** Enough of a digest to tell it apart. */
export const shortDigest = (digest: string): string => digest.slice(0, 'sha256:'.length + 12)

/** The release that a tag names: `2026.9.6` of `2026.9.6-slim`, `v2026.9.6` and the dated rebuilds; `null` for `latest` and the like. */
export function versionOfTag(tag: string | null): string | null {
  const match = /^v?(\d{4}\.\d{1,2}\.\d{1,2}(?:-(?:alpha|beta|rc)[.\d]*)?)(?:-\w+)*$/.exec(
    tag ?? '',
  )
  return match?.[1] ?? null
}
