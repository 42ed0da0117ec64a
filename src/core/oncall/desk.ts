import type { Access } from '../access.ts'
import { actorMustRule } from '../access-reach.ts'
import type { WorkContext } from '../context.ts'
import type { Outbox } from '../outbox.ts'
import type { Registry } from '../registry.ts'
import type { Settings } from '../settings.ts'
import type { Locale } from '../text.ts'
import type { Hooks } from './hooks.ts'
import type { People, Routes } from './ports.ts'

/** What commands about people and places work with in a worker. */
export interface Desk {
  readonly access: Pick<Access, 'fresh'>
  readonly outbox: Outbox
  readonly people: People
  readonly routes: Routes
  readonly hooks: Hooks
  readonly registry: Registry
  /** The language of words that nobody in particular asked for. */
  readonly locale: Locale
  /** Of places: one may have another language. */
  readonly settings?: Settings | undefined
}

export const deskOf = ({ desk }: Pick<WorkContext, 'desk'>): Desk => {
  if (desk === undefined) throw new Error('a worker without a desk')
  return desk
}

/** The schedule and the watcher's rules are of the whole guild or chat: who rules one room, or some apps, settles nothing of them. Throws `forbidden`. */
export async function mustRuleAll(
  context: Pick<WorkContext, 'actor' | 'place' | 'clock' | 'desk'>,
  app: '*' | null,
): Promise<void> {
  const { platform, space } = context.place
  const state = await deskOf(context).access.fresh()
  actorMustRule(context, { state, scope: { platform, space }, app, now: context.clock.now() })
}
