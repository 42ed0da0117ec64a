import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from './runtime.ts'

/**
 * Makes the process look as in the image: it runs in a directory with the program's `package.json` and start script, and some
 * releases rename it.
 */
export function enterApp({ behaviour, controlDir }: Settings): void {
  if (behaviour.title !== null) process.title = behaviour.title
  const directory = join(controlDir, 'app')
  try {
    mkdirSync(directory, { recursive: true })
    const about = { name: 'openclaw', version: behaviour.version }
    writeFileSync(join(directory, 'package.json'), JSON.stringify(about, null, 2))
    const main = JSON.stringify(new URL('main.ts', import.meta.url))
    writeFileSync(join(directory, 'openclaw.mjs'), `await import(${main})\n`)
    process.chdir(directory)
  } catch {
    // A state directory that cannot be written is refused by the start itself.
  }
}
