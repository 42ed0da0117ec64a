import { actorKey, placeKey } from './access.ts'
import { type Bucket, createBuckets } from './buckets.ts'
import type { Invocation } from './invocation.ts'

type Request = Pick<Invocation, 'actor' | 'place'>

const MINUTE = 60_000
const HOUR = 3_600_000

/**
 * Set on 2026-11-22, by what people were seen to do by hand: reading, asking and confirming in a hurry makes up to twelve commands a
 * minute; a person in an incident presses more than they type. Owners get three times as much, for they clean up after others. All of
 * it is counted in memory, a process each: nothing stands before the acknowledgement, and a restart forgets it.
 */
export const LIMITS = {
  /** A command each three seconds for a minute; a script that loops is past it at once. */
  commands: { size: 20, perMs: MINUTE },
  ownerCommands: { size: 60, perMs: MINUTE },
  /** Acknowledging, silencing and noting a storm of alerts one by one must go through. */
  alerts: { size: 120, perMs: MINUTE },
  presses: { size: 40, perMs: MINUTE },
  ownerPresses: { size: 120, perMs: MINUTE },
  /** Typing errors happen; each refusal is a message, a line in the log and an entry of the audit. */
  failures: { size: 6, perMs: MINUTE },
  /** Over all people in a place: many accounts of one stranger count as one. */
  placeFailures: { size: 30, perMs: MINUTE },
  /** Over all people, of what was admitted: six busy people. Owners are not counted. */
  place: { size: 120, perMs: MINUTE },
  /** Fly bears one request a second for each machine and action; a command makes several. */
  app: { size: 60, perMs: MINUTE },
  /** A secret is revealed after a rotation or a launch: a few a day. */
  reveals: { size: 10, perMs: HOUR },
} as const satisfies Readonly<Record<string, Bucket>>

/** Answers to alerts, which nobody may be kept from. */
const ALERTS = /^oncall (?:alerts|ack|resolve|silence|unsilence|note|who|page)$/

/** No more for now: `first` when it was not said yet since things went too fast. */
export interface Slower {
  readonly first: boolean
  /** When one more will be let through, in ms from now. */
  readonly waitMs: number
}

/** How much people, places and apps may take. Synchronous, and bounded in memory. */
export interface Limits {
  /** Before anything is read of a command or looked up for a press. */
  readonly ask: (request: Request & { readonly command?: string }) => Slower | undefined
  /** Whether one more refusal would be too many; counts nothing. */
  readonly spent: (request: Request) => boolean
  /** It was refused. */
  readonly refused: (request: Request) => Slower | undefined
  /** It would run, on this app. */
  readonly admitted: (
    request: Request & { readonly command?: string },
    app: string | null,
  ) => Slower | undefined
  readonly reveal: (request: Request) => Slower | undefined
}

export function createLimits(deps: {
  readonly now: () => number
  readonly isOwner: (actor: Invocation['actor']) => boolean
}): Limits {
  const buckets = createBuckets(deps.now)
  // The local console is the owner's own, and scripts type there.
  const free = ({ actor }: Request) => actor.platform === 'console'
  const take = (kind: keyof typeof LIMITS, key: string) =>
    buckets.take(`${kind} ${key}`, LIMITS[kind])
  const refusals = ({ actor, place }: Request) =>
    [
      ['failures', actorKey(actor)],
      ['placeFailures', placeKey(place)],
    ] as const
  return {
    ask(request) {
      if (free(request)) return undefined
      const { actor, command } = request
      const owner = deps.isOwner(actor)
      if (command === undefined) return take(owner ? 'ownerPresses' : 'presses', actorKey(actor))
      if (ALERTS.test(command)) return take('alerts', actorKey(actor))
      return take(owner ? 'ownerCommands' : 'commands', actorKey(actor))
    },
    spent: (request) =>
      !free(request) &&
      refusals(request).some(([kind, key]) => buckets.isEmpty(`${kind} ${key}`, LIMITS[kind])),
    refused(request) {
      if (free(request)) return undefined
      const slower = refusals(request).map(([kind, key]) => take(kind, key))
      return slower.find((one) => one !== undefined)
    },
    admitted(request, app) {
      const { actor, place, command = '' } = request
      if (free(request) || deps.isOwner(actor) || ALERTS.test(command)) return undefined
      return take('place', placeKey(place)) ?? (app === null ? undefined : take('app', app))
    },
    reveal: (request) => (free(request) ? undefined : take('reveals', actorKey(request.actor))),
  }
}
