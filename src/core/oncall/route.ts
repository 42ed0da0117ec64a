import type { Alert, Severity } from './alert.ts'
import type { CardPlace } from './ports.ts'

/** The receivers of CONTRACT §4: each takes alerts at an address of its own. */
export const RECEIVERS = [
  'alertmanager',
  'grafana',
  'pagerduty',
  'sentry',
  'healthchecks',
  'uptime-kuma',
  'uptimerobot',
  'netdata',
  'events',
  'generic',
] as const
export type Receiver = (typeof RECEIVERS)[number]
export const isReceiver = (source: string): source is Receiver =>
  RECEIVERS.some((known) => known === source)

/** What a route may be for: the bot's own watcher, a receiver, everything. */
export const SOURCES = ['watch', ...RECEIVERS, '*'] as const
export type Source = (typeof SOURCES)[number]

export const SEVERITIES = ['info', 'warning', 'critical'] as const satisfies readonly Severity[]

/** Alerts from a source, of at least a severity, about an app or all of them, are shown in a place. */
export interface Route {
  readonly source: Source
  readonly severity: Severity
  readonly app: string
  readonly place: CardPlace
  readonly by: string
  readonly at: number
}

type Asked = Pick<Alert, 'source' | 'app' | 'severity'>

/** What is no source of CONTRACT §3 (a drill, a test) goes where the watcher's alerts go: that is what it rehearses. */
const sourceOf = (source: string): string => (isReceiver(source) ? source : 'watch')

export const matches = (route: Route, { source, app, severity }: Asked): boolean =>
  (route.source === '*' || route.source === sourceOf(source)) &&
  // What is about no app in particular concerns everybody.
  (route.app === '*' || app === null || route.app === app) &&
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(route.severity)

/** The places of all routes that match, each once; without one the fall-back places, so that nothing is lost. */
export function placesFor(
  routes: readonly Route[],
  otherwise: readonly CardPlace[],
  asked: Asked,
): readonly CardPlace[] {
  const found = routes.filter((route) => matches(route, asked)).map(({ place }) => place)
  return once(found.length > 0 ? found : otherwise)
}

export const roomKey = ({ platform, space, room }: CardPlace): string =>
  room === null ? `${platform}:${space}` : `${platform}:${space}/${room}`

export const once = (places: readonly CardPlace[]): readonly CardPlace[] =>
  places.filter((place, n) => places.findIndex((one) => roomKey(one) === roomKey(place)) === n)

/** Where a person is told things alone: on every platform the talk goes by the person's own id. */
export function privateTalk(person: string): CardPlace | undefined {
  const [, platform, space = ''] = /^(discord|telegram):(\d+)$/.exec(person) ?? []
  if (platform === undefined) return undefined
  return { platform: platform === 'discord' ? 'discord' : 'telegram', space, room: null }
}

/** The talks of the owners: where alerts go that nobody routed. */
export const ownersTalks = (owners: readonly string[]): readonly CardPlace[] =>
  owners.flatMap((owner) => privateTalk(owner) ?? [])
