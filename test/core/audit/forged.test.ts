import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { createAudit } from '../../../src/audit.ts'
import type { AuditEntry } from '../../../src/core/audit.ts'
import { CHAIN, type Link } from '../../../src/core/audit/chain.ts'
import { createForgeries } from '../../../src/core/audit/forged.ts'
import { verify } from '../../../src/core/audit/verify.ts'
import { createTestClock } from '../../helpers/clock.ts'
import { openStore, type Place, realClock, tempDir } from '../../helpers/engines.ts'
import { skipRedis, startRedis } from '../../helpers/redis.ts'
import { createTestLog } from '../../helpers/test-log.ts'

/* What is not from whom it says is in the record, however much of it comes: nobody can fill the record, or make the store work, by sending more. */

const HOUR_MS = 3_600_000

function setup() {
  const clock = createTestClock()
  const entries: AuditEntry[] = []
  const audit = { record: (entry: AuditEntry) => void entries.push(entry) }
  const forged = createForgeries({ audit, now: clock.now })
  const told = () => entries.splice(0).map(({ verb, detail }) => `${verb}: ${detail}`)
  return { clock, forged, told }
}

test('forged: the first of a kind at once, the rest as a number an hour, a new one after it was over', async () => {
  const { clock, forged, told } = setup()
  for (let n = 0; n < 5000; n++) forged.seen('discord interactions', 'not signed')
  forged.seen('telegram webhook', 'wrong secret')
  assert.deepEqual(told(), ['discord interactions: not signed', 'telegram webhook: wrong secret'])
  forged.tend()
  assert.deepEqual(told(), [], 'the hour is not over')
  await clock.advance(HOUR_MS)
  forged.tend()
  assert.deepEqual(told(), ['discord interactions: not signed, 4999 more within an hour'])
  forged.seen('telegram webhook', 'wrong secret')
  assert.deepEqual(told(), ['telegram webhook: wrong secret'], 'it had stopped')
  for (let n = 0; n < 7; n++) forged.seen('discord interactions', 'not signed')
  await clock.advance(HOUR_MS)
  forged.seen('discord interactions', 'not signed')
  assert.deepEqual(told(), ['discord interactions: not signed, 7 more within an hour'])
  forged.tend('ends')
  assert.deepEqual(told(), ['discord interactions: not signed, 1 more within an hour'])
})

test('forged: kinds without end are one, and a day of it is a few entries', async () => {
  const { clock, forged, told } = setup()
  for (let hour = 0; hour < 24; hour++) {
    for (let n = 0; n < 500; n++) forged.seen(`hooks ${n}`, 'no such address')
    await clock.advance(HOUR_MS)
    forged.tend()
  }
  const entries = told()
  assert.ok(entries.length < 24 * 45, String(entries.length))
  assert.ok(entries.some((line) => /^other: .*, \d+ more within an hour$/.test(line)))
})

/** A thousand of them are one link of the chain, and no more writes. */
async function holds(place: Place): Promise<void> {
  const store = await openStore(place)
  let writes = 0
  const counted = {
    ...store,
    extend: (...args: Parameters<typeof store.extend>) => {
      writes++
      return store.extend(...args)
    },
  }
  try {
    const audit = createAudit({ store: counted, clock: realClock, log: createTestLog([]) })
    const forged = createForgeries({ audit, now: realClock.now })
    for (let n = 0; n < 1000; n++) {
      forged.seen('discord interactions', 'not signed')
      if (n % 100 === 0) await new Promise(setImmediate)
    }
    forged.tend('ends')
    await audit.settled()
    const links = (await store.read(CHAIN)).map(({ entry }) => entry as Link)
    assert.deepEqual(
      links.map(({ event, actor, detail }) => [event, actor, detail]),
      [
        ['forged', 'nobody', 'not signed'],
        ['forged', 'nobody', 'not signed, 999 more within an hour'],
      ],
    )
    assert.ok(writes <= 2)
    assert.deepEqual((await verify({ store, pause: async () => {} })).flaws, [])
  } finally {
    await store.close()
  }
}

test('forged: in one file', async (t) => {
  const dir = await tempDir()
  t.after(() => dir.remove())
  await holds({ engine: 'sqlite', path: join(dir.path, 'ops.db') })
})

test('forged: on Redis', { skip: skipRedis }, async (t) => {
  const redis = await startRedis()
  t.after(() => redis.close())
  await holds({ engine: 'redis', url: redis.url })
})
