import type { Address, Platform } from '../core/invocation.ts'
import { failureAt, readFailing, withFailing } from '../core/oncall/failing.ts'
import { addressOf } from '../core/oncall/place-address.ts'
import {
  type Failure,
  isDue,
  leading,
  PROOF,
  PROOF_ID,
  proofHealth,
  proofNews,
  type ProofRecord,
  proofWords,
  TICK_MS,
  tried,
  type Way,
} from '../core/oncall/proof.ts'
import type { Outbox } from '../core/outbox.ts'
import {
  type Chat,
  ChatError,
  type Clock,
  type Health,
  type Log,
  type Store,
} from '../core/ports.ts'
import { tellPrivately } from '../core/tell-admins.ts'
import { type Locale, say } from '../core/text.ts'
import type { RouteBook } from './routes.ts'

/** A chat of this process that can be tried, and whether it is connected at all. */
export interface Tried {
  readonly chat: Pick<Chat, 'platform' | 'prove'>
  readonly health: () => Health
}

interface Deps {
  readonly store: Store
  readonly outbox: Outbox
  readonly chats: readonly Tried[]
  /** `discord:<id>`, `telegram:<id>`. */
  readonly owners: readonly string[]
  readonly routes: Pick<RouteBook, 'rooms'>
  readonly clock: Clock
  readonly log: Log
  readonly locale: Locale
  /** Names this process. */
  readonly owner: string
}

/** Whether words of the bot get to people: sent to each platform and read back every quarter of an hour, by one bot for all. */
export interface Proof {
  readonly start: () => void
  /** Looks once; never rejects. */
  readonly tick: () => Promise<void>
  readonly health: () => Promise<Health>
  readonly stop: () => void
}

export function createProof(deps: Deps): Proof {
  const { clock, log, chats } = deps
  const stopping = new AbortController()
  const tick = () =>
    look(deps).catch((error: unknown) => log.warn({ err: error }, 'delivery could not be checked'))
  const slept = () =>
    clock.sleep(TICK_MS, stopping.signal).then(
      () => true,
      () => false,
    )
  const watch = async (): Promise<void> => {
    // Not at once: a process that has just begun is not connected yet.
    while (await slept()) await tick()
  }
  return {
    tick,
    start: () => void (chats.length > 0 && watch()),
    health: () => healthOf(deps),
    stop: () => stopping.abort(),
  }
}

/** How the platforms are, and every room of a route. */
async function healthOf({ store, clock, routes }: Deps): Promise<Health> {
  const [record, rooms, failing] = await Promise.all([
    readProof(store),
    routes.rooms(),
    readFailing(store),
  ])
  const routed = rooms.flatMap((place) => failureAt(failing, place) ?? [])
  return withFailing(proofHealth(record, clock.now()), routed)
}

export const readProof = async (store: Pick<Store, 'get'>): Promise<ProofRecord | undefined> =>
  (await store.get(PROOF, PROOF_ID)) as ProofRecord | undefined

async function look(deps: Deps): Promise<void> {
  const { store, clock, owner, chats } = deps
  const platforms = chats.map(({ chat }) => chat.platform)
  const mine = { owner, now: clock.now(), platforms }
  const record = (await store.update(PROOF, PROOF_ID, (now) =>
    leading(now as ProofRecord | undefined, mine),
  )) as ProofRecord
  if (record.owner !== owner) return
  const ways = await Promise.all(record.ways.map((way) => lookAt(deps, way)))
  await store.update(PROOF, PROOF_ID, (now) =>
    (now as ProofRecord | undefined)?.owner === owner
      ? { owner, at: clock.now(), ways }
      : undefined,
  )
}

async function lookAt(deps: Deps, way: Way): Promise<Way> {
  const { clock, chats } = deps
  const one = chats.find(({ chat }) => chat.platform === way.platform)
  if (one === undefined) return way
  const { ok, detail } = one.health()
  const due = isDue(way, clock.now())
  if (ok && !due) return way
  if (!ok && way.brokenAt !== null && !due) return way
  const failure = ok ? await send(deps, one) : ({ kind: 'offline', why: detail } as const)
  const after = tried(way, clock.now(), failure)
  // Told first: killed in between, the same words are put again and are one message.
  await tell(deps, way, after)
  return after
}

/** Gives why the words did not get there; nothing when they did, or when there is nobody to send them to. */
async function send(deps: Deps, { chat }: Tried): Promise<Failure | undefined> {
  const address = await whereOf(deps, chat.platform)
  if (address === undefined || chat.prove === undefined) return undefined
  try {
    await chat.prove(address, say(proofWords(deps.clock.now()), deps.locale))
    return undefined
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown failure'
    return { kind: error instanceof ChatError ? error.kind : 'network', why }
  }
}

/** The private talk with an owner, to which every alert goes that has no other place; else a room with a route. */
async function whereOf({ owners, routes }: Deps, platform: Platform): Promise<Address | undefined> {
  const [, id] = owners.map((key) => key.split(':')).find(([name]) => name === platform) ?? []
  if (id !== undefined) return addressOf({ platform, space: id, room: null })
  const room = (await routes.rooms()).find((place) => place.platform === platform)
  return room && addressOf(room)
}

/** Owners hear of it on the platforms that still work. */
async function tell(deps: Deps, before: Way, after: Way): Promise<void> {
  const said = proofNews(before, after)
  if (said === undefined) return
  const { platform, why, brokenAt } = after
  const { owners, log, locale } = deps
  const to = owners.filter((key) => !key.startsWith(`${platform}:`))
  const id = `proof-${platform}-${brokenAt ?? before.brokenAt ?? 0}${brokenAt === null ? '-over' : ''}`
  if (brokenAt !== null) log.error({ platform, why }, 'a chat does not take messages')
  else log.info({ platform }, 'a chat takes messages again')
  await tellPrivately(deps, { id, to, said, locale, kind: 'news' })
}
