// Has the gateway's own program check a config file inside the machine, where it is there and memory allows it. What it says is passed on
// without what is secret in that file.
import { execFile } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { lex, meaning } from './config-lex.mjs'
import { maskConfig } from './config-mask.mjs'
import { looksSecret } from '../core/config/secret-words.mjs'

/** The check takes 280 MB for a moment (OPENCLAW.md §8); the gateway must not be killed for that. */
const ROOM_KB = 460_000
const CHECK_MS = 12_000

/** Whether there is room for the check, by what Linux says in /proc/meminfo; without a word of it there is none. */
export const hasRoom = (meminfo) =>
  Number(/^MemAvailable:\s+(\d+)/m.exec(meminfo)?.[1] ?? 0) >= ROOM_KB

/** Runs the program's own check of a file, as the user the gateway runs as: as root it might leave files that only root can read. */
export function checkByProgram({ file, stateDir, secrets }) {
  if (!hasRoom(readText('/proc/meminfo'))) return Promise.resolve({ by: null, why: 'memory' })
  const { uid, gid } = fs.statSync(stateDir)
  const as = process.getuid() === 0 && uid !== 0 ? { uid, gid } : {}
  const env = {
    ...process.env,
    HOME: uid === 0 ? process.env.HOME : homeOf(uid),
    OPENCLAW_STATE_DIR: stateDir,
    OPENCLAW_CONFIG_PATH: file,
    NODE_OPTIONS: '--max-old-space-size=384',
    NODE_DISABLE_COMPILE_CACHE: '1',
    NO_COLOR: '1',
    DO_NOT_TRACK: '1',
    OPENCLAW_NO_AUTO_UPDATE: '1',
  }
  const limits = { timeout: CHECK_MS, maxBuffer: 1 << 20, killSignal: 'SIGKILL', cwd: '/' }
  const [program, ...words] = programOf()
  return new Promise((resolve) => {
    execFile(
      program,
      [...words, 'config', 'validate', '--json'],
      { ...limits, ...as, env },
      (error, stdout) => resolve(verdictOf(error, stdout, secrets)),
    )
  })
}

const readText = (file) => {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
const homeOf = (uid) =>
  new RegExp(`^[^:\\n]*:[^:\\n]*:${uid}:[^:\\n]*:[^:\\n]*:([^:\\n]+)`, 'm').exec(
    readText('/etc/passwd'),
  )?.[1] ?? '/tmp'

function programOf() {
  const inPath = (process.env.PATH ?? '')
    .split(':')
    .some((folder) => fs.existsSync(path.join(folder, 'openclaw')))
  const file = ['/app/openclaw.mjs', '/app/dist/index.js'].find((one) => fs.existsSync(one))
  return inPath || file === undefined ? ['openclaw'] : [process.execPath, file]
}

/** Only an answer that says valid or not is one. */
function verdictOf(error, stdout, secrets) {
  if (error?.code === 'ENOENT') return { by: null, why: 'none' }
  if (error?.killed) return { by: null, why: 'time' }
  try {
    const said = JSON.parse(stdout.slice(stdout.indexOf('{')))
    if (typeof said.valid !== 'boolean') return { by: null, why: 'unclear' }
    return { by: 'program', valid: said.valid, issues: issuesOf(said, secrets) }
  } catch {
    return { by: null, why: 'unclear' }
  }
}

function issuesOf({ valid, issues, warnings, error }, secrets) {
  const found = [...(issues ?? []), ...(warnings ?? [])]
  if (!valid && found.length === 0) found.push({ path: '', message: error?.message ?? '' })
  return found.slice(0, 20).map((one) => ({
    path: clean(String(one.path ?? ''), secrets).slice(0, 200),
    message: clean(String(one.message ?? ''), secrets).slice(0, 400),
  }))
}

/** The program may repeat what it was given. */
function clean(words, secrets) {
  const known = secrets.reduce((text, secret) => text.replaceAll(secret, '••••'), words)
  return known.replace(/\S+/g, (word) => (looksSecret(word) ? '••••' : word))
}

/** What is masked in a text, as its values mean it. */
export function secretsOf(text) {
  const { regions } = maskConfig(text)
  const inside = regions.flatMap(([start, end]) => lex(text.slice(start, end)))
  const words = inside.filter(
    ({ kind }) => kind === 'string' || kind === 'word' || kind === 'comment',
  )
  return [...new Set(words.flatMap((token) => [meaning(token), token.raw]))]
    .filter((value) => value.length > 3)
    .toSorted((a, b) => b.length - a.length)
}
