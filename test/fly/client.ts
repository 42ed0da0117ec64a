import { OpsError } from '../../src/core/errors.ts'
import type { Clock, Log } from '../../src/core/ports.ts'
import { Secret } from '../../src/core/secret.ts'
import { createFly, createMemoryPacer } from '../../src/fly/index.ts'
import type { FlyClient } from '../../src/fly/index.ts'
import { startScripted } from './scripted.ts'
import type { Scripted, Told } from './scripted.ts'

export const TOKEN = 'FlyV1 fm2_canaryAAAA0123/+==,fm2_dischargeBBBB4567/+=='
export const READ_TOKEN = 'Bearer fo1_canaryReadCCCC8901'

/** The little that a machine has to have to be one. */
export const MACHINE = { id: 'm1', instance_id: 'v1' }

/** A clock that passes at once: sleeping moves it. */
export interface QuickClock extends Clock {
  readonly sleeps: number[]
}
export function createQuickClock(start = 1_790_000_000_000): QuickClock {
  let now = start
  const sleeps: number[] = []
  return {
    sleeps,
    now: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted()
      sleeps.push(ms)
      now += ms
    },
  }
}

export interface Bench {
  readonly fly: FlyClient
  readonly server: Scripted
  /** Answers one after another; the last one again and again. */
  readonly inTurn: (...answers: readonly Told[]) => void
  readonly clock: QuickClock
  /** Everything that was logged, and every metric's label, as text. */
  readonly traces: string[]
  readonly flyCalls: (readonly [endpoint: string, status: string])[]
  /** Makes every call that is under way reach its time limit. */
  readonly expire: () => void
  readonly limits: number[]
  readonly close: () => Promise<void>
}

/** The client against a scripted server, with everything it lets out recorded. */
export async function startBench(
  tokens: { token?: string; readToken?: string } = {},
): Promise<Bench> {
  const server = await startScripted()
  const clock = createQuickClock()
  const traces: string[] = []
  const flyCalls: (readonly [string, string])[] = []
  const limits: number[] = []
  let expiry = new AbortController()
  const fly = createFly({
    token: new Secret(tokens.token ?? TOKEN),
    readToken: new Secret(tokens.readToken ?? READ_TOKEN),
    apiUrl: server.url,
    platformUrl: `${server.url}/platform`,
    log: recordingLog(traces),
    metrics: {
      flyCall: (endpoint, status, seconds) => {
        flyCalls.push([endpoint, status])
        traces.push(`${endpoint} ${status} ${seconds}`)
      },
      rateLimitWait: (party, seconds) => traces.push(`${party} ${seconds}`),
    },
    clock,
    pacer: createMemoryPacer(clock),
    deadline: (ms) => {
      limits.push(ms)
      return expiry.signal
    },
  })
  const expire = () => {
    const ended = expiry
    expiry = new AbortController()
    ended.abort(new DOMException('time is up', 'TimeoutError'))
  }
  const inTurn = (...answers: readonly Told[]): void => {
    let next = 0
    server.answer = () => answers[Math.min(next++, answers.length - 1)] ?? {}
  }
  const close = async () => {
    await server.close()
    await fly.close()
  }
  return { fly, server, inTurn, clock, traces, flyCalls, expire, limits, close }
}

function recordingLog(traces: string[]): Log {
  const write = (data: object, message: string) => traces.push(`${message} ${JSON.stringify(data)}`)
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log }
  return log
}

/** The error that a promise rejects with; fails when it is fulfilled or rejects with anything but an `OpsError`. */
export async function failure(work: Promise<unknown>): Promise<OpsError> {
  const error: unknown = await work.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof OpsError)) throw error
  return error
}
