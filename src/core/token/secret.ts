import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { AppSecret } from '../fly.ts'
import type { Secret } from '../secret.ts'
import { TOKEN } from './look.ts'

type Context = Pick<WorkContext, 'app' | 'fly'>

/** What Fly says of the secret: how its digest is made is not documented, so it only tells whether the value was changed. */
export interface SecretMark {
  readonly digest: string
  readonly updatedAt: number | null
}

export const findToken = (secrets: readonly AppSecret[]): AppSecret | undefined =>
  secrets.find(({ name }) => name === TOKEN)

export async function markOf({ app, fly }: Context): Promise<SecretMark | null> {
  const found = findToken(await fly.secrets(app))
  return found === undefined ? null : { digest: found.digest, updatedAt: found.updatedAt }
}

const same = (a: SecretMark | null, b: SecretMark | null): boolean =>
  a?.digest === b?.digest && a?.updatedAt === b?.updatedAt

/** The vault's version with the new value in it; null when Fly names none. */
export interface Applied {
  readonly version: number | null
}

/** Sets the secret, against the mark from before: an answer that got lost is read back, never sent again blindly. */
export async function setToken(
  context: Context,
  value: Secret,
  before: SecretMark | null,
): Promise<Applied> {
  const { app, fly } = context
  const set = () => fly.setSecrets(app, { [TOKEN]: value.reveal() })
  try {
    return await set()
  } catch (error) {
    if (!(error instanceof OpsError) || error.code !== 'ambiguous') throw error
    return (await appliedSince(context, before)) ?? (await set())
  }
}

/** Whether the secret was changed since that mark; gives the version of the vault. */
export async function appliedSince(
  context: Context,
  before: SecretMark | null,
): Promise<Applied | undefined> {
  if (same(await markOf(context), before)) return undefined
  // Taking out a name that is not there changes nothing and tells the vault's version, as flyctl learns it (FLY.md §2.4).
  return context.fly.setSecrets(context.app, { OPENCLAW_OPS_NO_SUCH_SECRET: null })
}
