import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from './core/ports.ts'

/** By then the chats are connected, and nobody has asked for much yet. */
const AFTER_MS = 500

/**
 * Gives back once what loading left behind, some 20 MB: by itself V8 does so only when the heap has grown to twice its size, which an idle
 * bot never gets to. It holds the process up for about 80 ms.
 */
export async function spareMemory(clock: Clock, told: AbortSignal): Promise<void> {
  await clock.sleep(AFTER_MS, told).catch(() => {})
  if (told.aborted) return
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (how: { type: 'major'; flavor: 'last-resort' }) => void
  collect({ type: 'major', flavor: 'last-resort' })
}
