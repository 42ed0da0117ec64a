import { after, before } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { storeContract } from '../contracts/store.ts'
import { openStore } from '../helpers/engines.ts'
import { skipRedis, startRedis, type TestRedis } from '../helpers/redis.ts'

let server: TestRedis
before(async () => {
  if (!skipRedis) server = await startRedis(['--appendfsync', 'no'])
})
after(async () => {
  if (!skipRedis) await server.close()
})

storeContract({
  name: 'redis store',
  skip: skipRedis,
  async open(t) {
    const admin = new Redis({ path: server.socket })
    await admin.flushall()
    await admin.quit()
    const place = { engine: 'redis', url: server.url } as const
    const store = await openStore(place)
    t.after(store.close)
    // The server keeps its own time, so this one has to be waited for.
    return { place, store, another: () => openStore(place), lapse: (ms) => sleep(ms) }
  },
})
