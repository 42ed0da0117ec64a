import type { WorkContext } from '../context.ts'
import type { AppSecret } from '../fly.ts'
import type { Secret } from '../secret.ts'
import {
  type Changed,
  changedSince,
  changeSecret,
  type Mark,
  markOf as markOfName,
} from '../secrets/vault.ts'
import { TOKEN } from './look.ts'

type Context = Pick<WorkContext, 'app' | 'fly'>

/** What Fly says of the token's secret. */
export type SecretMark = Mark
/** The vault's version with the new value in it; null when Fly names none. */
export type Applied = Changed

export const findToken = (secrets: readonly AppSecret[]): AppSecret | undefined =>
  secrets.find(({ name }) => name === TOKEN)

export const markOf = (context: Context): Promise<SecretMark | null> => markOfName(context, TOKEN)

/** Sets the secret, against the mark from before: an answer that got lost is read back, never sent again blindly. */
export const setToken = (
  context: Context,
  value: Secret,
  before: SecretMark | null,
): Promise<Applied> => changeSecret(context, { name: TOKEN, value: value.reveal(), before })

/** Whether the secret was changed since that mark; gives the version of the vault. */
export const appliedSince = (
  context: Context,
  before: SecretMark | null,
): Promise<Applied | undefined> => changedSince(context, { name: TOKEN, before })
