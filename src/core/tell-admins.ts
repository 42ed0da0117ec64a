import { type AccessState, actorKey, type Grant, type Scope } from './access.ts'
import type { AcceptDeps } from './accept-deps.ts'
import { isGone } from './census.ts'
import { riskOf } from './command.ts'
import type { Invocation, Platform } from './invocation.ts'
import { localise } from './localise.ts'
import type { MessageKind, Outbox } from './outbox.ts'
import { isLive, rank } from './reach.ts'
import { fields, type Reply, reply, text } from './reply.ts'
import type { Registered } from './registry.ts'
import { type Locale, tr } from './text.ts'

/** Words for several people, one private message each; the same `id` again replaces what was said. */
export async function tellPrivately(
  { outbox }: { readonly outbox: Pick<Outbox, 'put'> },
  message: {
    readonly id: string
    readonly to: readonly string[]
    readonly said: Reply
    readonly locale?: Locale
    readonly kind?: MessageKind
    /** Said once; the same `id` again changes nothing. */
    readonly first?: boolean
  },
): Promise<void> {
  const { id, to, said, locale = 'en', kind, first = false } = message
  for (const person of new Set(to)) {
    const [, platform, user = ''] = /^(discord|telegram):(\d+)$/.exec(person) ?? []
    if (platform === undefined) continue
    await outbox.put({
      key: `tell-${id}-${person}`,
      address: { platform: platform as Platform, chat: user, user, private: true },
      reply: localise(said, locale),
      final: true,
      first,
      ...(kind && { kind }),
    })
  }
}

/** Owners and everybody who is an admin by name somewhere, or in one place, and was not seen to have left; members of a Discord role cannot be listed. */
export function adminsOf(
  state: AccessState,
  now: number,
  place?: Pick<Scope, 'platform' | 'space'>,
): readonly string[] {
  const { owners, grants } = state
  const isThere = ({ scope }: Grant) =>
    place === undefined || (scope.platform === place.platform && scope.space === place.space)
  const named = grants.flatMap((grant) => {
    const { subject, role, deny, until } = grant
    const counts = !deny && rank(role) >= rank('admin') && isLive(until, now) && isThere(grant)
    const left = isGone(state, grant.scope, subject)
    return counts && !left && subject.kind === 'user' ? [actorKey(subject)] : []
  })
  return [...new Set([...owners, ...named])]
}

/** Whoever sits at the host needs nobody's leave, so what is changed from there is told to everybody who would have been asked. */
export async function pageBreakGlass(
  deps: AcceptDeps,
  invocation: Invocation,
  { entry: { path, command }, options, app }: Glass,
): Promise<void> {
  if (invocation.surface !== 'cli' || riskOf(command, { ...options }) === 'read') return
  const state = deps.access.snapshot()
  if (state === undefined) return
  const said = reply.warn(tr(`/${path} was run at the host`, `主機上執行了 /${path}`), [
    text(
      tr(
        'Somebody with a shell on the host ran this as the local owner, past grants and second persons. If nobody of you did, take the host for broken into.',
        '有人在主機的命令列以本機擁有者身分執行，不受授權與第二人核准限制。若不是你們其中一位，請視主機已遭入侵。',
      ),
    ),
    fields([tr('App', '應用程式'), path.startsWith('openclaw ') ? app : undefined]),
  ])
  const to = adminsOf(state, deps.clock.now())
  // What the command itself tells people is another message, and must not take the place of this one.
  await tellPrivately(deps, { id: `host-${invocation.id}`, to, said, locale: invocation.locale })
}

interface Glass {
  readonly entry: Registered
  readonly options: Readonly<Record<string, unknown>>
  readonly app: string
}
