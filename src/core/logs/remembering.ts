import type { Fly } from '../fly.ts'
import type { Clock, Sealer, Store } from '../ports.ts'
import { rememberSecret } from './redaction.ts'

interface Memory {
  readonly store: Store
  readonly sealer: Pick<Sealer, 'digest'>
  readonly clock: Clock
}

/**
 * Fly as commands get it: whatever value is set through it is known from before it is sent, whichever command sets it, and is taken out
 * of every line that prints it.
 */
export function remembering(fly: Fly, memory: Memory): Fly {
  const own: Pick<Fly, 'with' | 'setSecrets'> = {
    with: (...given) => remembering(fly.with(...given), memory),
    async setSecrets(app, values) {
      const now = memory.clock.now()
      for (const value of Object.values(values))
        if (value !== null) await rememberSecret({ ...memory, now }, app, value)
      return fly.setSecrets(app, values)
    },
  }
  return { ...fly, ...own }
}
