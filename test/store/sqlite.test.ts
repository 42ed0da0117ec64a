import { join } from 'node:path'
import type { Clock } from '../../src/core/ports.ts'
import { storeContract } from '../contracts/store.ts'
import { openStore, realClock, tempDir } from '../helpers/engines.ts'

storeContract({
  name: 'sqlite store',
  skip: false,
  async open(t) {
    const directory = await tempDir()
    const place = { engine: 'sqlite', path: join(directory.path, 'state.db') } as const
    let shift = 0
    const clock: Clock = { ...realClock, now: () => Date.now() + shift }
    const store = await openStore(place, clock)
    t.after(async () => {
      await store.close()
      await directory.remove()
    })
    return {
      place,
      store,
      another: () => openStore(place, clock),
      async lapse(ms) {
        shift += ms
      },
    }
  },
})
