import type { Config } from './config/config.ts'
import type { AcceptDeps } from './core/accept-deps.ts'
import { createButtons } from './core/buttons.ts'
import type { JobQueue } from './core/ports.ts'
import type { DeskParts } from './desk.ts'
import { createOncall, type OncallParts } from './oncall/index.ts'

type Deps = Omit<AcceptDeps, 'buttons'> & {
  readonly config: Pick<Config, 'locale' | 'owners'>
  readonly queue: Pick<JobQueue, 'enqueue'>
  readonly rota: DeskParts
}

/** Incidents in this process. A card is for whoever comes by, so it shows every button there is a command for; presses are decided about. */
export function createIncidents(deps: Deps): OncallParts {
  const { config, rota, registry } = deps
  const { people, routes } = rota.desk
  const buttons = createButtons({
    ...deps,
    may: (intent) => intent.do !== 'run' || registry.has(intent.command),
  })
  const { locale, owners } = config
  return createOncall({ ...deps, buttons, locale, owners, people, routes })
}
