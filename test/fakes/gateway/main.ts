import { enterApp } from './app.ts'
import { behaviourOf } from './behaviour.ts'
import { flagOf } from './flags.ts'
import { createGateway } from './gateway.ts'
import { createLog } from './log.ts'
import { pathsOf } from './runtime.ts'
import type { Env, Settings } from './runtime.ts'
import { onSignals } from './signals.ts'

// A stand-in for the OpenClaw gateway and for the few of its commands that are used inside a machine. Besides the real
// program's variables it reads:
//   FAKE_OPENCLAW_VERSION    whose behaviour it has (nearest older recorded one); 2026.9.6 when left out
//   FAKE_OPENCLAW_START_MS   how long a start takes, 30 when left out
//   FAKE_OPENCLAW_LISTEN_MS  when in that time the port opens, half of it when left out
//   FAKE_OPENCLAW_CHANNELS   channels it has, e.g. discord,telegram; those of its config when left out
//   FAKE_OPENCLAW_CONTROL    directory of its levers, $OPENCLAW_STATE_DIR/.fake when left out
// Levers are empty files. Once: oom, freeze, crash. While they are there: hang (until the next start), html, busy,
// channels-down. By version: fails-<version> (its starts end at once), migrates-<version> (its start leaves a state that
// older versions refuse).
const argv = process.argv.slice(2)
const env: Env = { ...process.env }
const behaviour = behaviourOf(env['FAKE_OPENCLAW_VERSION'])

async function gateway(): Promise<void> {
  const rawPort = flagOf(argv, '--port') ?? env['OPENCLAW_GATEWAY_PORT'] ?? '18789'
  const settings: Settings = {
    behaviour,
    env,
    log: createLog(behaviour),
    ...pathsOf(env),
    port: Number(rawPort),
    bind: flagOf(argv, '--bind') ?? 'loopback',
    allowUnconfigured: argv.includes('--allow-unconfigured'),
  }
  enterApp(settings)
  const one = createGateway(settings)
  onSignals(one, settings)
  await one.start(rawPort)
}

const words = argv.filter((word) => !word.startsWith('--'))
if (argv.includes('--version')) {
  process.stdout.write(`OpenClaw ${behaviour.version} (${behaviour.commit})\n`)
} else if (words[0] === 'gateway' && !['health', 'call'].includes(words[1] ?? '')) {
  await gateway()
} else {
  const { runCli } = await import('./cli.ts')
  process.exitCode = await runCli({ argv, env, behaviour })
}
