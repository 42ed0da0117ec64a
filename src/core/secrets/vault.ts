import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { AppSecret } from '../fly.ts'

type Context = Pick<WorkContext, 'app' | 'fly'>

/** What Fly says of a secret: how its digest is made is not documented, so it only tells whether the value was changed. */
export interface Mark {
  readonly digest: string
  readonly updatedAt: number | null
}

/** The vault's version with the change in it; null when Fly names none. */
export interface Changed {
  readonly version: number | null
}

/** Taking out a name that is not there changes nothing and tells the vault's version, as flyctl learns it (FLY.md §2.4). */
const NOBODY = 'OPENCLAW_OPS_NO_SUCH_SECRET'

export const markIn = (secrets: readonly AppSecret[], name: string): Mark | null => {
  const found = secrets.find((secret) => secret.name === name)
  return found === undefined ? null : { digest: found.digest, updatedAt: found.updatedAt }
}

export const markOf = async ({ app, fly }: Context, name: string): Promise<Mark | null> =>
  markIn(await fly.secrets(app), name)

const isSame = (one: Mark | null, other: Mark | null): boolean =>
  one?.digest === other?.digest && one?.updatedAt === other?.updatedAt

interface Change {
  readonly name: string
  /** `null` takes it out. */
  readonly value: string | null
  /** How it was before: what an answer that got lost is held against, for nothing is sent again blindly. */
  readonly before: Mark | null
}

/** Sets or takes out one secret; no running machine changes by it. */
export async function changeSecret(context: Context, change: Change): Promise<Changed> {
  const { app, fly } = context
  const send = () => fly.setSecrets(app, { [change.name]: change.value })
  try {
    return await send()
  } catch (error) {
    if (!(error instanceof OpsError) || error.code !== 'ambiguous') throw error
    return (await changedSince(context, change)) ?? (await send())
  }
}

/** Whether the secret is another than before; gives the version of the vault. */
export async function changedSince(
  context: Context,
  { name, before }: Pick<Change, 'name' | 'before'>,
): Promise<Changed | undefined> {
  if (isSame(await markOf(context, name), before)) return undefined
  return vaultVersion(context)
}

/** The newest version of the vault, whoever made it. */
export const vaultVersion = ({ app, fly }: Context): Promise<Changed> =>
  fly.setSecrets(app, { [NOBODY]: null })
