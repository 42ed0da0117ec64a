import type { Health } from '../../core/ports.ts'

/** Discord asks for a heartbeat about every 41 s. */
const SILENT_MS = 120_000

type State = 'connecting' | 'identifying' | 'resuming' | 'ready'

/** How each connection to Discord's gateway is, by what was heard of it. Times are the wall clock's, as the library stamps its heartbeats. */
export interface Shards {
  readonly greeted: (shard: number) => void
  readonly ready: (shard: number) => void
  readonly heard: (shard: number, at: number) => void
  readonly closed: (shard: number) => void
  /** Whether a handshake is under way. */
  readonly isIdentifying: () => boolean
  readonly health: () => Health
}

/** A connection that has a session resumes it, another one identifies itself. */
export function createShards(hasSession: (shard: number) => boolean): Shards {
  const states = new Map<number, { state: State; heardAt: number }>()
  const set = (shard: number, state: State, heardAt = 0): void =>
    void states.set(shard, { state, heardAt })
  return {
    greeted: (shard) => set(shard, hasSession(shard) ? 'resuming' : 'identifying'),
    ready: (shard) => set(shard, 'ready', Date.now()),
    heard: (shard, at) => set(shard, states.get(shard)?.state ?? 'connecting', at),
    closed: (shard) => set(shard, 'connecting'),
    isIdentifying: () => [...states.values()].some(({ state }) => state === 'identifying'),
    health() {
      const all = [...states.values()]
      if (all.length === 0 || all.some(({ state }) => state !== 'ready'))
        return { ok: false, detail: 'Discord is not connected; it is being tried again.' }
      if (all.some(({ heardAt }) => Date.now() - heardAt > SILENT_MS))
        return { ok: false, detail: 'Discord has not answered a heartbeat for two minutes.' }
      return { ok: true, detail: 'Discord is connected.' }
    },
  }
}
