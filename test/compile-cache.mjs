import { fileURLToPath } from 'node:url'

// Each test file is a process of its own, and so is what many of them start: without a cache, reading the same TypeScript again and again is a third of
// the suite's work. Said by environment and not by call, so that children have it too.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL('../node_modules/.cache/compile/', import.meta.url),
)
