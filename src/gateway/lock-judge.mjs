// What a gateway's lock file says of its owner, judged inside the machine. Sent in front of locks.mjs; pure.

/** The gateway itself leaves a file alone that it can't read and that is younger than this (OPENCLAW.md §4). */
const FRESH_MS = 30_000
/** How much older than the machine's boot a file has to be before its clock is believed. */
const MARGIN_MS = 60_000

const number = (value) => (Number.isSafeInteger(value) && value > 0 ? value : null)
const words = (value) => (typeof value === 'string' ? value.slice(0, 300) : null)

/** The facts of a lock file; every one may be missing. */
export function factsIn(text) {
  try {
    const lock = JSON.parse(text)
    const created = typeof lock.createdAt === 'string' ? Date.parse(lock.createdAt) : NaN
    return {
      pid: number(lock.pid),
      startTime: number(lock.startTime),
      createdAt: Number.isFinite(created) ? created : null,
      stateDir: words(lock.stateDir),
      port: number(lock.port),
    }
  } catch {
    return { pid: null, startTime: null, createdAt: null, stateDir: null, port: null }
  }
}

/**
 * Whose it is. `live` is never touched: a gateway with that pid runs and nothing shows that it is another one. `fresh` may be being written.
 * All others were left behind: the process is gone (`dead`), the pid is another program's (`reused`) or another run's (`restarted`), the
 * file is older than the machine's boot (`earlier`), or it can't be read and is old (`garbage`).
 */
export function judge({ pid, startTime, createdAt }, { changedAt, owner, bootedAt, now }) {
  if (pid === null) return now - changedAt < FRESH_MS ? 'fresh' : 'garbage'
  if (owner === null) return 'dead'
  if (!owner.gateway) return 'reused'
  if (startTime !== null) return startTime === owner.startTime ? 'live' : 'restarted'
  return (createdAt ?? changedAt) < bootedAt - MARGIN_MS ? 'earlier' : 'live'
}

/** Some releases rename their process to openclaw-gateway or to openclaw; else it is a runtime with the word gateway behind it. */
export function looksLikeGateway(argv) {
  const program = (argv[0] ?? '').trim().split('/').at(-1)
  if (/^openclaw(?:-gateway)?$/.test(program)) return true
  return /^(?:node|bun|deno)\b/.test(program) && argv.includes('gateway')
}
