import type { ChildProcess } from 'node:child_process'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import type { Store } from '../../src/core/ports.ts'
import { type Place, startChild } from '../helpers/engines.ts'

interface StoreCase {
  readonly place: Place
  readonly store: Store
  /** A second handle, as another process has it. */
  readonly another: () => Promise<Store>
  /** Lets this much time pass for the store's lives, by clock or for real. */
  readonly lapse: (ms: number) => Promise<void>
}

export interface StoreContract {
  readonly name: string
  readonly skip: string | false
  /** Opens an empty store and closes it after the test. */
  readonly open: (t: TestContext) => Promise<StoreCase>
}

/** Long enough that a busy machine reads in time, short enough to be waited for where no clock can be set. */
const LIFE = 250

/** What every engine of the Store port has to do. */
export function storeContract({ name, skip, open }: StoreContract): void {
  const check = (what: string, body: (one: StoreCase, t: TestContext) => Promise<void>) => {
    void test(`${name}: ${what}`, { skip, timeout: 20_000 }, async (t) => body(await open(t), t))
  }

  check('values come back as they were written, and nothing is nothing', async ({ store }) => {
    const value = { text: '龍蝦 🦞', list: [1, null, { deep: true }], empty: '' }
    await store.put('b', 'id:with:colons', value)
    assert.deepEqual(await store.get('b', 'id:with:colons'), value)
    assert.equal(await store.get('b', 'other'), undefined)
    assert.equal(await store.get('b:id', 'with:colons'), undefined)
    await store.put('b', 'null', null)
    assert.equal(await store.get('b', 'null'), null)
    await store.remove('b', 'null')
    assert.equal(await store.get('b', 'null'), undefined)
  })

  check('of 200 creators one wins, of 200 takers one gets it', async ({ store }) => {
    const many = Array.from({ length: 200 }, (_, i) => i)
    const created = await Promise.all(many.map((i) => store.create('b', 'x', i)))
    assert.equal(created.filter(Boolean).length, 1)
    assert.equal(await store.get('b', 'x'), created.indexOf(true))
    const taken = await Promise.all(many.map(() => store.take('b', 'x')))
    assert.equal(taken.filter((value) => value !== undefined).length, 1)
    assert.deepEqual(await store.list('b'), [])
  })

  check('no update is lost among 200 callers', async ({ store }) => {
    const many = Array.from({ length: 200 }, (_, i) => i)
    const add = (current: unknown) => (typeof current === 'number' ? current + 1 : 1)
    const seen = await Promise.all(many.map(() => store.update('b', 'n', add)))
    assert.equal(await store.get('b', 'n'), 200)
    assert.equal(new Set(seen).size, 200)
  })

  check('two processes share one store', async ({ store, place }, t) => {
    const calls = 100
    const many = Array.from({ length: calls }, (_, i) => i)
    for (const i of many) await store.put('tickets', `t-${i}`, i)
    const heard = new Promise<string>((resolve) => t.after(store.onNudge('child', resolve)))
    const children = await Promise.all([
      startChild('store-child.ts', { place, calls }),
      startChild('store-child.ts', { place, calls }),
    ])
    const exits = children.map((child) => once(child, 'exit'))
    const reports = children.map(report)
    for (const child of children) child.send('go')
    const told = await Promise.all(reports)
    assert.equal(
      told.reduce((sum, { created }) => sum + created, 0),
      calls,
    )
    assert.equal(
      told.reduce((sum, { taken }) => sum + taken, 0),
      calls,
    )
    assert.equal(await store.get('shared', 'counter'), 2 * calls)
    assert.equal(await heard, 'done')
    await Promise.all(exits)
  })

  check('an update that gives nothing changes nothing', async ({ store }) => {
    assert.equal(await store.update('b', 'x', () => undefined), undefined)
    assert.deepEqual(await store.list('b'), [])
    await store.put('b', 'x', 1, { order: 5 })
    assert.equal(await store.update('b', 'x', () => undefined), 1)
    assert.equal(await store.update('b', 'x', () => 2), 2)
    assert.deepEqual(await store.list('b'), [{ id: 'x', value: 2, order: 5 }])
    const fault = new Error('from the caller')
    await assert.rejects(
      store.update('b', 'x', () => {
        throw fault
      }),
      fault,
    )
    assert.equal(await store.get('b', 'x'), 2)
  })

  check('an entry is gone after its life, everywhere', async ({ store, lapse }) => {
    await store.put('b', 'short', 1, { ttlMs: LIFE, order: 1 })
    await store.put('b', 'kept', 2, { order: 2 })
    await store.put('b', 'saved', 3, { ttlMs: LIFE, order: 3 })
    await store.put('b', 'saved', 3, { order: 3 })
    assert.equal((await store.list('b')).length, 3)
    await lapse(LIFE + 10)
    assert.equal(await store.get('b', 'short'), undefined)
    assert.equal(await store.take('b', 'short'), undefined)
    const left = await store.list('b', { limit: 2 })
    assert.deepEqual(
      left.map(({ id }) => id),
      ['kept', 'saved'],
    )
    assert.equal(await store.update('b', 'short', (now) => now ?? 'new'), 'new')
    assert.equal(await store.create('b', 'short', 0), false)
    const [, , again] = await store.list('b')
    assert.equal(again?.id, 'short', 'its place is that of the new first write')
  })

  check('an update keeps what is left of a life, or begins a new one', async ({ store, lapse }) => {
    await store.put('b', 'x', 1, { ttlMs: LIFE })
    await store.update('b', 'x', () => 2)
    await store.put('b', 'y', 1, { ttlMs: LIFE })
    await store.update('b', 'y', () => 2, { ttlMs: 60_000 })
    await lapse(LIFE + 10)
    assert.equal(await store.get('b', 'x'), undefined)
    assert.equal(await store.get('b', 'y'), 2)
    await store.put('b', 'z', 1, { ttlMs: LIFE })
    await lapse(LIFE + 10)
    assert.equal(await store.create('b', 'z', 2), true)
  })

  check('a list is in order, to a limit, up to a point, from either end', async ({ store }) => {
    for (const i of [30, 10, 20, 40]) await store.put('b', `e${i}`, i, { order: i })
    await store.put('b', 'e11', 11, { order: 10 })
    const ids = async (options: Parameters<Store['list']>[1]) =>
      (await store.list('b', options)).map(({ id }) => id).join(' ')
    assert.equal(await ids({}), 'e10 e11 e20 e30 e40')
    assert.equal(await ids({ newestFirst: true }), 'e40 e30 e20 e11 e10')
    assert.equal(await ids({ until: 20 }), 'e10 e11 e20')
    assert.equal(await ids({ until: 30, limit: 2, newestFirst: true }), 'e30 e20')
    assert.equal(await ids({ limit: 0 }), '')
    await store.put('b', 'e10', 10)
    assert.equal(await ids({ limit: 1 }), 'e10', 'a write without a place keeps it')
    await store.put('b', 'e10', 10, { order: 99 })
    assert.equal(await ids({ limit: 1, newestFirst: true }), 'e10')
  })

  check('a stream keeps its order and is read in pages', async ({ store }) => {
    const many = Array.from({ length: 25 }, (_, i) => ({ i }))
    const written: string[] = []
    for (const entry of many) written.push(await store.append('s', entry))
    await store.append('other', 'x')
    assert.deepEqual(
      await store.read('s'),
      many.map((entry, i) => ({ id: written[i], entry })),
    )
    const page = await store.read('s', { after: written[9] ?? '', limit: 3 })
    assert.deepEqual(
      page.map(({ entry }) => entry),
      many.slice(10, 13),
    )
    const last = await store.read('s', { after: written[20] ?? '', limit: 2, newestFirst: true })
    assert.deepEqual(
      last.map(({ entry }) => entry),
      [many[24], many[23]],
    )
    assert.deepEqual(await store.read('s', { after: written[24] ?? '' }), [])
    assert.deepEqual(await store.read('none'), [])
    await assert.rejects(store.read('s', { after: 'x' }), { code: 'bad_input' })
  })

  check('a stream is read between two places and loses its oldest entries', async ({ store }) => {
    const ids: string[] = []
    for (let i = 0; i < 10; i++) ids.push(await store.append('s', i))
    const values = async (options: Parameters<Store['read']>[1]) =>
      (await store.read('s', options)).map(({ entry }) => entry)
    const between = { after: ids[2] ?? '', before: ids[6] ?? '' }
    assert.deepEqual(await values(between), [3, 4, 5])
    assert.deepEqual(await values({ ...between, newestFirst: true, limit: 2 }), [5, 4])
    assert.deepEqual(await values({ before: ids[0] ?? '' }), [])
    await store.append('other', 'x')
    assert.equal(await store.trim('s', ids[3] ?? ''), 4)
    assert.equal(await store.trim('s', ids[3] ?? ''), 0)
    assert.deepEqual(await values({}), [4, 5, 6, 7, 8, 9])
    assert.equal((await store.read('other')).length, 1)
    await store.trim('s', ids[9] ?? '')
    assert.deepEqual(await values({}), [])
    const next = await store.append('s', 'again')
    assert.ok(!ids.includes(next), 'ids are never given twice')
    await assert.rejects(store.trim('s', 'x'), { code: 'bad_input' })
    await assert.rejects(store.read('s', { before: 'x' }), { code: 'bad_input' })
  })

  check('what extends a stream stands on its newest entry', async ({ store }) => {
    assert.deepEqual(await store.extend('s', () => []), [])
    const ids = await store.extend('s', (last) => [last ?? 'none', { text: '龍蝦' }])
    assert.deepEqual(
      (await store.read('s')).map(({ id }) => id),
      ids,
    )
    assert.deepEqual(await store.extend('s', () => []), [])
    await store.extend('s', (last) => [{ last }])
    assert.deepEqual(
      (await store.read('s')).map(({ entry }) => entry),
      ['none', { text: '龍蝦' }, { last: { text: '龍蝦' } }],
    )
    const fault = new Error('from the caller')
    const failing = () => {
      throw fault
    }
    await assert.rejects(store.extend('s', failing), fault)
    assert.equal((await store.read('s')).length, 3)
  })

  check(
    'two processes and 60 callers extend one stream without a fork',
    async ({ store, place }) => {
      const calls = 30
      const children = await Promise.all([
        startChild('chain-child.ts', { place, calls }),
        startChild('chain-child.ts', { place, calls }),
      ])
      const exits = children.map((child) => once(child, 'exit'))
      for (const child of children) child.send('go')
      await Promise.all(
        Array.from({ length: calls }, () =>
          store.extend('chain', (last) => [Number(last ?? 0) + 1]),
        ),
      )
      await Promise.all(exits)
      assert.deepEqual(
        (await store.read('chain')).map(({ entry }) => entry),
        Array.from({ length: 3 * calls }, (_, i) => i + 1),
      )
    },
  )

  check('nudges reach this process and others until one stops listening', async (one, t) => {
    const other = await one.another()
    t.after(other.close)
    const here: string[] = []
    const stop = one.store.onNudge('topic', (detail) => here.push(detail))
    const there = Promise.withResolvers<string>()
    other.onNudge('topic', there.resolve)
    other.onNudge('another', () => there.reject(new Error('a nudge of another topic')))
    // Listening begins a moment later on some engines, and a nudge may be lost: so it is said until it is heard.
    const repeat = setInterval(() => void one.store.nudge('topic', 'x').catch(() => {}), 20)
    t.after(() => clearInterval(repeat))
    assert.equal(await there.promise, 'x')
    clearInterval(repeat)
    assert.ok(here.length > 0)
    stop()
    const heard = here.length
    await one.store.nudge('topic', 'y')
    await one.store.get('b', 'x')
    assert.equal(here.length, heard)
  })

  check('several entries are changed as one, or none of them', async ({ store, lapse }) => {
    const add = (current: unknown) => Number(current ?? 0) + 1
    const along = [
      { bucket: 'b', id: 'there', change: add, options: { order: 7 } },
      { bucket: 'b', id: 'mortal', change: add, options: { ttlMs: LIFE } },
      { bucket: 'c', id: 'left', change: () => undefined },
      { bucket: 'c', id: 'new', change: () => ({ text: '龍蝦' }), options: { order: 1 } },
    ]
    await store.put('b', 'there', 4)
    assert.equal(await store.update('b', 'first', add, { along }), 1)
    assert.deepEqual(await store.list('c'), [{ id: 'new', value: { text: '龍蝦' }, order: 1 }])
    assert.equal(await store.get('b', 'there'), 5)
    assert.equal(await store.update('b', 'first', () => undefined, { along }), 1)
    assert.equal(await store.update('b', 'none', () => undefined, { along }), undefined)
    assert.equal(await store.get('b', 'there'), 5, 'left alone with the first one')
    const fault = new Error('from the caller')
    const throwing = () => {
      throw fault
    }
    const bad = [{ bucket: 'b', id: 'there', change: throwing }]
    await assert.rejects(store.update('b', 'first', add, { along: bad }), fault)
    assert.equal(await store.get('b', 'first'), 1)
    await lapse(LIFE + 10)
    assert.deepEqual(
      (await store.list('b')).map(({ id }) => id),
      ['there', 'first'],
    )
  })

  check('what goes along is never half there among many callers', async (one, t) => {
    const { store } = one
    const other = await one.another()
    t.after(other.close)
    const add = (current: unknown) => Number(current ?? 0) + 1
    const many = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? store : other))
    // Each pair in both orders, so that neither waits for the other.
    const pairs = many.map((from, i) => {
      const [first, second] = i % 4 < 2 ? ['x', 'y'] : ['y', 'x']
      const along = [{ bucket: 'b', id: second ?? '', change: add }]
      return from.update('b', first ?? '', add, { along })
    })
    await Promise.all(pairs)
    assert.deepEqual([await store.get('b', 'x'), await store.get('b', 'y')], [40, 40])
  })

  check('a nudge goes out with what was written, and only then', async (one, t) => {
    const { store } = one
    const other = await one.another()
    t.after(other.close)
    const here: Array<[string, unknown]> = []
    t.after(store.onNudge('n', (detail, written) => here.push([detail, written?.()])))
    const there = Promise.withResolvers<string>()
    t.after(other.onNudge('n', (detail) => detail.startsWith('last') && there.resolve(detail)))
    await store.put('b', 'put', 1, { nudge: 'n' })
    assert.equal(await store.create('b', 'made', { n: 2 }, { nudge: 'n' }), true)
    assert.equal(await store.create('b', 'made', { n: 3 }, { nudge: 'n' }), false)
    await store.update('b', 'put', () => undefined, { nudge: 'n' })
    const along = [{ bucket: 'c', id: 'aside', change: () => [4], options: { nudge: 'n' } }]
    await store.update('b', 'put', () => undefined, { nudge: 'n', along })
    await store.update('b', 'put', () => 5, { nudge: 'n', along })
    await store.get('b', 'put')
    assert.deepEqual(here, [
      ['put', 1],
      ['made', { n: 2 }],
      ['put', 5],
      ['aside', [4]],
    ])
    // Listening begins a moment later on some engines, so it is said until it is heard.
    let n = 0
    const say = () => void store.put('b', `last-${n++}`, n, { nudge: 'n' }).catch(() => {})
    const repeat = setInterval(say, 20)
    t.after(() => clearInterval(repeat))
    assert.match(await there.promise, /^last-/)
  })

  check('healthy while it is open, unavailable after that', async ({ store }) => {
    assert.equal((await store.health()).ok, true)
    await store.close()
    await store.close()
    assert.equal((await store.health()).ok, false)
    await assert.rejects(store.get('b', 'x'), { code: 'unavailable' })
    await assert.rejects(store.put('b', 'x', 1), { code: 'unavailable' })
  })
}

async function report(child: ChildProcess): Promise<{ created: number; taken: number }> {
  const [message] = (await once(child, 'message')) as [{ created: number; taken: number }]
  return message
}
