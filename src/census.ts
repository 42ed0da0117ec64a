import {
  type Access,
  type AccessState,
  actorKey,
  placeKey,
  type Subject,
  subjectKey,
  type TrustedPlace,
} from './core/access.ts'
import { type Census, goneKey } from './core/census.ts'
import { goneWords } from './core/census-words.ts'
import type { Platform } from './core/invocation.ts'
import type { Outbox } from './core/outbox.ts'
import { isLive } from './core/reach.ts'
import type { Clock, Log, Store } from './core/ports.ts'
import type { Settings } from './core/settings.ts'
import { adminsOf, tellPrivately } from './core/tell-admins.ts'
import type { Locale } from './core/text.ts'

const HOUR_MS = 3_600_000
/** Taken by one process a round. */
const TURN = 'census-turn'
/** Places that the bot was seen in: only those can be left. */
const SEEN = 'census-seen'
/** People looked up in one round; the next one goes on behind them. */
const PEOPLE = 100

type Space = Pick<TrustedPlace, 'platform' | 'space'>

interface Deps {
  readonly store: Store
  readonly access: Access
  readonly outbox: Outbox
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Log
  readonly locale: Locale
  readonly census: ReadonlyMap<Platform, Census>
}

/**
 * Once an hour asks the platforms whether those whom rules name are there still: the bot in its trusted places, roles, people. What is gone
 * is marked and told to those who rule there; what is back is unmarked. To be called as often as one likes, by any number of processes; with
 * a place it looks into that one at once, if it is trusted.
 */
export function createCensusTend(deps: Deps): (only?: Space) => Promise<void> {
  const { store, access, clock, census, log } = deps
  let lookAt = 0
  let behind = 0
  const isMyTurn = async (): Promise<boolean> => {
    const now = clock.now()
    const isEarly = now < lookAt && lookAt - now <= HOUR_MS
    if (census.size === 0 || isEarly) return false
    lookAt = now + HOUR_MS
    return store.create(TURN, 'now', true, { ttlMs: HOUR_MS / 2 })
  }
  return async (only) => {
    if (only === undefined && !(await isMyTurn())) return
    const state = await access.fresh()
    const left = { people: PEOPLE, skip: only === undefined ? behind : 0 }
    const isMeant = (place: Space) => only === undefined || placeKey(place) === placeKey(only)
    for (const place of state.trusted.filter(isMeant)) {
      const looking = lookInto(deps, { state, place, left })
      await looking.catch((error: unknown) =>
        log.warn({ err: error, place: placeKey(place) }, 'a place could not be looked into'),
      )
    }
    if (only === undefined) behind = left.people > 0 ? 0 : behind + PEOPLE
  }
}

interface Look {
  readonly state: AccessState
  readonly place: TrustedPlace
  readonly left: { people: number; skip: number }
}

async function lookInto(deps: Deps, { state, place, left }: Look): Promise<void> {
  const { store, census, clock } = deps
  const party = census.get(place.platform)
  const seen = await party?.place(place.space)
  if (party === undefined || seen === undefined) return
  const known = placeKey(place)
  if (seen.here) await store.put(SEEN, known, true)
  else if ((await store.get(SEEN, known)) === undefined) return
  await note(deps, state, { place, gone: !seen.here })
  if (!seen.here) return
  for (const subject of subjectsIn(state, place, clock.now())) {
    const there = await isThere(party, { place, subject, roles: seen.roles, left })
    if (there !== undefined) await note(deps, state, { place, subject, gone: !there })
  }
}

interface Whom {
  readonly place: TrustedPlace
  readonly subject: Subject
  readonly roles: ReadonlySet<string> | null
  readonly left: { people: number; skip: number }
}

async function isThere(party: Census, whom: Whom): Promise<boolean | undefined> {
  const { place, subject, roles, left } = whom
  if (subject.kind === 'role') return roles?.has(subject.id)
  if (subject.platform !== place.platform || left.people === 0) return undefined
  if (left.skip > 0) {
    left.skip--
    return undefined
  }
  left.people--
  return party.member(place.space, subject.id)
}

/** Everybody and everything that a rule of the place names, each once. */
function subjectsIn(state: AccessState, { platform, space }: TrustedPlace, now: number) {
  const here = state.grants.filter(
    ({ scope, until }) =>
      scope.platform === platform && scope.space === space && isLive(until, now),
  )
  return new Map(here.map(({ subject }) => [subjectKey(subject), subject])).values()
}

interface Seen {
  readonly place: TrustedPlace
  readonly subject?: Subject
  readonly gone: boolean
}

/** Told first, marked then: cut short in between, it is told once more rather than never. */
async function note(deps: Deps, state: AccessState, seen: Seen): Promise<void> {
  const { access, clock, settings, locale, log } = deps
  const { place, subject, gone } = seen
  const key = goneKey(place, subject)
  if (state.gone?.includes(key) === gone) return
  if (gone) {
    const whom = subject?.kind === 'user' ? actorKey(subject) : undefined
    const to = adminsOf(state, clock.now(), place).filter((person) => person !== whom)
    const said = goneWords(place, subject)
    await tellPrivately(deps, {
      id: `gone-${key}`,
      to,
      said,
      locale: settings.of(place).locale ?? locale,
    })
  }
  log.warn({ key, gone }, 'somebody or something that rules name came or went')
  await access.mark(key, gone)
}
