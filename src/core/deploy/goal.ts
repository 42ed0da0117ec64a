import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import type { ImageFound } from '../images.ts'
import { join, type Text, tr } from '../text.ts'
import { type ImageName, nameOf, readImage, versionOfTag } from './image-ref.ts'

/** The image that machines are to run. */
export interface Goal {
  /** As Fly is given it: with its digest where that is known, so that a tag that moves can't give machines different ones. */
  readonly image: string
  readonly name: ImageName
  readonly digest: string | null
  /** Other digests by which Fly may name the same image. */
  readonly same: readonly string[]
  readonly version: string | null
  /** Why the digest is not known. */
  readonly why: Text | null
}

/** Where the program's own images are (OPENCLAW.md §10). */
const OFFICIAL: ImageName = {
  registry: 'ghcr.io',
  repository: 'openclaw/openclaw',
  tag: null,
  digest: null,
}
/** What a deploy that builds leaves its images in; no tag of a release is there. */
const BUILT = 'registry.fly.io'

/** What a machine was asked to run; the official image where that is no name. */
export function imageOf({ config, image }: Pick<Machine, 'config' | 'image'>): ImageName {
  const asked = config?.['image']
  try {
    return readImage(typeof asked === 'string' ? asked : (image ?? ''), OFFICIAL)
  } catch {
    return OFFICIAL
  }
}

export const isBuilt = ({ registry }: ImageName): boolean => registry === BUILT

/** What a tag or digest alone is one of. */
export const baseFor = (typed: string, now: ImageName): ImageName =>
  isBuilt(now) && !typed.trim().startsWith('sha256:') ? OFFICIAL : now

/** Asks the registry what a name stands for now. Rejects with `not_found` when it knows no such image. */
export async function goalOf(
  { images, signal }: Pick<WorkContext, 'images' | 'signal'>,
  name: ImageName,
  known: { readonly version: string | null; readonly same?: readonly string[] },
): Promise<Goal> {
  const found = (await images?.find(name, signal)) ?? NOBODY_ASKED
  if (found.exists === false) throw noSuchImage(name)
  const digest = name.digest ?? found.digest
  return {
    image: nameOf({ ...name, digest }),
    name,
    digest,
    same: [...new Set([...found.same, ...(known.same ?? [])])],
    version: versionOfTag(name.tag) ?? found.version ?? known.version,
    why: digest === null ? found.why : null,
  }
}

const NOBODY_ASKED: ImageFound = {
  exists: null,
  digest: null,
  same: [],
  version: null,
  why: tr('No registry may be asked here.', '此處不能查詢登錄庫。'),
}

function noSuchImage(name: ImageName): OpsError {
  const asked = nameOf(name)
  const plain = /^v\d/.test(name.tag ?? '')
  return new OpsError(
    'bad_input',
    tr(`${name.registry} has no image ${asked}.`, `${name.registry} 沒有映像檔 ${asked}。`),
    {
      hint: join(
        ' ',
        plain ? tr('Tags have no v in front.', '標籤前面沒有 v。') : '',
        tr(
          'Write the tag as the registry lists it, such as 2026.9.6. Nothing was changed.',
          '請依登錄庫列出的名稱填寫標籤，例如 2026.9.6。沒有任何變更。',
        ),
      ),
    },
  )
}

/** Whether a digest that Fly names is that of the goal; null when one of them is not known. */
export function isGoal(
  { digest, same }: Pick<Goal, 'digest' | 'same'>,
  seen: string | null,
): boolean | null {
  if (digest === null || seen === null) return null
  return seen === digest || same.includes(seen)
}
