import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createAudit } from '../src/audit.ts'
import { createAnchorPost } from '../src/audit-post.ts'
import { createAuditTend } from '../src/audit-tend.ts'
import { auditEntry } from '../src/core/audit.ts'
import { ANCHORS, type Anchor, CHAIN, chained, type Link } from '../src/core/audit/chain.ts'
import { findLinks } from '../src/core/audit/find.ts'
import { readRange } from '../src/core/audit/range.ts'
import { verify } from '../src/core/audit/verify.ts'
import { addRoute } from '../src/core/oncall/route-store.ts'
import { OUTBOX, type OutboxRecord } from '../src/core/outbox.ts'
import { createTestClock, settle } from './helpers/clock.ts'
import { openStore, realClock, tempDir } from './helpers/engines.ts'
import { away, createMemoryStore } from './helpers/memory-store.ts'
import { GUILD, request } from './helpers/people.ts'
import { createWorld } from './helpers/world.ts'
import { createTestLog, type Logged } from './helpers/test-log.ts'
import type { Store } from '../src/core/ports.ts'

const DAY_MS = 86_400_000
const entry = (id: string, detail: string | null = null) =>
  auditEntry('accepted', request('openclaw status', {}, { id }), { app: 'my-openclaw', detail })

function setup() {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const logged: Logged[] = []
  const log = createTestLog(logged)
  const deps = { store, clock, log }
  return { ...deps, deps, logged, audit: createAudit(deps) }
}
const linksIn = async (store: Store): Promise<readonly Link[]> =>
  (await store.read(CHAIN)).map(({ entry: one }) => one as Link)
const checked = (store: Store) => verify({ store, pause: async () => {} })
const requests = (links: readonly Link[]) => links.map((link) => link.request)

test('audit: entries are chained in the order in which they came, and are in the log at once', async () => {
  const { audit, store, logged } = setup()
  for (let i = 1; i <= 120; i++) audit.record(entry(`i-${i}`))
  assert.equal(logged.filter(({ message }) => message === 'audit').length, 120)
  await audit.settled()
  const links = await linksIn(store)
  assert.deepEqual(
    requests(links),
    Array.from({ length: 120 }, (_, i) => `i-${i + 1}`),
  )
  const { flaws, count, first } = await checked(store)
  assert.deepEqual([flaws, count, first?.seq], [[], 120, 1])
})

test('audit: while the store is away nothing is lost, doubled or out of order', async () => {
  const { audit, store, clock, logged } = setup()
  let left = 3
  const { extend } = store
  // The first failure comes after the write: the answer alone is lost.
  const broken: typeof extend = async (stream, next) => {
    if (left-- > 0) {
      if (left === 2) await extend(stream, next)
      throw away()
    }
    return extend(stream, next)
  }
  Object.assign(store, { extend: broken })
  audit.record(entry('i-1'))
  await settle()
  audit.record(entry('i-2'))
  await clock.advance(60_000)
  await audit.settled()
  assert.deepEqual(requests(await linksIn(store)), ['i-1', 'i-2'])
  assert.deepEqual((await checked(store)).flaws, [])
  assert.equal(logged.filter(({ level }) => level === 'error').length, 1, 'said once')
})

test('audit: what does not fit into memory is counted in the chain itself', async () => {
  const { audit, store, clock } = setup()
  let isAway = true
  store.before = (operation) => {
    if (isAway && operation === 'extend') throw away()
  }
  for (let i = 0; i < 2005; i++) audit.record(entry(`i-${i}`))
  await settle()
  isAway = false
  await clock.advance(2000)
  await audit.settled()
  const links = await linksIn(store)
  assert.equal(links.length, 2001)
  const [gap] = links.filter(({ event }) => event === 'gap')
  assert.equal(gap?.detail, '5')
  assert.deepEqual((await checked(store)).flaws, [])
})

test('audit: a stop does not wait for a store that is away', async () => {
  const { audit, store } = setup()
  store.before = () => {
    throw away()
  }
  audit.record(entry('i-1'))
  await audit.settled()
  store.before = () => {}
  assert.deepEqual(await linksIn(store), [])
})

test('audit: a reason that holds a credential is kept without it, and strangers leave no trace in the store', async () => {
  const { audit, store, logged } = setup()
  const token = `fm2_${'lJPECAAAAAAAAb'.repeat(3)}`
  audit.record(entry('i-1', `because ${token}`))
  audit.record({ ...entry('i-2', 'place'), event: 'refused' })
  await audit.settled()
  assert.deepEqual(
    (await linksIn(store)).map(({ detail }) => detail),
    ['because [secret]'],
  )
  assert.ok(!JSON.stringify(logged).includes(token))
})

test('audit: an end that this process has seen and that is gone is given away for good', async () => {
  const { deps, store, logged } = setup()
  const first = createAudit(deps)
  first.record(entry('i-1'))
  await settle()
  const [kept] = await store.read(CHAIN)
  for (const id of ['i-2', 'i-3']) first.record(entry(id))
  await settle()
  await store.trim(CHAIN, '99')
  await store.append(CHAIN, kept?.entry)
  first.record(entry('i-4'))
  await first.settled()
  assert.ok(logged.some(({ message }) => message === 'the audit chain lost its end'))
  assert.deepEqual((await checked(store)).flaws, [{ kind: 'end', seq: 3 }])
})

test('audit: every 500 entries and once a day the chain is anchored, once for all processes', async () => {
  const { audit, deps, store, clock, logged } = setup()
  const posted: number[] = []
  const post = async ({ seq }: Pick<Anchor, 'seq'>) => void posted.push(seq)
  const tends = [1, 2].map(() => createAuditTend({ ...deps, keepMs: 400 * DAY_MS, post }))
  const tend = async () => {
    for (const one of tends) await one()
  }
  const anchors = async () => (await store.list(ANCHORS)).map(({ order }) => order)
  for (let i = 1; i <= 501; i++) audit.record(entry(`i-${i}`))
  await settle()
  assert.deepEqual(await anchors(), [500])
  await tend()
  assert.deepEqual(await anchors(), [500], 'the day is not over')
  await clock.advance(DAY_MS)
  await tend()
  await clock.advance(DAY_MS)
  await tend()
  assert.deepEqual(await anchors(), [500, 501], 'nothing new, nothing to anchor')
  assert.deepEqual(posted, [501])
  assert.equal(logged.filter(({ message }) => message === 'audit anchor').length, 2)
  assert.deepEqual((await checked(store)).flaws, [])
  await audit.settled()
})

test('audit: what is older than the retention goes, and the rest can still be checked', async () => {
  const { audit, deps, store, clock } = setup()
  const tend = createAuditTend({ ...deps, keepMs: 10 * DAY_MS })
  for (let day = 0; day < 15; day++) {
    audit.record(entry(`day-${day}`))
    await settle()
    await tend()
    await clock.advance(DAY_MS)
  }
  await tend()
  const links = await linksIn(store)
  assert.ok(links.every(({ at }) => clock.now() - at <= 10 * DAY_MS))
  assert.equal(requests(links).filter((id) => id.startsWith('day-')).length, 10)
  const { flaws, first, trimmed } = await checked(store)
  assert.deepEqual(flaws, [])
  assert.equal(trimmed?.seq, (first?.seq ?? 0) - 1)
  await store.trim(CHAIN, (await store.read(CHAIN, { limit: 1 }))[0]?.id ?? '')
  assert.deepEqual(
    (await checked(store)).flaws.map(({ kind }) => kind),
    ['start'],
  )
  await audit.settled()
})

test('audit: a check beside which the retention removes what it has read finds nothing wrong, and still finds what is', async () => {
  const { store, clock, deps } = setup()
  const at = clock.now()
  const entries = Array.from({ length: 1400 }, (_, n) => ({
    ...entry(`i-${n}`),
    at: at + n,
    nonce: `n${n}`,
  }))
  await store.extend(CHAIN, () => chained(undefined, entries))
  await clock.advance(10 * DAY_MS + 1200)
  const tend = createAuditTend({ ...deps, keepMs: 10 * DAY_MS })
  let pauses = 0
  const beside = async () => void (pauses++ === 0 && (await tend()))
  const seen = await verify({ store, pause: beside })
  assert.deepEqual([seen.flaws, seen.first?.seq, seen.trimmed?.seq], [[], 1201, 1200])
  await store.extend(CHAIN, (last) => [{ ...(last as Link), detail: 'edited' }])
  assert.ok((await checked(store)).flaws.length > 0)
})

test('audit: a clock that was wrong for a while hides no entries, and stops neither anchors nor retention', async () => {
  const { store, clock, audit, deps } = setup()
  const now = clock.now()
  const ats = [now - 50_000, now - 40_000, now - 400 * DAY_MS, now - 30_000]
  await store.extend(CHAIN, () =>
    chained(
      undefined,
      ats.map((at, n) => ({ ...entry(`i-${n}`), at, nonce: `n${n}` })),
    ),
  )
  const found = await findLinks(
    store,
    { range: readRange('1h', now) },
    { entries: 15, pause: async () => {} },
  )
  assert.deepEqual(
    found.links.map(({ seq }) => seq),
    [4, 2, 1],
  )
  let ahead = 365 * DAY_MS
  const wrong = { ...clock, now: () => clock.now() + ahead }
  const tend = createAuditTend({ ...deps, clock: wrong, keepMs: 1000 * DAY_MS })
  await tend()
  ahead = 0
  for (let day = 0; day < 3; day++) {
    audit.record(entry(`d-${day}`))
    await clock.advance(DAY_MS)
    await tend()
  }
  const anchors = (await store.list(ANCHORS)).map(({ value }) => (value as Anchor).seq)
  assert.deepEqual(anchors, [4, 5, 6, 7])
})

test('audit: an anchor is posted where what is only information is routed to, once', async () => {
  const one = await createWorld({ registry: new Map() })
  const { store, outbox, access, settings } = one.deps
  assert.ok(settings)
  const place = { platform: 'discord', space: GUILD, room: '910' } as const
  const route = { source: 'watch', severity: 'info', app: '*', place, by: 'x', at: 0 } as const
  await addRoute(store, route)
  await addRoute(store, { ...route, severity: 'critical', place: { ...place, room: '911' } })
  await addRoute(store, { ...route, place: { ...place, space: '42' } })
  const post = createAnchorPost({ store, outbox, access, settings, locale: 'en' })
  await post({ seq: 500, hash: 'ab12' })
  await post({ seq: 500, hash: 'ab12' })
  const said = (await store.list(OUTBOX)).map(({ value }) => value as OutboxRecord)
  assert.deepEqual(
    said.map(({ address, reply }) => [address.chat, address.quiet, reply.title]),
    [['910', true, 'Anchor of the audit']],
  )
  assert.match(JSON.stringify(said), /#500.*ab12/)
})

test('audit: four writers on one file make one chain', async (t: TestContext) => {
  const directory = await tempDir()
  t.after(directory.remove)
  const place = { engine: 'sqlite', path: join(directory.path, 'state.db') } as const
  const stores = await Promise.all([1, 2, 3, 4].map(() => openStore(place)))
  const log = createTestLog([])
  const writers = stores.map((store) => createAudit({ store, clock: realClock, log }))
  for (let i = 0; i < 60; i++)
    for (const [n, writer] of writers.entries()) writer.record(entry(`${n}-${i}`))
  await Promise.all(writers.map((writer) => writer.settled()))
  const [store] = stores
  assert.ok(store)
  const { flaws, count } = await checked(store)
  assert.deepEqual([flaws, count], [[], 240])
  const links = await linksIn(store)
  for (const n of writers.keys())
    assert.deepEqual(
      requests(links).filter((id) => id.startsWith(`${n}-`)),
      Array.from({ length: 60 }, (_, i) => `${n}-${i}`),
    )
  await Promise.all(stores.map((one) => one.close()))
})
