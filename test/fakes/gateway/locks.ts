import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { StartFailure } from './runtime.ts'
import type { Settings } from './runtime.ts'

const FRESH_MS = 30_000
const uid = () => process.getuid?.() ?? 0

const hashOf = (path: string) => createHash('sha256').update(path).digest('hex').slice(0, 8)

/** The lock files of a version: in the state directory from 2026.8, in the temporary directory before. */
function lockFiles(settings: Settings): readonly string[] {
  const hash = hashOf(settings.configPath)
  if (settings.behaviour.locks === 'tmp') {
    const tmp = settings.env['TMPDIR'] ?? '/tmp'
    return [join(tmp, `openclaw-${uid()}`, `gateway.${hash}.lock`)]
  }
  const directory = join(settings.stateDir, 'tmp', `openclaw-${uid()}`)
  return [join(directory, 'gateway.state.lock'), join(directory, `gateway.${hash}.lock`)]
}

/** Field 22 of `/proc/<pid>/stat`, or nothing when the process is gone. */
function startTime(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
  } catch {
    return undefined
  }
}
function looksLikeGateway(pid: number): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return /^openclaw-gateway|\bgateway(?: |$)/.test(command)
  } catch {
    return false
  }
}

type Holder =
  { readonly kind: 'none' | 'unreadable' } | { readonly kind: 'held'; readonly pid: number }

/** Who holds a lock file: nobody when the process is dead, another program, or started at another time. */
function holderOf(file: string): Holder {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return { kind: 'none' }
  }
  try {
    const lock: { pid?: unknown; startTime?: unknown } = JSON.parse(text)
    const pid = Number(lock.pid)
    const started = startTime(pid)
    const stale = started === undefined || !looksLikeGateway(pid) || pid === process.pid
    const reused = typeof lock.startTime === 'number' && lock.startTime !== started
    return stale || reused ? { kind: 'none' } : { kind: 'held', pid }
  } catch {
    const age = Date.now() - statSync(file).mtimeMs
    return { kind: age < FRESH_MS ? 'unreadable' : 'none' }
  }
}

const LIFECYCLE =
  'Doctor could not enter maintenance. StateDatabaseCoordinatorContentionError: another OpenClaw process owns gateway-lifecycle Stop the Gateway service and other OpenClaw processes using this state, then run openclaw doctor --fix from an independent shell.'
const MIGRATION =
  'requires state migration. Stop the service with openclaw gateway stop (or its service owner), then run openclaw doctor --fix, then start it again with openclaw gateway start.'

/**
 * Stands for the database lock of newer versions: one owner a state directory, let go by the kernel when the owner dies.
 * An abstract socket does that on Linux; elsewhere there is none and the lock files alone decide.
 */
export async function ownLifecycle(settings: Settings): Promise<void> {
  if (settings.behaviour.locks === 'tmp' || process.platform !== 'linux') return
  const name = createHash('sha256').update(settings.stateDir).digest('hex')
  const server: Server = createServer()
  const owned = await new Promise<boolean>((resolve) => {
    server
      .once('error', () => resolve(false))
      .listen(`\0fake-openclaw-${name}`, () => resolve(true))
  })
  server.unref()
  if (owned) return
  settings.log.raw(LIFECYCLE)
  settings.log.raw(`[gateway] ${MIGRATION}`)
  throw new StartFailure(
    78,
    `Gateway failed to start: ${LIFECYCLE} | gateway.maintenance_required. ${MIGRATION.slice(MIGRATION.indexOf('Stop'))}`,
  )
}

/** Refuses to go on while a live gateway is named in the newer versions' lock files. Comes before any log line. */
export function refuseLiveOwner(settings: Settings): void {
  if (settings.behaviour.locks === 'tmp') return
  const held = lockFiles(settings)
    .map(holderOf)
    .find((holder) => holder.kind === 'held')
  if (held?.kind !== 'held') return
  throw new StartFailure(
    78,
    `Another gateway (pid ${held.pid}) already owns this state directory; refusing to run automatic startup migrations or report the gateway ready. Stop it with "openclaw gateway stop" (or select a different OPENCLAW_STATE_DIR), then retry startup.`,
  )
}

/** Takes the lock files, or fails with the recorded time-out text (without the five seconds of waiting). */
export function takeLocks(settings: Settings): void {
  const files = lockFiles(settings)
  for (const holder of files.map(holderOf).filter((one) => one.kind !== 'none')) {
    const who = holder.kind === 'held' ? ` (pid ${holder.pid})` : ''
    settings.log.bare(
      `Gateway failed to start: gateway already running${who}; lock timeout after 5000ms`,
    )
    throw new StartFailure(1, 'If the gateway is supervised, stop it with: openclaw gateway stop')
  }
  for (const file of files) writeLock(settings, file)
  keepIdentity(settings, files)
}

/** The newer releases coordinate their own identity beside their locks. */
function keepIdentity({ stateDir, behaviour }: Settings, [first = '']: readonly string[]): void {
  if (behaviour.locks === 'tmp') return
  const name = `device-identity.${hashOf(stateDir)}.lock.sqlite`
  writeFileSync(join(first, '..', name), '', { flag: 'a' })
}

function writeLock(settings: Settings, file: string): void {
  mkdirSync(join(file, '..'), { recursive: true })
  const base = {
    pid: process.pid,
    createdAt: new Date().toISOString(),
    configPath: settings.configPath,
  }
  const start = startTime(process.pid)
  const time = start === undefined ? {} : { startTime: start }
  if (settings.behaviour.locks === 'tmp')
    return writeFileSync(file, JSON.stringify({ ...base, ...time }))
  const lock = {
    pid: base.pid,
    ownerId: randomUUID(),
    cronOwnerProjection: 'dynamic-default-v1',
    createdAt: base.createdAt,
    configPath: base.configPath,
    stateDir: settings.stateDir,
    port: settings.port,
    ...time,
  }
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`.padEnd(421, '\t '))
  // The coordinators stay behind after a clean stop and are no leftovers.
  writeFileSync(`${file}.sqlite`, '', { flag: 'a' })
  if (settings.behaviour.lockJournals) writeFileSync(`${file}.sqlite-journal`, '')
}

/** Takes the lock files away again, as a clean stop does. */
export function releaseLocks(settings: Settings): void {
  for (const file of lockFiles(settings))
    for (const path of [file, `${file}.sqlite-journal`]) rmSync(path, { force: true })
}
