import type { Run, Settings } from './runtime.ts'

const PLUGINS =
  'anthropic, browser, canvas, cua-computer, device-pair, file-transfer, geolocation, github, linux-node, memory-core, ollama, openai, talk-voice, xai'
const BUDGET =
  'drain=315000ms shutdown=325000ms reserve=10000ms exitMargin=5000ms; source=Gateway stop policy=330000ms'

const logFile = () =>
  `log file: /tmp/openclaw/openclaw-${new Date().toISOString().slice(0, 10)}.log`

const OUTCOMES =
  'startup outcomes: internal-hooks=skipped (not-configured); internal-startup-hook=skipped (no-handlers-loaded); gateway-start-hooks=scheduled; gmail-watcher=skipped (hooks-disabled); gmail-model=skipped (not-configured)'

/** What a restart or stop says when everything is closed. */
const CLEAN = 'completed cleanly in 1ms'

/** The lines of a start, in the order they were recorded. */
export const lines = {
  budget: ({ behaviour, log }: Settings, when: 'startup' | 'shutdown'): void => {
    if (behaviour.budgetLine) log.out('gateway', `shutdown budget at ${when}: ${BUDGET}`)
  },
  broker: ({ behaviour, log }: Settings): void => {
    if (behaviour.budgetLine) log.out('gateway', `spawn broker ready pid=${process.pid + 1}`)
  },
  exposed: ({ bind, log }: Settings): void => {
    if (bind === 'loopback') return
    log.err(
      'gateway',
      '⚠️  Gateway is binding to a non-loopback address. Ensure authentication is configured before exposing to public networks.',
    )
  },
  listeningOld: ({ settings }: Run): void => {
    const { log, bind, port } = settings
    const host = bind === 'loopback' ? '127.0.0.1' : '0.0.0.0'
    log.out('heartbeat', 'started')
    log.out('gateway', 'agent model: anthropic/claude-opus-4-5')
    log.out('gateway', `listening on ws://${host}:${port} (PID ${process.pid})`)
    log.out('gateway', logFile())
    log.out('browser/service', 'Browser control service ready (profiles=2)')
  },
  listening: ({ settings, startedAt }: Run): void => {
    const { log } = settings
    const took = ((Date.now() - startedAt) / 1000).toFixed(1)
    log.out(
      'health-monitor',
      'started (interval: 300s, startup-grace: 60s, channel-connect-grace: 120s)',
    )
    lines.exposed(settings)
    log.out('gateway', 'agent model: openai/gpt-6-astra (thinking=medium, fast=off)')
    log.out('gateway', `http server listening (14 plugins: ${PLUGINS}; ${took}s)`)
    log.out('gateway', logFile())
  },
  ready: ({ settings: { log, behaviour } }: Run): void => {
    if (behaviour.outcomes) log.out('gateway', OUTCOMES)
    log.out('gateway', 'ready')
    log.out('heartbeat', 'started')
  },
  stopping: (settings: Settings, signal: string): void => {
    const { log } = settings
    closing(settings, `stop (${signal})`, signal)
    log.out('gateway', `received ${signal}; shutting down`)
    if (tells(settings)) log.out('shutdown', 'started: gateway stopping')
  },
  stopped: ({ behaviour, log }: Settings): void => {
    if (behaviour.announce === 'ready') log.out('shutdown', CLEAN)
  },
  restarting: (settings: Settings, reason: string): void => {
    const { behaviour, log } = settings
    const signal = behaviour.sigusr2 === 'restarts' ? 'SIGUSR2' : 'SIGUSR1'
    const detail = reason === signal ? signal : `${signal}: ${reason}`
    if (behaviour.closing !== 'signal') log.out('admission', 'closed: restart-signal fence')
    closing(settings, `restart (${detail})`, signal)
    log.out('gateway', `received ${signal}; restarting`)
    if (tells(settings)) log.out('shutdown', 'started: gateway restarting')
  },
  restarted: ({ log }: Settings): void => {
    log.out('shutdown', CLEAN)
    log.out(
      'gateway',
      'restart mode: in-process restart (container: use in-process restart to keep PID 1 alive)',
    )
  },
}

/** The releases between the oldest and those that close their admission tell that a shutdown begins. */
const tells = ({ behaviour }: Settings): boolean =>
  behaviour.closing === 'signal' && behaviour.announce === 'ready'

function closing({ behaviour, log }: Settings, what: string, signal: string): void {
  switch (behaviour.closing) {
    case 'signal':
      return log.out('gateway', `signal ${signal} received`)
    case 'admission':
      return log.out('admission', 'closed: restart drain')
    case 'reason':
      return log.out('admission', `closed: ${what}`)
  }
}
