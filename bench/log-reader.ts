import { serveParent } from './child.ts'
import { MEASUREMENTS } from './log-measurements.ts'

/** What reads logs, in a process as `npm start` makes it. */
await serveParent(async () => ({
  answer: async ({ name }: { name: string }) => MEASUREMENTS[name]?.(),
  close: async () => {},
}))
