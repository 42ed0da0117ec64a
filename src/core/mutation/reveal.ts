import type { Sealer, Store } from '../ports.ts'
import type { Action } from '../reply.ts'
import { type Text, tr } from '../text.ts'

/** A sealed value that may be shown once. */
export interface Hidden {
  readonly label: Text
  readonly sealed: string
  /** Who may see it: `discord:<id>`, the asker and whoever approved. */
  readonly for: readonly string[]
  /** The command it came of: whoever may not run that any more sees nothing. */
  readonly verb: string
  readonly app: string
}

export const REVEAL = 'reveal'
const REVEAL_MS = 600_000

/** Puts a value away for one private look within ten minutes; gives the button for it. */
export async function hide(
  { store, sealer }: { readonly store: Store; readonly sealer: Pick<Sealer, 'seal'> },
  id: string,
  secret: Omit<Hidden, 'sealed'> & { readonly value: string },
): Promise<void> {
  const { value, ...rest } = secret
  const hidden: Hidden = { ...rest, sealed: sealer.seal(value) }
  await store.put(REVEAL, id, hidden, { ttlMs: REVEAL_MS })
}

export const revealAction = (id: string): Action => ({
  label: tr('Reveal', '顯示'),
  style: 'primary',
  intent: { do: 'reveal', secret: id },
})
