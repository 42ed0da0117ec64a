import { createHash } from 'node:crypto'
import type { WorkContext } from '../context.ts'
import type { Secret } from '../secret.ts'

type Context = Pick<WorkContext, 'app' | 'store' | 'sealer'>

/** What the bot knows of a secret it has set: Fly gives no value out again, but a process can be asked for the digest of its own. */
interface Kept {
  /** SHA-256 of the value, sealed: a weak value could be guessed from it. */
  readonly sha256: string
  /** Fly's digest of it: another one means that somebody else has set it since. */
  readonly digest: string
}

const BUCKET = 'secret-set'

export const sha256Of = (value: Secret): string =>
  createHash('sha256').update(value.reveal(), 'utf8').digest('hex')

export async function rememberSecret(
  context: Context,
  name: string,
  { value, digest }: { readonly value: Secret; readonly digest: string },
): Promise<void> {
  const { app, store, sealer } = context
  const kept: Kept = { sha256: sealer.seal(sha256Of(value)), digest }
  await store.put(BUCKET, `${app}.${name}`, kept)
  await changeRemoved(context, (removed) =>
    Object.fromEntries(Object.entries(removed).filter(([one]) => one !== name)),
  )
}

export async function rememberRemoved(context: Context, name: string, at: number): Promise<void> {
  const { app, store } = context
  await store.remove(BUCKET, `${app}.${name}`)
  await changeRemoved(context, (removed) => ({ ...removed, [name]: at }))
}

const REMOVED = 'secret-removed'
/** After this long every machine was updated for other reasons, or nobody misses it. */
const REMOVED_MS = 30 * 86_400_000
type Removed = Readonly<Record<string, number>>

const changeRemoved = ({ app, store }: Context, change: (removed: Removed) => Removed) =>
  store.update(REMOVED, app, (current) => change((current ?? {}) as Removed), {
    ttlMs: REMOVED_MS,
  })

/** When the bot took out which names, in ms: Fly does not list what is gone, but machines may have it still. */
export const removedOf = async ({ app, store }: Pick<Context, 'app' | 'store'>): Promise<Removed> =>
  ((await store.get(REMOVED, app)) ?? {}) as Removed

/** SHA-256 of the value that a process has to have; nothing when it was set elsewhere, for then nobody here knows it. */
export async function expectedOf(
  { app, store, sealer }: Context,
  { name, digest }: { readonly name: string; readonly digest: string },
): Promise<string | undefined> {
  const kept = (await store.get(BUCKET, `${app}.${name}`)) as Kept | undefined
  return kept?.digest === digest ? sealer.open(kept.sha256) : undefined
}
