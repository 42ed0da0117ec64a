import type { Sealer, Store } from '../ports.ts'
import type { Action } from '../reply.ts'
import { type Text, tr } from '../text.ts'

/** A sealed value that may be shown once. */
export interface Hidden {
  readonly label: Text
  readonly sealed: string
  /** Who may see it: `discord:<id>`, the asker and whoever approved. */
  readonly for: readonly string[]
}

export const REVEAL = 'reveal'
const REVEAL_MS = 600_000

/** Puts a value away for one private look within ten minutes; gives the button for it. */
export async function hide(
  { store, sealer }: { readonly store: Store; readonly sealer: Pick<Sealer, 'seal'> },
  id: string,
  secret: { readonly label: Text; readonly value: string; readonly for: readonly string[] },
): Promise<void> {
  const { label, value, for: who } = secret
  const hidden: Hidden = { label, sealed: sealer.seal(value), for: who }
  await store.put(REVEAL, id, hidden, { ttlMs: REVEAL_MS })
}

export const revealAction = (id: string): Action => ({
  label: tr('Reveal', '顯示'),
  style: 'primary',
  intent: { do: 'reveal', secret: id },
})
