import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import type { JobQueue } from '../../src/core/ports.ts'
import { kill, openQueue, type Place, startChild, tempDir, until } from '../helpers/engines.ts'
import { endedIds, overlaps, readEvidence } from '../helpers/evidence.ts'
import { skipRedis, startRedis } from '../helpers/redis.ts'

/** How many workers are killed in the middle of a job; set it higher for a long run. */
const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 8)
const APPS = ['a', 'b', 'c', 'd']
const TIMEOUT = 20_000 + ROUNDS * 3000
/** Longer than any pause of a healthy process on a busy machine: a lease that ends under a living worker is another test. */
const settings = { holdMs: 2500 }

interface Scene {
  readonly place: Place
  readonly queue: JobQueue
  readonly evidence: string
}

/** Keeps two workers alive while it kills one after another in the middle of a job; gives the pids of the killed. */
async function killRounds({ place, evidence, queue }: Scene, ids: string[]) {
  const child = { place, apps: APPS, evidence, settings, jobMs: 20 }
  const start = () => startChild('queue-child.ts', child)
  const workers: ChildProcess[] = await Promise.all([start(), start()])
  const killed = new Set<number>()
  for (let round = 0; round < ROUNDS; round++) {
    const victim = workers.shift()
    assert(victim)
    await busy({ victim, others: workers }, () => addSome(queue, ids))
    await kill(victim)
    killed.add(victim.pid ?? 0)
    workers.push(await start())
  }
  return { killed, workers }
}

/** Adds work until the victim has begun some of it: the others may be faster, and then there is more. */
async function busy(
  { victim, others }: { readonly victim: ChildProcess; readonly others: readonly ChildProcess[] },
  add: () => Promise<void>,
): Promise<void> {
  let begun = false
  while (!begun) {
    const mine = once(victim, 'message').then(() => (begun = true))
    const somebody = Promise.race([mine, ...others.map((other) => once(other, 'message'))])
    await add()
    await somebody
  }
}

/** One job for each app and one to read, so that whoever looks first finds work. */
async function addSome(queue: JobQueue, ids: string[]): Promise<void> {
  const round = ids.length
  for (const lane of [...APPS.map((app) => `app-${app}` as const), 'read' as const]) {
    const id = `J-${round}-${lane}`
    await queue.enqueue({ id, lane })
    ids.push(id)
  }
}

async function survives(place: Place, directory: string): Promise<void> {
  const evidence = join(directory, 'evidence')
  const queue = await openQueue(place, settings)
  const ids: string[] = []
  const { killed, workers } = await killRounds({ place, queue, evidence }, ids)
  try {
    await until(async () => {
      const ended = endedIds(readEvidence(evidence))
      return ids.every((id) => ended.has(id))
    })
    assert.equal(killed.size, ROUNDS)
    assert.deepEqual(overlaps(readEvidence(evidence), killed), [])
  } finally {
    await Promise.all(workers.map(kill))
    await queue.close()
  }
}

// Side by side: most of the time goes into starting processes, and each has its own.
void suite(`${ROUNDS} workers killed in a job`, { concurrency: true }, () => {
  void test('sqlite: none lost, none beside another', { timeout: TIMEOUT }, async () => {
    const directory = await tempDir()
    try {
      const path = join(directory.path, 'state.db')
      await survives({ engine: 'sqlite', path }, directory.path)
    } finally {
      await directory.remove()
    }
  })

  const options = { skip: skipRedis, timeout: TIMEOUT }
  void test('redis: none lost, none beside another', options, async () => {
    const directory = await tempDir()
    const server = await startRedis(['--appendfsync', 'no'])
    try {
      await survives({ engine: 'redis', url: server.url }, directory.path)
    } finally {
      await server.close()
      await directory.remove()
    }
  })
})
