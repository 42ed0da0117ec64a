import { type Audit, bySystem } from '../audit.ts'

const HOUR_MS = 3_600_000
/** So many kinds are told apart; nobody can make more. */
const MOST = 40
const OTHER = 'other'

/** Requests over HTTP that were not from whom they said, in the record: the first of a kind at once, the rest as a number an hour. */
export interface Forgeries {
  /** `way`: where it came in, as `hooks grafana`; `why`: what was wrong with it. */
  readonly seen: (way: string, why: string) => void
  /** Writes down the numbers of hours that are over; all of them when the process ends. To be called as often as one likes. */
  readonly tend: (ends?: 'ends') => void
}

interface Kind {
  readonly way: string
  readonly why: string
  readonly since: number
  readonly more: number
}

/** Counts in memory: however many come, a process writes two entries a kind and hour at most. */
export function createForgeries({
  audit,
  now,
}: {
  readonly audit: Audit
  readonly now: () => number
}): Forgeries {
  const kinds = new Map<string, Kind>()
  const record = ({ way, why }: Pick<Kind, 'way' | 'why'>, detail: string) =>
    audit.record(bySystem('forged', { verb: way, actor: 'nobody', detail: `${why}${detail}` }))
  const close = (key: string, kind: Kind) => {
    if (kind.more > 0) record(kind, `, ${kind.more} more within an hour`)
    // One who goes on is told of once an hour; one who stopped is forgotten.
    if (kind.more > 0) kinds.set(key, { ...kind, since: now(), more: 0 })
    else kinds.delete(key)
  }
  const tend: Forgeries['tend'] = (ends) => {
    for (const [key, kind] of kinds)
      if (ends !== undefined || now() - kind.since >= HOUR_MS) close(key, kind)
  }
  return {
    tend,
    seen(given, why) {
      const way = kinds.size < MOST || kinds.has(`${given} ${why}`) ? given : OTHER
      const key = `${way} ${why}`
      const known = kinds.get(key)
      if (known !== undefined && now() - known.since >= HOUR_MS) close(key, known)
      const kind = kinds.get(key)
      if (kind === undefined) record({ way, why }, '')
      kinds.set(key, kind ? { ...kind, more: kind.more + 1 } : { way, why, since: now(), more: 0 })
    },
  }
}
