import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

/** What the npm package of a version wants besides: a dependency of the older ones lies on a git server (OPENCLAW.md §2). */
const OVERRIDES = { libsignal: 'npm:libsignal@2.0.1' }

export interface Installed {
  readonly program: string
  readonly seconds: number
  readonly fresh: boolean
}

/**
 * Puts the real program of a version into `OPENCLAW_CACHE` (else a folder for temporary files), without any of its install
 * scripts; keeps it there. About 40 s and 650 to 1300 MB the first time.
 */
export function installOpenclaw(version: string): Installed {
  const cache = process.env['OPENCLAW_CACHE'] ?? join(tmpdir(), 'openclaw-ops-cache')
  const directory = join(cache, version)
  const program = join(directory, 'node_modules/openclaw/openclaw.mjs')
  const started = Date.now()
  const fresh = !existsSync(join(directory, 'complete'))
  if (fresh) {
    mkdirSync(directory, { recursive: true })
    const about = { private: true, overrides: OVERRIDES }
    writeFileSync(join(directory, 'package.json'), JSON.stringify(about))
    const flags = [
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--save-exact',
      '--loglevel=error',
    ]
    // Its engines are checked against the Node that runs npm, which has to be this one.
    const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}`
    const env = { ...process.env, PATH: path }
    const options = { cwd: directory, env, stdio: 'inherit' } as const
    execFileSync('npm', ['install', ...flags, `openclaw@${version}`], options)
    writeFileSync(join(directory, 'complete'), '')
  }
  return { program, fresh, seconds: (Date.now() - started) / 1000 }
}
