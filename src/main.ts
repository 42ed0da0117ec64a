import { systemClock as clock } from './clock.ts'
import { toldToStop } from './stopping.ts'

// Before the rest is loaded, which takes the longest part of a start: it can be stopped at any moment.
const told = toldToStop({ signals: process, clock, force: () => process.exit(1) })
const { run } = await import('./run.ts')
process.exit(await run(process.env, told))
