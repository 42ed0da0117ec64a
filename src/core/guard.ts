import { type AccessState, type Guard, guardedApp, scopeKey } from './access.ts'
import type { Confirm, Risk } from './command.ts'
import type { Place } from './invocation.ts'

/** All that is asked for beyond the usual, here and of this app; of several the strictest counts. */
export interface Guarded {
  readonly second: Guard['second']
  readonly standsMs: number | null
  /** Those that ask for something. */
  readonly by: readonly Guard[]
}

/** The guards of the app, of the room, of the channel its thread hangs in, and of the whole guild or chat, made one. */
export function guardOf(
  { guards = [] }: Pick<AccessState, 'guards'>,
  { platform, space, room, parent }: Place,
  app: string | null,
): Guarded {
  const scope = { platform, space }
  const names = new Set([
    scopeKey(scope),
    ...[room, parent].flatMap((one) =>
      one === undefined ? [] : [scopeKey({ ...scope, room: one })],
    ),
    ...(app === null ? [] : [guardedApp(app)]),
  ])
  const by = guards.filter(({ on }) => names.has(on))
  const times = by.flatMap(({ standsMs }) => standsMs ?? [])
  return {
    second:
      (['changes', 'dangerous'] as const).find((one) => by.some(({ second }) => second === one)) ??
      null,
    standsMs: times.length === 0 ? null : Math.min(...times),
    by,
  }
}

/** What is to be confirmed when all guards have been heard; never less than without them. */
export function raised(confirm: Confirm, risk: Risk, { second }: Pick<Guarded, 'second'>): Confirm {
  if (risk === 'read' || second === null) return confirm
  return second === 'changes' || risk === 'dangerous' ? 'second' : confirm
}
