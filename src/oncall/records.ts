import { createHash } from 'node:crypto'
import type { Alert } from '../core/oncall/alert.ts'
import { nextId, shortKey } from '../core/oncall/incident-alert.ts'
import type { Incident } from '../core/oncall/incident.ts'
import type { Clock, Store } from '../core/ports.ts'

const BUCKET = 'incident'
/** Which incident a group is at. */
const GROUP = 'incident-group'
/** What takes others with it, while it lasts. */
const DOWN = 'incident-down'
const KEEP_MS = 30 * 86_400_000
const LISTED = 300
/** Ids tried before it is given up that one is free. */
const SALTS = 64

/** Incidents in the store. */
export interface Records {
  readonly get: (id: string) => Promise<Incident | undefined>
  /** Newest first. */
  readonly list: () => Promise<readonly Incident[]>
  /** Changes or begins the record; a change that gives back what it got writes nothing. Gives what is stored then. */
  readonly change: (
    id: string,
    change: (incident: Incident | undefined) => Incident | undefined,
  ) => Promise<Incident | undefined>
  /** The incident this alert belongs to: the group's, or a new one when that is over. Nothing when it has been told of before. */
  readonly idFor: (alert: Alert) => Promise<string | undefined>
  /** What keeps others quiet. */
  readonly downs: () => Promise<readonly Down[]>
  readonly markDown: (incident: Incident) => Promise<void>
}

interface Down {
  readonly id: string
  readonly app: string | null
  readonly machine: string | null
}

export function createRecords({
  store,
  clock,
}: {
  readonly store: Store
  readonly clock: Pick<Clock, 'now'>
}): Records {
  const get = async (id: string) => (await store.get(BUCKET, id)) as Incident | undefined
  return {
    get,
    async list() {
      const entries = await store.list(BUCKET, { limit: LISTED, newestFirst: true })
      return entries.map(({ value }) => value as Incident)
    },
    async change(id, change) {
      const written = await store.update(
        BUCKET,
        id,
        (current) => {
          const next = change(current as Incident | undefined)
          return next === current ? undefined : next
        },
        { ttlMs: KEEP_MS },
      )
      return written as Incident | undefined
    },
    async idFor(alert) {
      const key = createHash('sha256').update(alert.group).digest('base64url')
      const at = (await store.get(GROUP, key)) as string | undefined
      const current = at === undefined ? undefined : await get(at)
      if (at !== undefined && current?.closed !== true) return at
      if (current && wasTold(current, alert)) return undefined
      if (alert.status === 'resolved') return undefined
      const id = await freeId(get, alert.group, at ?? '')
      const set = (now: unknown) => (now === at ? id : undefined)
      return (await store.update(GROUP, key, set, { ttlMs: KEEP_MS })) as string
    },
    async downs() {
      const entries = await store.list(DOWN, { limit: LISTED, newestFirst: true })
      return entries.map(({ value }) => value as Down)
    },
    async markDown({ id, app, machine, state, down }) {
      if (!down) return
      if (state === 'resolved') await store.remove(DOWN, id)
      else
        await store.create(DOWN, id, { id, app, machine }, { ttlMs: KEEP_MS, order: clock.now() })
    },
  }
}

const wasTold = ({ told }: Incident, { key, at }: Alert): boolean =>
  told.some((one) => one.key === shortKey(key) && one.at >= at)

/** Six characters are too few to be unique, so a taken id gives way to the next one. */
async function freeId(get: Records['get'], group: string, before: string): Promise<string> {
  for (let salt = 0; salt < SALTS; salt++) {
    const id = nextId(group, before, salt)
    const there = await get(id)
    if (there === undefined || (there.group === group && !there.closed)) return id
  }
  throw new Error('no free incident id was found')
}
