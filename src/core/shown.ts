import type { Buttons } from './buttons.ts'
import type { Outcome } from './front.ts'
import type { Invocation } from './invocation.ts'
import { localise } from './localise.ts'
import type { Reply } from './reply.ts'

/** A reply in the asker's language, its buttons bound. */
export async function shown(
  { buttons }: { readonly buttons: Buttons },
  { id, place, actor, locale }: Pick<Invocation, 'id' | 'place' | 'actor' | 'locale'>,
  said: Reply,
): Promise<Outcome> {
  const equipped = await buttons.equip(said, { id, place, asker: actor })
  return { kind: 'reply', reply: localise(equipped, locale) }
}
