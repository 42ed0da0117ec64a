import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../src/app.ts'
import { renderConsole } from '../src/chat/console/render.ts'
import { createRepl } from '../src/chat/console/repl.ts'
import { systemClock as clock } from '../src/clock.ts'
import { loadConfig } from '../src/config/load.ts'
import { openEngine } from '../src/engine.ts'
import { start } from '../src/lifecycle.ts'
import { loadCommands } from '../src/load-commands.ts'
import { createLog } from '../src/log.ts'
import { openSession } from '../src/session.ts'
import { BREAKAGES, type Mend } from './demo/faults.ts'
import { startFakeFly } from './fakes/fly/fake-fly.ts'

const stateDir = await mkdtemp(join(tmpdir(), 'openclaw-ops-demo-'))
const fly = await startFakeFly({ runtime: 'process', rateLimits: false })
const { machine } = await fly.deployOpenclaw({
  env: { FAKE_OPENCLAW_CHANNELS: 'discord,telegram' },
})
await fly.untilLog('my-openclaw', /\[gateway\] ready/)

const loaded = loadConfig(
  {
    OPS_APPS: 'my-openclaw',
    OPS_STATE_DIR: stateDir,
    OPS_LOCALE: process.env['OPS_LOCALE'],
    FLY_API_TOKEN: fly.token,
    FLY_API_URL: fly.url,
    FLY_PLATFORM_URL: fly.platformUrl,
  },
  { mode: 'demo' },
)
if (!loaded.ok) throw new Error('the demo is not configured')
const { config } = loaded
const log = createLog({ level: 'error', destination: process.stderr })
const engine = await openEngine({ config, clock, log })
const app = await createApp({ config, engine, registry: await loadCommands(), clock, log })
const write = (text: string) => void process.stdout.write(`${text}\n`)
const talk = openSession(app, {
  clock,
  surface: 'console',
  onProgress: (said) => write(renderConsole(said)),
})
const running = await start(app, { http: undefined, clock, log })
const mends: Mend[] = []
const repl = createRepl({ talk, write, input: process.stdin, extra: demoWord })
if (process.stdin.isTTY) write(welcome())
const good = await repl.run()
await running.stop()
await fly.close().catch(() => {})
await rm(stateDir, { recursive: true, force: true })
process.exit(good ? 0 : 1)

/** The demo's own words: what can be broken, breaking it, and taking that back. */
async function demoWord(words: string): Promise<string | undefined> {
  const [verb, what = ''] = words.toLowerCase().split(/\s+/)
  if (verb === 'demo') return list()
  if (verb === 'mend') {
    for (const mend of mends.splice(0)) await mend?.()
    return 'Taken back what was broken; a machine that stopped stays stopped.'
  }
  if (verb !== 'break') return undefined
  const breakage = BREAKAGES[what]
  if (breakage === undefined) return list()
  mends.push(await breakage.cause(fly, machine.id))
  return `Broken: ${breakage.about}. See what status says.`
}

function list(): string {
  const rows = Object.entries(BREAKAGES).map(
    ([name, { about }]) => `  break ${name.padEnd(6)} ${about}`,
  )
  return ['You can break this deployment:', ...rows, '  mend         take all of that back'].join(
    '\n',
  )
}

function welcome(): string {
  return [
    'A simulated Fly.io with one running OpenClaw gateway, and the bot on it. No account is used.',
    'Try: status, help, cost, connect, demo. A number presses a button. exit ends it.',
  ].join('\n')
}
