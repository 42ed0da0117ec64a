import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './sources.ts'

/** What a clone holds: tracked files, or what lies there when this is no clone. */
export function tracked(): readonly string[] {
  try {
    const list = execFileSync('git', ['ls-files', '-z'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return list.split('\0').filter((path) => path !== '' && existsSync(join(ROOT, path)))
  } catch {
    const skip = /^(node_modules|\.git|\.openclaw-ops|coverage)(\/|$)/
    return readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
      (path) => !skip.test(path) && statSync(join(ROOT, path)).isFile(),
    )
  }
}
