import type { Fly } from '../core/fly.ts'
import {
  type Draw,
  megabytes,
  type MemoryGraph,
  peakOf,
  sparkline,
  usedOf,
} from '../core/oncall/memory.ts'
import type { FoundMemory } from '../core/oncall/found.ts'
import type { Incident } from '../core/oncall/incident.ts'
import type { Log, Store } from '../core/ports.ts'
import { PICTURES } from '../core/reply.ts'

const HOUR_MS = 3_600_000
const STEP_SECONDS = 60
/** As long as the cards that show it. */
const KEEP_MS = 8 * 86_400_000

export interface MemoryDeps {
  readonly fly: Fly
  readonly store: Store
  readonly log: Log
  readonly clock: { readonly now: () => number }
  /** Where metrics are asked for when the app does not say whose it is. */
  readonly org?: string | undefined
  readonly draw: Draw
}
interface Asked {
  readonly app: string
  readonly incident: Incident
  readonly stop: AbortSignal
}

/** The last hour of the machine's memory, drawn; nothing where no machine is named or nothing was measured. */
export async function memoryOf(
  deps: MemoryDeps,
  { app, incident, stop }: Asked,
): Promise<FoundMemory | undefined> {
  const { machine, openedAt, alerts } = incident
  // Of an alert from elsewhere it may be any words.
  if (machine === null || !/^\w+$/.test(machine)) return undefined
  const { org, ...fly } = await orgOf(deps, app, stop)
  const until = deps.clock.now()
  const range = { from: until - HOUR_MS, to: until, stepSeconds: STEP_SECONDS }
  const series = async (name: string) => {
    const found = await fly.metrics(org, `${name}{app="${app}",instance="${machine}"}`, range)
    return found[0]?.points ?? []
  }
  const [total, free] = await Promise.all([
    series('fly_instance_memory_mem_total'),
    series('fly_instance_memory_mem_available'),
  ])
  const used = usedOf(total, free)
  const size = total.at(-1)?.[1]
  if (used.length < 2 || size === undefined) return undefined
  const since = Math.min(openedAt, alerts.at(-1)?.since ?? openedAt)
  return shown(deps, incident, { machine, used, total: size, since })
}

async function orgOf({ fly, org }: MemoryDeps, app: string, stop: AbortSignal) {
  const here = fly.with(stop)
  const known = org ?? (await here.app(app)).org ?? 'personal'
  return { org: known, metrics: here.metrics }
}

/** The picture is kept beside the incident; without one its line of text stands alone. */
export async function shown(
  { store, draw, log }: Pick<MemoryDeps, 'store' | 'draw' | 'log'>,
  { id }: Pick<Incident, 'id'>,
  graph: MemoryGraph,
): Promise<FoundMemory> {
  const picture = `${id}-memory.png`
  const drawn = await draw(graph).then(
    (png) => store.put(PICTURES, picture, png.toString('base64'), { ttlMs: KEEP_MS }),
    (error: unknown) => {
      log.warn({ err: error, incident: id }, 'the memory graph could not be drawn')
      return null
    },
  )
  return {
    spark: sparkline(graph),
    peakMb: megabytes(peakOf(graph)),
    totalMb: megabytes(graph.total),
    picture: drawn === null ? null : picture,
  }
}
