import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { anchor, createAudit } from '../src/audit.ts'
import { auditEntry } from '../src/core/audit.ts'
import { CHAIN, hashOf, type Link } from '../src/core/audit/chain.ts'
import type { Flaw } from '../src/core/audit/check.ts'
import { verify } from '../src/core/audit/verify.ts'
import type { Store } from '../src/core/ports.ts'
import { openStore, type Place, realClock, tempDir } from './helpers/engines.ts'
import { request } from './helpers/people.ts'
import { skipRedis, startRedis } from './helpers/redis.ts'
import { createTestLog } from './helpers/test-log.ts'

/* Whoever gets at the store past the bot changes the record on the disk; the check says what was done to it, on both engines. */

const COUNT = 12
type Links = readonly Link[]
const swap = (links: Links, a: number, b: number) =>
  links.map((link, n) => links[n === a ? b : n === b ? a : n] ?? link)
const edit = (links: Links, n: number, more: Partial<Link>) =>
  links.map((link, at) => (at === n ? { ...link, ...more } : link))
const rehashed = (links: Links, n: number) => {
  const link = links[n] ?? assert.fail()
  const other = { ...link, actor: 'discord:666' }
  return edit(links, n, { actor: other.actor, hash: hashOf(other) })
}

const ATTACKS: ReadonlyArray<
  readonly [what: string, on: (links: Links) => readonly unknown[], kinds: readonly Flaw['kind'][]]
> = [
  ['nothing', (links) => links, []],
  ['an edit', (links) => edit(links, 5, { actor: 'discord:666' }), ['edited']],
  ['an edit with a new hash', (links) => rehashed(links, 5), ['order']],
  ['one removed', (links) => links.toSpliced(5, 1), ['order']],
  ['two swapped', (links) => swap(links, 4, 5), ['order', 'order', 'order']],
  ['one put in twice', (links) => links.toSpliced(6, 0, links[5] ?? assert.fail()), ['order']],
  ['one put in that is none', (links) => [...links, { note: 'x' }], ['foreign']],
  ['the beginning gone', (links) => links.slice(3), ['start']],
  ['the end gone', (links) => links.slice(0, -1), ['end']],
  ['all gone', () => [], ['end']],
  ['the last one written anew', (links) => rehashed(links, COUNT - 1), ['anchor']],
]

interface Engine {
  readonly place: () => Place
  /** Puts these entries in place of the chain, past the store. */
  readonly replace: (place: Place, entries: readonly string[]) => Promise<void>
}

/** Two writers at once make one chain; its end is anchored; then it is changed behind their back. */
async function attacked({ place: fresh, replace }: Engine): Promise<void> {
  const place = fresh()
  const stores = await Promise.all([openStore(place), openStore(place)])
  const writers = stores.map((store) =>
    createAudit({ store, clock: realClock, log: createTestLog() }),
  )
  for (let n = 0; n < COUNT; n++)
    writers[n % 2]?.record(auditEntry('accepted', request('openclaw status', {}, { id: `i-${n}` })))
  await Promise.all(writers.map((writer) => writer.settled()))
  await Promise.all(stores.map((store) => store.close()))
  const links = await seenIn(place, async (store) => {
    const all = (await store.read(CHAIN)).map(({ entry }) => entry as Link)
    await anchor({ store, clock: realClock, log: createTestLog() }, all.at(-1) ?? assert.fail())
    return all
  })
  assert.equal(links.length, COUNT)
  for (const [what, on, kinds] of ATTACKS) {
    await replace(
      place,
      on(links).map((one) => JSON.stringify(one)),
    )
    const flaws = await seenIn(place, (store) => verify({ store, pause: async () => {} }))
    assert.deepEqual(
      flaws.flaws.map(({ kind }) => kind),
      kinds,
      what,
    )
  }
}

async function seenIn<T>(place: Place, look: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(place)
  try {
    return await look(store)
  } finally {
    await store.close()
  }
}

test('audit attacked: in one file', async (t) => {
  const dir = await tempDir()
  t.after(() => dir.remove())
  const path = join(dir.path, 'ops.db')
  await attacked({
    place: () => ({ engine: 'sqlite', path }),
    replace: async (_, entries) => {
      const file = new DatabaseSync(path)
      file.prepare('DELETE FROM streams WHERE stream = ?').run(CHAIN)
      const add = file.prepare('INSERT INTO streams (stream, entry) VALUES (?, ?)')
      for (const entry of entries) add.run(CHAIN, entry)
      file.close()
    },
  })
})

test('audit attacked: on Redis', { skip: skipRedis }, async (t) => {
  const redis = await startRedis()
  t.after(() => redis.close())
  const { Redis } = await import('ioredis')
  const raw = new Redis(redis.url)
  t.after(() => raw.disconnect())
  await attacked({
    place: () => ({ engine: 'redis', url: redis.url }),
    replace: async (_, entries) => {
      const key = `ocops:stream:${CHAIN}`
      await raw.del(key)
      for (const entry of entries) await raw.xadd(key, '*', 'e', entry)
    },
  })
})
