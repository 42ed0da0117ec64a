import { systemClock as clock } from '../../src/clock.ts'
import type { EngineSettings } from '../../src/engine.ts'
import { run } from '../../src/run.ts'
import { toldToStop } from '../../src/stopping.ts'

/* `src/main.ts` with times of the engine that its argument shortens. */
const settings = JSON.parse(process.argv[2] ?? '{}') as EngineSettings
const told = toldToStop({ signals: process, clock, force: () => process.exit(1) })
process.exit(await run(process.env, told, settings))
