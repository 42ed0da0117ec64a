import type { Entry, Health, Store } from '../ports.ts'
import { tr, type Text, utc } from '../text.ts'
import type { CardPlace } from './ports.ts'
import { roomKey } from './route.ts'

/** A place whose platform takes no cards there. */
export interface Failing {
  readonly place: CardPlace
  /** The platform's own words. */
  readonly why: string
  readonly since: number
  /** Tries in a row that the place itself is to blame for, and when the last one began; left out: none. */
  readonly tries?: number
  readonly triedAt?: number
  /** The incident that could not be shown. */
  readonly incident: string
  /** Owners know of it. */
  readonly told?: boolean
}

const REST_MS = 60_000
const LONGEST_MS = 1_800_000

/** Whether it is worth a try: after a minute, and later and later. */
export const isRested = ({ tries = 0, triedAt = 0 }: Failing, now: number): boolean =>
  tries === 0 || now - triedAt >= Math.min(LONGEST_MS, REST_MS * 2 ** (tries - 1))

/** By the place's `keyOf`; gone when a card is taken there again. */
export const FAILING = 'place-failing'
/** A place that shows nothing for so long is forgotten as failing. */
export const FAILING_KEEP_MS = 7 * 86_400_000

export async function readFailing(store: Pick<Store, 'list'>): Promise<readonly Failing[]> {
  const entries = await store.list(FAILING, { limit: 200 })
  return entries.map(({ value }: Entry) => value as Failing)
}

/** The failure of a place, where there is one. */
export const failureAt = (failing: readonly Failing[], place: CardPlace): Failing | undefined =>
  failing.find((one) => roomKey(one.place) === roomKey(place))

export const failureWords = ({ since, why }: Failing): Text =>
  tr(`takes no cards since ${utc(since)}: ${why}`, `自 ${utc(since)} 起無法顯示卡片：${why}`)

/** Rooms of routes that take no cards, beside how the platforms are. */
export function withFailing(health: Health, failing: readonly Failing[]): Health {
  if (failing.length === 0) return health
  const said = failing.map(
    ({ place, since, why }) => `${roomKey(place)} takes no cards since ${utc(since)}: ${why}.`,
  )
  return { ok: false, detail: [health.detail, ...said].join(' ') }
}
