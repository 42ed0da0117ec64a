import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * A directory for its owner alone, with those above it, where there is none; throws what the system says. Not Node's `recursive`: that one
 * never ends where a parent is there and still nothing can be made in it, as in /proc (seen with 24.21).
 */
export function makeDirectory(path: string): void {
  const full = resolve(path)
  if (isMade(full) || dirname(full) === full) return
  makeDirectory(dirname(full))
  // Others may make it at the same time.
  if (!isMade(full)) mkdirSync(full, { mode: 0o700 })
}

/** False when something above it has to be made first. */
function isMade(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 })
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    // Whether it is a directory shows when it is used.
    if (code === 'EEXIST') return true
    if (code === 'ENOENT') return false
    throw error
  }
}
