import { randomBytes } from 'node:crypto'
import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { Secret } from '../secret.ts'
import { tr } from '../text.ts'

/** Both tokens as they lie in a checkpoint: sealed, the old ones by machine. */
export interface KeptTokens {
  readonly fresh: string
  readonly old: Readonly<Record<string, string>>
}

/** The step that leaves them behind. */
export const KEEP = 'keep-tokens'

type Seals = Pick<WorkContext, 'sealer'>

/** 32 random bytes as hex, as every guide makes them. */
export const freshToken = (): Secret => new Secret(randomBytes(32).toString('hex'))

export const keptTokens = (recall: Recall): KeptTokens | undefined =>
  recall(KEEP) as KeptTokens | undefined

export const freshOf = ({ sealer }: Seals, kept: KeptTokens): Secret => open(sealer, kept.fresh)

/** The token that this machine's gateway had; without a machine the one that is put back. */
export function oldOf({ sealer }: Seals, { old }: KeptTokens, machine?: string): Secret {
  const sealed = (machine === undefined ? undefined : old[machine]) ?? Object.values(old)[0]
  return open(sealer, sealed ?? '')
}

function open(sealer: Seals['sealer'], sealed: string): Secret {
  const value = sealer.open(sealed)
  if (value !== undefined) return new Secret(value)
  throw new OpsError(
    'internal',
    tr('The kept token was sealed under another key.', '保留的權杖是以另一把金鑰封存的。'),
    { hint: tr('Set OPS_SECRET_KEY back to what it was.', '請把 OPS_SECRET_KEY 改回原值。') },
  )
}
