import { join } from 'node:path'
import type { Receiver } from '../../src/core/oncall/route.ts'
import type { Store } from '../../src/core/ports.ts'
import { createHookKeyring } from '../../src/oncall/receivers/keys.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { openStore, realClock } from './engines.ts'
import type { System } from './system.ts'

/** The store of a running product, seen from beside it. */
export async function beside<T>(system: System, work: (store: Store) => Promise<T>): Promise<T> {
  const { OPS_STATE_DIR = '' } = system.env()
  const store = await openStore(
    system.redis
      ? { engine: 'redis', url: system.redis.url }
      : { engine: 'sqlite', path: join(OPS_STATE_DIR, 'ops.db') },
  )
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

/** The path of a hook, made as `/oncall route add` makes it. */
export const hookAt = (system: System, source: Receiver): Promise<string> =>
  beside(system, async (store) => {
    const { OPS_SECRET_KEY = '' } = system.env()
    const sealer = createSealer(Buffer.from(OPS_SECRET_KEY, 'hex'))
    const keyring = createHookKeyring({ store, sealer, clock: realClock, signing: {} })
    const { path } = await keyring.createHook(source, { by: 'discord:1' })
    return path.reveal()
  })
