import type { Config } from './config/config.ts'
import type { Sealer } from './core/ports.ts'
import { loadOrCreateKey, parseKey } from './store/key.ts'
import { createSealer } from './store/sealing.ts'

/** Seals with the configured key, or with one that the state directory keeps. */
export async function loadKey({ secretKey, stateDir }: Config): Promise<Sealer> {
  return createSealer(secretKey ? parseKey(secretKey.reveal()) : await loadOrCreateKey(stateDir))
}
