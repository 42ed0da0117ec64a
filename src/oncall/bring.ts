import type { Place } from '../core/invocation.ts'
import { OUTBOX, type OutboxRecord } from '../core/outbox.ts'
import type { Reply } from '../core/reply.ts'
import { say } from '../core/text.ts'
import { localise } from '../core/localise.ts'
import { detailsReply, lineReply, linesOwed, threadName } from '../core/oncall/incident-thread.ts'
import type { Incident } from '../core/oncall/incident.ts'
import { addressOf } from '../core/oncall/place-address.ts'
import type { CardPlace } from '../core/oncall/ports.ts'
import { cardKey } from './address.ts'
import { localeIn, settle as settleCards, type SettleDeps } from './settle.ts'
import { working } from './worth-trying.ts'

/** Does all that an incident owes: pages, cards, its timer, and then what stands under its cards. Again changes nothing. */
export async function settle(
  deps: SettleDeps,
  id: string,
  options: Parameters<typeof settleCards>[2] = {},
): Promise<void> {
  await settleCards(deps, id, options)
  if (options.card !== false) await followUp(deps, id)
}

/** What happened goes below the card: into its thread, or as replies to it, without a sound. */
async function followUp(deps: SettleDeps, id: string): Promise<void> {
  const incident = await deps.records.get(id)
  if (incident === undefined) return
  const owed = linesOwed(incident)
  const details = incident.detailed === true ? undefined : detailsReply(incident)
  if (owed.length === 0 && details === undefined) return
  for (const place of await working(deps, incident)) {
    if (details) await put(deps, { incident, place, key: 'd', reply: details })
    for (const { n, entry } of owed)
      await put(deps, { incident, place, key: `l${n}`, reply: lineReply(incident, entry) })
  }
  const { logged } = incident
  await deps.records.change(id, (now) => now && posted(now, logged, details !== undefined))
}

const posted = (incident: Incident, logged: number, detailed: boolean): Incident => ({
  ...incident,
  posted: Math.max(incident.posted ?? 0, logged),
  ...(detailed && { detailed }),
})

interface Under {
  readonly incident: Incident
  readonly place: CardPlace
  readonly key: string
  readonly reply: Reply
}

function put(deps: SettleDeps, { incident, place, key, reply }: Under): Promise<void> {
  const locale = localeIn(deps, place)
  const card = cardKey(incident.id, place)
  const thread = say(threadName(incident), locale)
  return deps.outbox.put({
    key: `${card}.${key}`,
    address: { ...addressOf(place), under: card, thread, quiet: true },
    reply: localise(reply, locale),
    final: true,
    first: true,
    kind: 'news',
  })
}

/** A thread has the id of the card it hangs on. */
export async function inThread(
  { records, store }: SettleDeps,
  { room, parent }: Place,
): Promise<Incident | undefined> {
  if (room === undefined || parent === undefined) return undefined
  const there = (await records.list()).flatMap((incident) =>
    incident.places
      .filter((place) => place.platform === 'discord' && place.room === parent)
      .map((place) => ({ incident, key: cardKey(incident.id, place) })),
  )
  const cards = await Promise.all(there.map(({ key }) => store.get(OUTBOX, key)))
  const at = cards.findIndex((card) => (card as OutboxRecord | undefined)?.ref?.message === room)
  return there[at]?.incident
}
