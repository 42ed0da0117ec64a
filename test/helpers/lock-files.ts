import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** A process that looks like a gateway and outlives a machine: what a reused pid names. */
export interface Decoy {
  readonly pid: number
  /** Field 22 of its stat. */
  readonly startTime: number
  readonly stop: () => Promise<void>
}

/** Starts one; `words` are what stands behind the program. Its state directory is another one, so that it owns nothing here. */
export async function startDecoy(words: readonly string[] = ['gateway']): Promise<Decoy> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)', ...words], {
    env: { OPENCLAW_STATE_DIR: '/elsewhere' },
    stdio: 'ignore',
  })
  await once(child, 'spawn')
  const { pid } = child
  if (pid === undefined) throw new Error('the decoy has no pid')
  child.unref()
  return {
    pid,
    startTime: startTimeOf(pid),
    stop: async () => {
      const ended = once(child, 'exit')
      if (child.kill('SIGKILL')) await ended
    },
  }
}

function startTimeOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19])
}

/** Long before this computer or any machine booted. */
const LONG_AGO = '2020-01-01T00:00:00.000Z'

export interface LeftLock {
  readonly pid: number
  readonly startTime?: number
  readonly createdAt?: string
  readonly stateDir?: string
}

/** Writes a lock file as a gateway would have left it. */
export function leaveLock(path: string, lock: LeftLock | string): void {
  mkdirSync(dirname(path), { recursive: true })
  const text = typeof lock === 'string' ? lock : JSON.stringify({ createdAt: LONG_AGO, ...lock })
  writeFileSync(path, text)
}

/** Where the releases from 2026.8 on have it, below a state directory. */
export const stateLock = (stateDir: string): string =>
  `${stateDir}/tmp/openclaw-${process.getuid?.() ?? 0}/gateway.state.lock`
