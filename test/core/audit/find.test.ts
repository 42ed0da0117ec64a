import assert from 'node:assert/strict'
import { test } from 'node:test'
import { auditEntry } from '../../../src/core/audit.ts'
import { CHAIN, chained } from '../../../src/core/audit/chain.ts'
import { findLinks } from '../../../src/core/audit/find.ts'
import { readRange } from '../../../src/core/audit/range.ts'
import { createTestClock, START } from '../../helpers/clock.ts'
import { createMemoryStore } from '../../helpers/memory-store.ts'
import { request } from '../../helpers/people.ts'

const HOUR_MS = 3_600_000

test('a search from a time on reads past a clock that was wrong, and ends where a whole page is older', async () => {
  const old = Array.from({ length: 2000 }, () => START - 2 * HOUR_MS)
  const times = [...old, START - 3, START - 9 * HOUR_MS, START - 1]
  const asked = auditEntry('accepted', request('openclaw restart'))
  const links = chained(
    undefined,
    times.map((at, n) => ({ ...asked, at, nonce: `n${n}` })),
  )
  const store = createMemoryStore(createTestClock())
  for (const link of links) await store.append(CHAIN, link)
  let reads = 0
  store.before = () => void (reads += 1)
  const wish = { range: readRange('1h', START) }
  const found = await findLinks(store, wish, { entries: 100, pause: async () => {} })
  assert.deepEqual(
    found.links.map(({ seq }) => seq),
    [2003, 2001],
  )
  assert.equal(found.next, undefined)
  assert.equal(reads, 2)
})
