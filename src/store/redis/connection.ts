import { setImmediate } from 'node:timers/promises'
import type { Redis, RedisOptions } from 'ioredis'
import type { Clock, Log } from '../../core/ports.ts'
import { createErrorLog } from '../error-log.ts'
import { redisUnavailable } from '../unavailable.ts'
import { Gathering } from './gathering.ts'
import { parseRedisUrl } from './options.ts'
import { checkServer, refusal } from './probe.ts'

/** The way to one Redis server, shared by everything in the process that talks to it. */
export interface RedisLink {
  /** For what somebody waits for: rejects in time instead of keeping commands for later. */
  readonly calls: Redis
  /** How long one command may take, in ms. */
  readonly callMs: number
  /** Runs `call` with `calls`; while the server is away it waits for at most `callMs`, then rejects with `unavailable`. */
  readonly run: <T>(call: (redis: Redis) => Promise<T>) => Promise<T>
  /** Another connection, for listening or for workers: waits for the server as long as it takes. */
  readonly open: (name: string) => OpenedRedis
  readonly close: () => Promise<void>
}

export interface OpenedRedis {
  readonly redis: Redis
  /** Ends it and, when the server is away, also its duplicates, within the next attempt to reconnect. */
  readonly close: () => Promise<void>
}

interface ConnectOptions {
  readonly log: Log
  readonly clock: Clock
  /** How long one command, and the wait for a connection before it, may take; 2 s. */
  readonly callMs?: number
  /** How long the first connection may take; 5 s. */
  readonly startMs?: number
}

/** Connects, or rejects with one `OpsError` that says what is wrong: unreachable, wrong password, not Redis, too old, a replica or a cluster. */
export async function connectRedis(url: string, options: ConnectOptions): Promise<RedisLink> {
  const { log, callMs = 2000, startMs = 5000 } = options
  const base = { ...parseRedisUrl(url), ...COMMON }
  const onError = createErrorLog({ ...options, message: 'Redis connection has errors' })
  const calls = new Gathering({ ...base, ...fast(callMs) })
  // Each call that waits for the connection listens.
  calls.setMaxListeners(0)
  try {
    await firstReady(calls, startMs)
    await checkServer(calls, log)
  } catch (error) {
    calls.disconnect()
    throw refusal(error)
  }
  calls.on('error', onError)
  return {
    calls,
    callMs,
    run: (call) => run(calls, callMs, call),
    open: (name) => openPatient({ ...base, ...patient, connectionName: name }, onError),
    async close() {
      await quit(calls)
      calls.disconnect()
    },
  }
}

const COMMON = {
  // Names inside Fly's private network have IPv6 addresses only.
  family: 0,
  retryStrategy: backOff,
} satisfies RedisOptions

function backOff(times: number): number {
  return Math.min(50 * 2 ** times, 2000) + Math.floor(Math.random() * 50)
}

/** A command that is kept and sent later would undo what was written meanwhile, so none is kept. */
const fast = (callMs: number) =>
  ({
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: callMs,
    connectTimeout: callMs,
  }) satisfies RedisOptions

/** As BullMQ asks for. The socket timeout is longer than any blocking read and finds connections that died without a word. */
const patient = {
  maxRetriesPerRequest: null,
  connectTimeout: 5000,
  socketTimeout: 90_000,
} satisfies RedisOptions

async function run<T>(
  calls: Redis,
  callMs: number,
  call: (redis: Redis) => Promise<T>,
): Promise<T> {
  try {
    if (calls.status !== 'ready') await ready(calls, callMs)
    return await call(calls)
  } catch (error) {
    // A connection that has just broken rejects at once; a caller that tries again would never let it notice.
    await setImmediate()
    throw redisUnavailable(error)
  }
}

async function ready(redis: Redis, ms: number): Promise<void> {
  if (redis.status === 'end') throw new Error('connection was closed')
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(new Error('no connection in time')), ms)
  redis.once('ready', resolve)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    redis.off('ready', resolve)
  }
}

/** Waits for the first connection; what can't get better by waiting ends it at once. */
async function firstReady(redis: Redis, ms: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let last: unknown = new Error('connect ETIMEDOUT')
  const timer = setTimeout(() => reject(last), ms)
  const onError = (error: unknown) => {
    last = error
    if (refusal(error).code !== 'unavailable') reject(error)
  }
  redis.on('error', onError)
  redis.once('ready', resolve)
  redis.connect().catch(() => {})
  try {
    await promise
  } finally {
    clearTimeout(timer)
    // A connection that is given up still reports; without a listener that would be printed.
    redis.on('error', () => {})
    redis.off('error', onError)
  }
}

type Patient = ReturnType<typeof parseRedisUrl> &
  typeof COMMON &
  typeof patient & { readonly connectionName: string }

function openPatient(options: Patient, onError: (error: unknown) => void): OpenedRedis {
  let closed = false
  // Duplicates share this function, so none of them goes on trying after the close.
  const retryStrategy = (times: number) => (closed ? null : backOff(times))
  const redis = new Gathering({ ...options, retryStrategy })
  redis.on('error', onError)
  return {
    redis,
    async close() {
      closed = true
      await quit(redis)
      hangUp(redis)
    },
  }
}

/** Says goodbye, for at most half a second. */
async function quit(redis: Redis): Promise<void> {
  if (redis.status === 'end') return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, 500)
  redis.quit().then(
    () => resolve(),
    () => resolve(),
  )
  await promise
  clearTimeout(timer)
}

interface Connection {
  readonly status: string
  readonly connect: () => Promise<void>
  readonly disconnect: () => void
}

/**
 * Ends a connection that is not to be retried. Disconnecting one that waits to reconnect would leave its commands and
 * their timers unsettled for ever (ioredis 6.0); one more attempt, which its retry strategy makes the last, ends them.
 */
export function hangUp(redis: Connection): void {
  if (redis.status !== 'reconnecting') return redis.disconnect()
  redis.connect().then(
    () => redis.disconnect(),
    () => {},
  )
}
