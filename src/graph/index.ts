import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Draw, MemoryGraph } from '../core/oncall/memory.ts'

const LIMIT_MS = 8000
const PNG_MAX = 1024 * 1024
const DRAW = fileURLToPath(new URL('./draw.ts', import.meta.url))

/** Draws in a process that ends with the picture, one at a time: what it loads is large and seldom needed. */
export function createDraw(): Draw {
  let last: Promise<unknown> = Promise.resolve()
  return (graph) => {
    const mine = last.then(() => drawn(graph))
    last = mine.catch(() => {})
    return mine
  }
}

function drawn(graph: MemoryGraph): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const child = execFile(
    process.execPath,
    ['--max-semi-space-size=2', '--max-old-space-size=64', DRAW],
    { encoding: 'buffer', timeout: LIMIT_MS, maxBuffer: PNG_MAX, env: {} },
    (error, png) => (error ? reject(error) : resolve(png)),
  )
  // A child that is gone before it has read is told by its end.
  child.stdin?.on('error', () => {})
  child.stdin?.end(JSON.stringify(graph))
  return promise
}
