import type { Gateway } from './gateway.ts'
import type { Settings } from './runtime.ts'

/** Connects signals as each version does: stop cleanly, restart within the process, ignore, or open the inspector. */
export function onSignals(gateway: Gateway, settings: Settings): void {
  const { behaviour, log } = settings
  const stop = (signal: string) => void gateway.stop(signal).then(() => process.exit(0))
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  if (behaviour.sigusr2 === 'restarts') process.on('SIGUSR2', () => void gateway.restart('SIGUSR2'))
  // Node would really open its inspector on a port of the host; the stand-in only says so.
  process.on('SIGUSR1', () => {
    if (behaviour.sigusr1 === 'restarts') return void gateway.restart('SIGUSR1')
    if (behaviour.sigusr1 === 'inspector') {
      log.raw('Debugger listening on ws://127.0.0.1:9229/c8b0c36f-0944-4679-903e-689d28e86c8c')
      return log.raw('For help, see: https://nodejs.org/learn/getting-started/debugging')
    }
    log.out('gateway', 'signal SIGUSR1 received')
    log.err(
      'gateway',
      'SIGUSR1 restart ignored (not authorized; enable commands.restart or use gateway tool).',
    )
  })
}
