import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Address, Actor } from '../invocation.ts'
import { localise } from '../localise.ts'
import { OUTBOX, type OutboxRecord } from '../outbox.ts'
import { fields, reply, type Reply, text } from '../reply.ts'
import { tr } from '../text.ts'
import { type Desk, deskOf } from './desk.ts'
import { peopleOf } from './names.ts'
import { addressOf } from './place-address.ts'
import type { CardPlace, Person } from './ports.ts'
import { once, privateTalk, roomKey } from './route.ts'
import { readPeople } from './schedule-input.ts'
import { personOfActor } from './schedule-set.ts'
import { readSchedule } from './schedule-store.ts'

/** How long the answer waits for the platforms; what takes longer is looked at again. */
const WAIT_MS = 6000
const LOOK_MS = 250

/** One message of a page, and what became of it. */
export interface Sent {
  /** The outbox's key. */
  readonly id: string
  /** The person, or null: a room in which everybody of its platform is mentioned. */
  readonly person: Person | null
  /** `discord:1/2`, or the person's own talk. */
  readonly place: string
  readonly state: 'delivered' | 'failed' | 'waiting'
  /** The platform's own id of the message. */
  readonly message: string | null
  readonly why: string | null
}
export interface Paged {
  readonly people: readonly Person[]
  readonly text: string
  readonly sent: readonly Sent[]
}

interface Wish {
  readonly people?: string | undefined
  readonly text: string
}

/** Pages by direct message and by mention, and waits a little for what the platforms say. A second run of the same job pages nobody twice. */
export async function page(context: WorkContext, wish: Wish): Promise<Paged> {
  const desk = deskOf(context)
  const people = await whom(context, desk, wish.people)
  const sent: readonly Sent[] = [
    ...people.flatMap((person, n) => direct(context.job, person, n)),
    ...(await rooms(context, desk)).map((place, n) => inRoom(context.job, place, n)),
  ]
  for (const one of sent) await put(context, desk, { one, people, text: wish.text })
  return waited(context, { people, text: wish.text, sent })
}

async function whom(context: WorkContext, { people }: Desk, typed: string | undefined) {
  const now = context.clock.now()
  const found = typed === undefined ? await people.onCall(null, now) : await named(context, typed)
  if (found.length > 0) return found
  throw new OpsError('not_found', tr('There is nobody to page.', '沒有可通知的對象。'), {
    hint: tr('Name somebody: people=<@…>.', '請指定對象：people=<@…>。'),
  })
}

async function named(context: WorkContext, typed: string): Promise<readonly Person[]> {
  const known = [...peopleOf(await readSchedule(context.store)), personOfActor(context)]
  return readPeople(typed, known)
}

const direct = (job: string, person: Person, n: number): readonly Sent[] => {
  const place = privateTalk(person.key)
  return place ? [{ ...waiting(`page-${job}-p${n}`, place), person }] : []
}
const inRoom = (job: string, place: CardPlace, n: number): Sent => ({
  ...waiting(`page-${job}-r${n}`, place),
  person: null,
})
const waiting = (id: string, place: CardPlace) =>
  ({ id, place: roomKey(place), state: 'waiting', message: null, why: null }) as const

/** Where it was asked, unless nobody else reads that, and where critical alerts go. */
async function rooms({ place }: WorkContext, { routes }: Desk): Promise<readonly CardPlace[]> {
  const alert = { source: 'watch', app: null, severity: 'critical' } as const
  const routed = (await routes.placesFor(alert)).filter((one) => !addressOf(one).private)
  if (place.private || place.platform === 'console') return routed
  const { platform, space, room = null } = place
  return once([{ platform, space, room }, ...routed])
}

interface Putting {
  readonly one: Sent
  readonly people: readonly Person[]
  readonly text: string
}

async function put(context: WorkContext, desk: Desk, { one, ...page }: Putting): Promise<void> {
  const [, platform = '', space = '', room = null] = PLACE.exec(one.place) ?? []
  const place = { platform: platform as CardPlace['platform'], space, room: room ?? null }
  const said = words(context, { ...page, people: one.person ? [one.person] : page.people })
  const address: Address = addressOf(place)
  const mention = page.people.map(actorOf).filter((person) => person.platform === platform)
  const pinged = one.person === null && mention.length > 0 ? { ...said, mention } : said
  const there = {
    platform: place.platform,
    space,
    ...(place.room !== null && { room: place.room }),
  }
  const locale = desk.settings?.of(there).locale ?? desk.locale
  const message = { key: one.id, address, reply: localise(pinged, locale), final: true }
  await desk.outbox.put({ ...message, first: true })
}

const PLACE = /^([a-z]+):(-?\d+)(?:\/(.+))?$/

const actorOf = ({ key, name }: Person): Pick<Actor, 'platform' | 'id' | 'name'> => {
  const [platform, id = ''] = key.split(':')
  return { platform: platform === 'telegram' ? 'telegram' : 'discord', id, name }
}

const words = (
  { actor, job }: WorkContext,
  { people, text: said }: Pick<Putting, 'people' | 'text'>,
): Reply => ({
  ...reply.warn(
    tr(`${actor.name} pages you`, `${actor.name} 呼叫你`),
    [text(said), fields([tr('Paged', '呼叫對象'), people.map(({ name }) => name).join(', ')])],
    { footer: job },
  ),
  glyph: '📟',
})

async function waited(context: WorkContext, paged: Paged): Promise<Paged> {
  const { clock, signal } = context
  const until = clock.now() + WAIT_MS
  let now = await lookAtPage(context, paged)
  while (isOpen(now) && clock.now() < until) {
    await clock.sleep(LOOK_MS, signal)
    now = await lookAtPage(context, now)
  }
  return now
}

const isOpen = ({ sent }: Paged): boolean => sent.some(({ state }) => state === 'waiting')

/** What the platforms have said by now of what was open. */
export async function lookAtPage(
  { store }: Pick<WorkContext, 'store'>,
  paged: Paged,
): Promise<Paged> {
  const sent = paged.sent.map(async (one): Promise<Sent> => {
    if (one.state !== 'waiting') return one
    const record = (await store.get(OUTBOX, one.id)) as OutboxRecord | undefined
    if (record === undefined || record.delivered < record.rev) return one
    if (record.failure !== undefined || record.ref === undefined)
      return { ...one, state: 'failed', why: record.failure ?? 'unknown' }
    return { ...one, state: 'delivered', message: record.ref.message }
  })
  return { ...paged, sent: await Promise.all(sent) }
}

/** When to look again at a page that is not delivered everywhere, in ms. */
export const lookAgainMs = (paged: Paged): number | null => (isOpen(paged) ? 15_000 : null)
