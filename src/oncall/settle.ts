import type { Buttons } from '../core/buttons.ts'
import { localise } from '../core/localise.ts'
import { effectsOf, settled } from '../core/oncall/incident-apply.ts'
import { failureAt, readFailing } from '../core/oncall/failing.ts'
import { incidentCard } from '../core/oncall/incident-card.ts'
import { pageReply } from '../core/oncall/incident-words.ts'
import type { Incident, Page } from '../core/oncall/incident.ts'
import type { CardPlace, Person } from '../core/oncall/ports.ts'
import type { Outbox } from '../core/outbox.ts'
import type { JobQueue } from '../core/ports.ts'
import type { Reply } from '../core/reply.ts'
import type { Settings } from '../core/settings.ts'
import type { Locale } from '../core/text.ts'
import { addressOf } from '../core/oncall/place-address.ts'
import { cardKey, isTalk, keyOf, placeOf, talkWith } from './address.ts'
import type { FactsDeps } from './facts.ts'
import { worthTrying } from './worth-trying.ts'

/** A card is edited for as long as its incident is remembered by people. */
const CARD_KEEP_MS = 8 * 86_400_000

export interface SettleDeps extends FactsDeps {
  readonly queue: Pick<JobQueue, 'enqueue'>
  /** Its `may` lets everything through: a card is for whoever comes by, and a press is decided about. */
  readonly buttons: Buttons
  readonly outbox: Outbox
  readonly locale: Locale
  /** `discord:<id>`, `telegram:<id>`: who sees what can be shown nowhere else. */
  readonly owners?: readonly string[]
  /** How loud places want to be. */
  readonly settings?: Settings | undefined
}

/**
 * Does what an incident owes: pages first, then its cards, then its timer. All of it may be done twice without anybody noticing, so
 * whoever finds something owed does it, and only then is it marked as done. Without `card` the cards stay owed.
 */
export async function settle(
  deps: SettleDeps,
  id: string,
  { card = true }: { readonly card?: boolean } = {},
): Promise<void> {
  const stored = await deps.records.get(id)
  if (stored === undefined) return
  const paints = card && effectsOf(stored).some((effect) => effect.do === 'card')
  const { incident, places } = paints
    ? await worthTrying(deps, stored)
    : { incident: stored, places: [] }
  const effects = effectsOf(incident)
  const pages = effects.flatMap((effect) => (effect.do === 'page' ? [effect.page] : []))
  for (const page of pages) await sayPage(deps, incident, page)
  await Promise.all(places.map((place) => putCard(deps, incident, place)))
  for (const effect of effects) if (effect.do === 'timer') await enqueue(deps, id, effect)
  if (!paints && pages.length === 0) return
  const done = { rev: paints ? incident.rev : incident.written, pages: pages.map(({ n }) => n) }
  await deps.records.change(id, (now) => now && settled(now, done))
}

async function putCard(deps: SettleDeps, incident: Incident, place: CardPlace): Promise<void> {
  const { clock, rules } = deps
  const key = cardKey(incident.id, place)
  const around = { now: clock.now(), rules, locale: localeIn(deps, place) }
  const reply = await said(deps, place, { id: key, reply: incidentCard(incident, around) })
  await deps.outbox.put({
    key,
    address: { ...addressOf(place), ...quietIn(deps, place) },
    reply,
    final: false,
    keepMs: CARD_KEEP_MS,
    version: incident.rev,
    kind: 'card',
  })
}

/** The language of a place, where one was settled for it. */
export const localeIn = (
  { settings, locale }: Pick<SettleDeps, 'settings' | 'locale'>,
  place: CardPlace,
): Locale => settings?.of(placeOf(place)).locale ?? locale

/** A quiet place hears a card only while something is wrong. */
const quietIn = ({ settings }: SettleDeps, place: CardPlace) =>
  settings?.of(placeOf(place)).quiet === true ? { quiet: true } : {}

async function said(
  deps: SettleDeps,
  place: CardPlace,
  { id, reply }: { readonly id: string; readonly reply: Reply },
) {
  const asker = { platform: place.platform, id: '', name: '', roles: [] }
  const equipped = await deps.buttons.equip(reply, { id, place: placeOf(place), asker })
  return localise(equipped, localeIn(deps, place))
}

async function enqueue(
  { queue, clock }: SettleDeps,
  id: string,
  { n, at }: { readonly n: number; readonly at: number },
): Promise<void> {
  await queue.enqueue({ id: `${id}-${n}`, lane: 'timer', delayMs: Math.max(0, at - clock.now()) })
}

async function sayPage(deps: SettleDeps, incident: Incident, page: Page): Promise<void> {
  const people = page.people.filter((person) => !isNews(incident, page, person))
  await call(deps, {
    id: `${incident.id}.p${page.n}`,
    people,
    places: incident.places,
    reply: pageReply(incident, page),
  })
}

/** The first card in somebody's own talk is news enough. */
const isNews = ({ written, places }: Incident, { why, level }: Page, person: Person): boolean =>
  written === 0 &&
  why === 'level' &&
  level === 0 &&
  places.some((place) => isTalk(place) && `${place.platform}:${place.space}` === person.key)

export interface Call {
  readonly id: string
  readonly people: readonly Person[]
  readonly places: readonly CardPlace[]
  readonly reply: Reply
}

/** Calls people by name in a room of their platform that shows cards, or else in private: one message a room. */
export async function call(deps: SettleDeps, { id, people, places, reply }: Call): Promise<void> {
  const talks = people.flatMap((person) => talkWith(person) ?? [])
  const failing = await readFailing(deps.store)
  const rooms = places.filter((place) => !isTalk(place) && !failureAt(failing, place))
  const messages = new Map<string, { place: CardPlace; mention: Reply['mention'] & object }>()
  for (const { place, mention } of talks) {
    const room = rooms.find(({ platform }) => platform === place.platform)
    const key = keyOf(room ?? place)
    const before = messages.get(key)?.mention ?? []
    messages.set(key, { place: room ?? place, mention: [...before, mention] })
  }
  for (const [key, { place, mention }] of messages) {
    const words = isTalk(place) ? reply : { ...reply, mention }
    await deps.outbox.put({
      key: `${id}.${key}`,
      address: addressOf(place),
      reply: await said(deps, place, { id: `${id}.${key}`, reply: words }),
      final: true,
      first: true,
      kind: 'page',
    })
  }
}
