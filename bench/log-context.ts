import { systemClock as clock } from '../src/clock.ts'
import type { Fly } from '../src/core/fly.ts'
import { createSealer } from '../src/store/sealing.ts'
import { createMemoryStore } from '../test/helpers/memory-store.ts'
import type { Row } from './rows.ts'

/** What a command that reads logs is given. */
export function contextOf(fly: Pick<Fly, 'logs' | 'with'>, time = clock) {
  const signal = new AbortController().signal
  return {
    app: 'my-openclaw',
    place: { platform: 'discord' as const, space: '1', private: false },
    // Only its logs are read.
    fly: fly as Fly,
    clock: time,
    store: createMemoryStore(clock),
    sealer: createSealer(Buffer.alloc(32, 7)),
    signal,
    stopped: undefined,
  }
}

/** A row whose goal, where it has one, is at most so much. */
export function logRow(name: string, figure: number, unit: string, most?: number): Row {
  return most === undefined
    ? { name, figure, unit }
    : { name, figure, unit, goal: { is: 'at most', figure: most } }
}
