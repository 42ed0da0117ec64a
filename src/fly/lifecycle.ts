import type { Fly } from '../core/fly.ts'
import type { Answer, Caller } from './call.ts'
import { accepted } from './call.ts'

type Lifecycle = Pick<Fly, 'start' | 'stop' | 'restart' | 'suspend' | 'cordon' | 'uncordon'>
type Action = 'start' | 'suspend' | 'cordon' | 'uncordon'

const seconds = (count: number | undefined) => (count === undefined ? undefined : `${count}s`)

/** What sets a machine in motion. Fly's yes only means that it heard: whether it happened is seen by `wait` and `machine`. */
export function createLifecycle(call: Caller): Lifecycle {
  const simple =
    (action: Action) =>
    async (app: string, id: string, nonce?: string): Promise<void> => {
      const endpoint = `POST /v1/apps/{app}/machines/{id}/${action}` as const
      await call({ endpoint, at: { app, id }, nonce, read: accepted })
    }
  return {
    start: simple('start'),
    suspend: simple('suspend'),
    cordon: simple('cordon'),
    uncordon: simple('uncordon'),
    stop: async (app, id, { nonce, timeoutSeconds, signal } = {}) => {
      await call({
        endpoint: 'POST /v1/apps/{app}/machines/{id}/stop',
        at: { app, id },
        body: { signal, timeout: seconds(timeoutSeconds) },
        nonce,
        // Fly may hold the answer back until the machine had its time to stop.
        long: true,
        read: accepted,
      })
    },
    restart: async (app, id, { nonce, timeoutSeconds } = {}) => {
      await call({
        endpoint: 'POST /v1/apps/{app}/machines/{id}/restart',
        at: { app, id },
        query: { timeout: seconds(timeoutSeconds) },
        nonce,
        long: true,
        read: accepted,
      })
    },
  }
}

type Wait = Parameters<Fly['wait']>[2]
type Waited = 'reached' | 'not yet' | 'wants instance_id'
const LONGEST_SECONDS = 60
const PAUSE_MS = 1000

/** One wait for a state. `pause` is for the moment in which Fly refuses to wait at all, because a version is being replaced. */
export function createWait(call: Caller, pause: (ms: number) => Promise<void>): Fly['wait'] {
  return async (app, id, options) => {
    const first = await waitOnce(call, { app, id, options, named: 'version' })
    const last =
      first === 'wants instance_id'
        ? await waitOnce(call, { app, id, options, named: 'instance_id' })
        : first
    return settle(last)
  }

  async function settle(answer: Waited | 'replacing'): Promise<boolean> {
    if (answer === 'replacing') await pause(PAUSE_MS)
    return answer === 'reached'
  }
}

function waitOnce(
  call: Caller,
  ask: {
    readonly app: string
    readonly id: string
    readonly options: Wait
    readonly named: 'version' | 'instance_id'
  },
): Promise<Waited | 'replacing'> {
  const { app, id, options, named } = ask
  const { state, seconds: limit, version, fromEventId } = options
  const retry = named === 'version' && version !== undefined
  return call({
    endpoint: 'GET /v1/apps/{app}/machines/{id}/wait',
    at: { app, id },
    query: {
      state,
      timeout: Math.min(LONGEST_SECONDS, Math.max(1, Math.round(limit))),
      [named]: version,
      from_event_id: fromEventId,
    },
    long: true,
    accept: ({ status }) => status === 408 || status === 409 || (retry && status === 400),
    read: waited,
  })
}

/** Older API versions answer 400 to a `version` they want as `instance_id` (FLY.md §3.4). */
function waited(answer: Answer): Waited | 'replacing' | undefined {
  if (answer.status === 400) return 'wants instance_id'
  if (answer.status === 408) return 'not yet'
  if (answer.status === 409) return 'replacing'
  return accepted(answer) && 'reached'
}
