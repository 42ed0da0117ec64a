import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { tokenOf } from './auth.ts'
import { changes, load } from './config.ts'
import type { Loaded } from './config.ts'
import type { Run } from './runtime.ts'

const SETTLE_MS = 40
const HOT = [
  'gateway.auth.token',
  'gateway.auth.password',
  'gateway.auth.rateLimit',
  'gateway.trustedProxies',
  'gateway.controlUi',
]

export interface ReloadDeps {
  readonly run: () => Run
  readonly closeSockets: (code: number, reason: string) => void
  readonly restart: (reason: string) => void
}

const needsRestart = (path: string) =>
  path.startsWith('gateway') && !HOT.some((hot) => path === hot || path.startsWith(`${hot}.`))

/** Makes of a newly read file what the gateway does: refuse it, take it over, or restart for it. */
function apply(deps: ReloadDeps, found: Loaded): void {
  const run = deps.run()
  const { log } = run.settings
  if (found.kind === 'missing')
    return log.err('reload', 'config reload skipped (config file not found)')
  if (found.kind === 'invalid')
    return log.err(
      'reload',
      `config reload skipped (invalid config): ${found.path}: ${found.message}`,
    )
  const paths = changes(run.config, found.config)
  if (paths.length === 0) return
  log.out('reload', `config change detected; evaluating reload (${paths.join(', ')})`)
  const token = tokenOf(run)
  run.config = found.config
  const cold = paths.filter(needsRestart).join(', ')
  if (cold !== '') {
    log.err('reload', `config change requires gateway restart (${cold}) — preparing`)
    return deps.restart(`config reload: ${cold}`)
  }
  log.out('reload', `config hot reload applied (${paths.join(', ')})`)
  if (tokenOf(run) !== token) deps.closeSockets(4001, 'gateway auth changed')
}

async function look(deps: ReloadDeps): Promise<void> {
  const { configPath, behaviour, log } = deps.run().settings
  for (const attempt of [1, 2]) {
    const found = load(configPath, behaviour.strictChannels)
    if (found.kind !== 'missing') return apply(deps, found)
    log.out('reload', `config reload retry (${attempt}/2): config file not found`)
    await sleep(SETTLE_MS)
  }
  apply(deps, load(configPath, behaviour.strictChannels))
}

/** Watches the config file, from before the start on so that no change after "ready" is missed. */
export function watchConfig(deps: ReloadDeps): void {
  const { configPath } = deps.run().settings
  const waiting: { timer: NodeJS.Timeout | undefined } = { timer: undefined }
  const soon = () => {
    clearTimeout(waiting.timer)
    // What changes during a start is looked at when it is over.
    const when = () => (deps.run().phase === 'starting' ? soon() : void look(deps))
    waiting.timer = setTimeout(when, SETTLE_MS)
  }
  watch(dirname(configPath), (_event, name) => {
    if (name === basename(configPath)) soon()
  }).unref()
}
