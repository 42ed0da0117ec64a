import type { Config } from './config/config.ts'
import type { AcceptDeps } from './core/accept-deps.ts'
import type { Desk } from './core/oncall/desk.ts'
import type { Hooks } from './core/oncall/hooks.ts'
import type { JobQueue } from './core/ports.ts'
import { createPeople } from './oncall/people.ts'
import { type RouteBook, createRoutes } from './oncall/routes.ts'
import { createShifts, type Shifts } from './oncall/shifts.ts'

/** Who is on call, who hears of what, and where alerts come in: one of each in a process. */
export interface DeskParts {
  readonly desk: Desk
  readonly routes: RouteBook
  readonly shifts: Shifts
}

type Deps = Pick<
  AcceptDeps,
  'store' | 'access' | 'outbox' | 'registry' | 'clock' | 'log' | 'settings'
> & {
  readonly config: Pick<Config, 'locale'>
  readonly queue: Pick<JobQueue, 'enqueue'>
  readonly hooks: Hooks
}

export function createDesk(deps: Deps): DeskParts {
  const { access, outbox, registry, config, hooks, settings } = deps
  const { locale } = config
  const routes = createRoutes(deps)
  const people = createPeople(deps)
  return {
    desk: { access, outbox, people, routes, hooks, registry, locale, settings },
    routes,
    shifts: createShifts({ ...deps, routes, locale }),
  }
}
