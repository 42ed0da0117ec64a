import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { type QueueCase, queueContract } from '../contracts/job-queue.ts'
import { queueProcessContract } from '../contracts/job-queue-processes.ts'
import { openQueue, tempDir } from '../helpers/engines.ts'

async function setUp(t: TestContext): Promise<QueueCase> {
  const directory = await tempDir()
  t.after(directory.remove)
  const place = { engine: 'sqlite', path: join(directory.path, 'state.db') } as const
  return {
    place,
    directory: directory.path,
    async open(settings) {
      const queue = await openQueue(place, settings)
      t.after(queue.close)
      return queue
    },
    asleep: async () => {},
    async steal(lane, id) {
      const db = new DatabaseSync(place.path, { timeout: 1000 })
      db.prepare(
        "UPDATE jobs SET state = 'waiting', owner = NULL WHERE lane = ? AND id = ? AND state = 'active'",
      ).run(lane, id)
      db.close()
    },
  }
}

const contract = { name: 'sqlite queue', skip: false, setUp, deathHoldMs: 600_000 } as const
queueContract(contract)
queueProcessContract(contract)
