import { createApp } from './app.ts'
import { systemClock as clock } from './clock.ts'
import { loadConfig } from './config/load.ts'
import { formatProblems, inOneLine } from './config/problem.ts'
import { OpsError } from './core/errors.ts'
import { openEngine } from './engine.ts'
import { register } from './lifecycle.ts'
import { loadCommands } from './load-commands.ts'
import { createLog } from './log.ts'

const BAD_CONFIG = 78

const loaded = loadConfig(process.env)
if (!loaded.ok) {
  process.stderr.write(`${formatProblems(loaded.problems, loaded.locale)}\n`)
  process.exit(BAD_CONFIG)
}
const { config } = loaded
const log = createLog({ level: 'info', destination: process.stderr })
for (const secret of loaded.secrets) log.hide(secret.reveal())
process.exit(await main())

async function main(): Promise<number> {
  try {
    const engine = await openEngine({ config, clock, log })
    const app = await createApp({ config, engine, registry: await loadCommands(), clock, log })
    const done = await register(app, log)
    await engine.close()
    return done ? 0 : 1
  } catch (error) {
    if (!(error instanceof OpsError)) throw error
    process.stderr.write(`${inOneLine(error, config.locale)}\n`)
    return BAD_CONFIG
  }
}
