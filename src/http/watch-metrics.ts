import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { WatchMetrics } from '../core/ports.ts'
import { PREFIX } from './labels.ts'

const LATE_SECONDS = [0.1, 0.5, 1, 2, 5, 15, 60]

/** How the bot's own look-out goes. */
export function watchMetrics(registers: Registry[]): WatchMetrics {
  const looks = new Counter({
    name: `${PREFIX}watch_looks_total`,
    help: 'Looks at watched apps, by whether their machines were seen.',
    labelNames: ['result'],
    registers,
  })
  const late = new Histogram({
    name: `${PREFIX}watch_lag_seconds`,
    help: 'How much later than planned a look began.',
    buckets: LATE_SECONDS,
    registers,
  })
  const apps = new Gauge({
    name: `${PREFIX}watch_apps`,
    help: 'Apps that this process watches, and those of them that it can’t see.',
    labelNames: ['state'],
    registers,
  })
  return {
    watchLook(result, lateSeconds) {
      looks.inc({ result })
      late.observe(lateSeconds)
    },
    watched(all, blind) {
      apps.set({ state: 'watched' }, all)
      apps.set({ state: 'blind' }, blind)
    },
  }
}
