import { type AccessState, type Grant, type TrustedPlace } from './access.ts'
import { isGone } from './census.ts'
import { leastRole } from './command.ts'
import type { MenuEntry } from './front.ts'
import type { Place } from './invocation.ts'
import { mayRun } from './may-run.ts'
import { decide } from './policy.ts'
import { isLive } from './reach.ts'
import { menuOf, type Registry } from './registry.ts'

/** The menu of one person in one chat; of a private talk without `user`, for it has one person. */
export interface OwnMenu {
  readonly chat: string
  readonly user: string | null
  readonly menu: readonly MenuEntry[]
}

interface World {
  readonly registry: Registry
  readonly apps: readonly string[]
  readonly state: AccessState
  readonly now: number
}

/** Whose menu, and the places in which what they may run counts for it. */
interface Whose {
  readonly chat: string
  readonly user: string | null
  readonly places: readonly Place[]
}

/** What is listed for those of whom nothing is known: what takes no role. */
export function basicMenu(registry: Registry): readonly MenuEntry[] {
  return menuOf(registry).filter(({ path }) => {
    const entry = registry.get(path)
    return entry !== undefined && leastRole(entry.command) === 'known'
  })
}

/** What everybody on Telegram whom rules name may run, chat by chat, by the same `decide` as when they run it. */
export function ownMenus(world: World): readonly OwnMenu[] {
  const { state } = world
  const owners = state.owners.flatMap((key) => /^telegram:(\d+)$/.exec(key)?.[1] ?? [])
  const groups = state.trusted
    .filter((place) => place.platform === 'telegram' && !isGone(state, place))
    .flatMap((place) => membersOf(world, place, owners))
  return [...owners.map(talkOf), ...groups]
    .map(({ places, chat, user }) => ({ chat, user, menu: menuIn(world, user ?? chat, places) }))
    .filter(({ menu }) => menu.length > 0)
}

const talkOf = (user: string): Whose => ({
  chat: user,
  user: null,
  places: [{ platform: 'telegram', space: user, private: true }],
})

/** Owners and whoever has a grant, each with the rooms in which it may count: a menu is a whole chat's. */
function membersOf(
  { state, now }: World,
  place: TrustedPlace,
  owners: readonly string[],
): readonly Whose[] {
  const { platform, space } = place
  if (!space.startsWith('-')) return [talkOf(space)]
  const here = state.grants.filter(({ scope, until }) => isIn(scope, place) && isLive(until, now))
  const people = here.flatMap(({ subject }) =>
    subject.kind === 'user' && subject.platform === platform && !isGone(state, place, subject)
      ? [subject.id]
      : [],
  )
  const rooms = new Set([undefined, ...here.map(({ scope }) => scope.room)])
  const places = [...rooms].map((room) => ({
    platform,
    space,
    private: false,
    ...(room !== undefined && { room }),
  }))
  return [...new Set([...owners, ...people])].map((user) => ({ chat: space, user, places }))
}

const isIn = (scope: Grant['scope'], { platform, space }: TrustedPlace): boolean =>
  scope.platform === platform && scope.space === space

function menuIn(world: World, id: string, places: readonly Place[]): readonly MenuEntry[] {
  const { registry, apps, state, now } = world
  const actor = { platform: 'telegram', id, name: id, roles: [] } as const
  const isListed = (path: string): boolean => {
    const entry = registry.get(path)
    if (entry === undefined) return false
    return places.some((place) =>
      mayRun(entry, apps, (role, app) => {
        const asked = { actor, place, verb: path, role, confirm: 'none', app, now } as const
        return decide(state, asked).verdict !== 'deny'
      }),
    )
  }
  return menuOf(registry).filter(({ path }) => isListed(path))
}
