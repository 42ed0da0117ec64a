import { hostname, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Config } from './config/config.ts'
import type { Self } from './core/own-machine.ts'
import type { Clock } from './core/ports.ts'
import { createPresence, type Presence } from './core/processes.ts'
import type { Engine } from './engine.ts'
import { version } from './version.ts'

/** What this process knows of itself, and how it lets the others know. */
export function createSelf(deps: {
  readonly config: Config
  readonly engine: Engine
  readonly clock: Clock
}): { readonly self: Self; readonly presence: Presence } {
  const { config, engine, clock } = deps
  const { app = null, machine = null, region = null } = config.self ?? {}
  const about = {
    app,
    machine: machine ?? null,
    region: region ?? null,
    role: config.role,
    version,
    boot: engine.owner,
    startedAt: clock.now(),
  }
  const place = `${machine ?? hostname()}.${config.role}`
  const presence = createPresence({ ...deps, store: engine.store, about: { ...about, place } })
  return {
    presence,
    self: {
      ...about,
      engine: engine.name,
      root: fileURLToPath(new URL('../', import.meta.url)),
      memory: () => ({ rssBytes: process.memoryUsage.rss(), limitBytes: limit() }),
      queue: engine.queue.counts,
      before: presence.before,
    },
  }
}

/** A container may have less than its machine. */
function limit(): number {
  const own = process.constrainedMemory()
  return own > 0 ? Math.min(own, totalmem()) : totalmem()
}
