import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock, JobQueue, Log, Store } from '../../src/core/ports.ts'
import type { RedisLink } from '../../src/store/redis/connection.ts'

/** Where an engine lies, as told to a child process. */
export type Place =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'redis'; readonly url: string }

export interface QueueSettings {
  /** Lease or lock of a job, in ms. */
  readonly holdMs?: number
  readonly pauses?: readonly [number, number]
}

export const realClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => sleep(ms, undefined, signal && { signal }),
}

/** Keeps what was logged from `warn` up. */
export function memoryLog(): Log & { readonly lines: string[] } {
  const lines: string[] = []
  const keep = (data: object, message: string) => {
    lines.push(`${message} ${JSON.stringify(data)}`)
  }
  const log = { debug() {}, info() {}, warn: keep, error: keep, child: () => log, lines }
  return log
}

export async function tempDir(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'ocops-test-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Opens a store the way another process would; closing it closes all that was opened for it. */
export async function openStore(place: Place, clock: Clock = realClock): Promise<Store> {
  if (place.engine === 'sqlite') {
    const { createSqliteStore } = await import('../../src/store/sqlite/store.ts')
    return createSqliteStore({ database: place.path, clock })
  }
  const { createRedisStore } = await import('../../src/store/redis/store.ts')
  const link = await connect(place.url)
  const store = createRedisStore({ redis: link, clock })
  return { ...store, close: () => store.close().then(link.close) }
}

/** Opens a queue the way another process would. */
export async function openQueue(place: Place, settings: QueueSettings = {}): Promise<JobQueue> {
  const { holdMs = 30_000, pauses = [5, 10] } = settings
  const common = { clock: realClock, log: memoryLog(), pauses }
  if (place.engine === 'sqlite') {
    const { createSqliteQueue } = await import('../../src/jobs/sqlite/queue.ts')
    return createSqliteQueue({ ...common, database: place.path, leaseMs: holdMs })
  }
  const { createBullQueue } = await import('../../src/jobs/bullmq/queue.ts')
  const link = await connect(place.url)
  const stalledMs = Math.min(holdMs, 200)
  const queue = createBullQueue({ ...common, connection: link, lockMs: holdMs, stalledMs })
  return { ...queue, close: () => queue.close().then(link.close) }
}

// Only the engine that is used is loaded: most of a child's start is loading.
async function connect(url: string): Promise<RedisLink> {
  const { connectRedis } = await import('../../src/store/redis/connection.ts')
  return connectRedis(url, { log: memoryLog(), clock: realClock })
}

/** A child process of this folder that has said it is ready; its argument is one JSON value. */
export async function startChild(script: string, argument: object): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, script), [JSON.stringify(argument)], {
    execPath: process.execPath,
  })
  const [first] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as unknown[]
  if (first !== 'ready') throw new Error(`${script} ended at once: ${String(first)}`)
  return child
}

/** Ends a child of ours for certain and waits for it. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}

/** Resolves as soon as `look` gives something. The test's own timeout bounds it; what it leaves waiting ends, too, so that the process does. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  const giveUp = performance.now() + LONGEST_MS
  while (performance.now() < giveUp) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await sleep(5)
  }
  throw new Error(`not so within ${LONGEST_MS / 1000} s: ${String(look)}`)
}
/** Longer than any test takes. */
const LONGEST_MS = 150_000
