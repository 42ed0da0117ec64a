import { createApp } from './app.ts'
import { systemClock as clock } from './clock.ts'
import { loadConfig } from './config/load.ts'
import { formatProblems } from './config/problem.ts'
import { openEngine } from './engine.ts'
import { register } from './lifecycle.ts'
import { loadCommands } from './load-commands.ts'
import { createLog } from './log.ts'

const loaded = loadConfig(process.env)
if (!loaded.ok) {
  process.stderr.write(`${formatProblems(loaded.problems)}\n`)
  process.exit(78)
}
const { config } = loaded
const log = createLog({ level: 'info', destination: process.stderr })
for (const secret of loaded.secrets) log.hide(secret.reveal())
const engine = await openEngine({ config, clock, log })
const app = await createApp({ config, engine, registry: await loadCommands(), clock, log })
const done = await register(app, log)
await engine.close()
process.exit(done ? 0 : 1)
