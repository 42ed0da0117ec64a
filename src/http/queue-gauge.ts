import { Gauge, type Registry } from 'prom-client'
import type { JobQueue, Log } from '../core/ports.ts'
import { within } from './deadline.ts'
import { boundedLabel, PREFIX } from './labels.ts'

interface Options {
  readonly registers: Registry[]
  readonly queueCounts: JobQueue['counts']
  readonly log: Log
}

const STATES = ['waiting', 'active', 'delayed'] as const
const COUNTS_MS = 1000
type Counts = Awaited<ReturnType<JobQueue['counts']>>

/** Jobs by lane and state, counted when scraped. When the queue gives no counts there are none, not old ones. */
export function queueGauge({ registers, queueCounts, log }: Options): void {
  const lanes = boundedLabel(200)
  new Gauge({
    name: `${PREFIX}queue_jobs`,
    help: 'Jobs in the queue, by lane and state.',
    labelNames: ['lane', 'state'],
    registers,
    async collect() {
      const counts = await within<Counts>(COUNTS_MS, queueCounts(), () => ({})).catch(
        (error: unknown) => {
          log.warn({ error }, 'The queue could not be counted.')
          return {}
        },
      )
      this.reset()
      for (const [name, count] of Object.entries(counts))
        for (const state of STATES) this.inc({ lane: lanes(name), state }, count[state])
    },
  })
}
