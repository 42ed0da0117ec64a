import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { auditEntry, bySystem } from '../../../src/core/audit.ts'
import {
  type Anchor,
  canonical,
  chained,
  hashOf,
  type Link,
  type Unlinked,
} from '../../../src/core/audit/chain.ts'
import { checkEnds, checkNext, type Flaw, NOTHING_SEEN } from '../../../src/core/audit/check.ts'
import { request } from '../../helpers/people.ts'

const entry = (n: number): Unlinked => ({
  ...auditEntry('accepted', request('openclaw restart', {}, { id: `i-${n}` }), {
    app: 'my-openclaw',
  }),
  at: 1000 + n,
  nonce: `n${n}`,
})
const chain = (length: number): readonly Link[] =>
  chained(
    undefined,
    Array.from({ length }, (_, i) => entry(i)),
  )
const anchorOf = ({ seq, hash, at }: Link): Anchor => ({ seq, hash, at })

/** Stored and read again, as the check gets it. */
function flawsOf(stored: readonly unknown[], anchors: readonly Anchor[] = []): readonly Flaw[] {
  const known = new Map(anchors.map((anchor) => [anchor.seq, anchor]))
  const read = JSON.parse(JSON.stringify(stored)) as unknown[]
  return checkEnds(
    read.reduce((seen: typeof NOTHING_SEEN, one) => checkNext(seen, one, known), NOTHING_SEEN),
    known,
  ).flaws
}

const shape = fc.integer({ min: 2, max: 24 }).chain((length) =>
  fc.record({
    length: fc.constant(length),
    at: fc.integer({ min: 0, max: length - 1 }),
    other: fc.integer({ min: 0, max: length - 1 }),
  }),
)
const head = (links: readonly Link[]): readonly Anchor[] => links.slice(-1).map(anchorOf)

test('a chain as it was written is whole, with and without anchors', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 24 }), (length) => {
      const links = chain(length)
      assert.deepEqual(flawsOf(links), [])
      assert.deepEqual(flawsOf(links, links.map(anchorOf)), [])
    }),
  )
})

test('any entry that is removed is missed, the last one by its anchor', () => {
  fc.assert(
    fc.property(shape, ({ length, at }) => {
      const links = chain(length)
      assert.notDeepEqual(flawsOf(links.toSpliced(at, 1), head(links)), [])
    }),
  )
})

test('any end that is cut off is missed by the anchor, any beginning without one', () => {
  fc.assert(
    fc.property(shape, ({ length, at }) => {
      const links = chain(length)
      assert.notDeepEqual(flawsOf(links.slice(0, at), head(links)), [])
      if (at > 0) assert.notDeepEqual(flawsOf(links.slice(at)), [])
    }),
  )
})

test('any two entries that change places, and any that is there twice, are seen', () => {
  fc.assert(
    fc.property(shape, ({ length, at, other }) => {
      const links = chain(length)
      const twice = links.toSpliced(at, 0, links[at] as Link)
      assert.notDeepEqual(flawsOf(twice), [])
      fc.pre(at !== other)
      const swapped = links.with(at, links[other] as Link).with(other, links[at] as Link)
      assert.notDeepEqual(flawsOf(swapped), [])
    }),
  )
})

test('any edit of any field is seen, also one with a new hash', () => {
  const field = fc.constantFrom(
    'event',
    'actor',
    'place',
    'verb',
    'app',
    'job',
    'detail',
    'at',
    'request',
    'nonce',
    'seq',
    'prev',
    'hash',
    'v',
    'more',
  )
  fc.assert(
    fc.property(shape, field, fc.jsonValue(), ({ length, at }, name, value) => {
      const links = chain(length)
      const link = links[at] as Link
      const stored = JSON.parse(JSON.stringify(value ?? null)) as unknown
      fc.pre(canonical(stored) !== canonical(link[name as keyof Link]))
      const edited = { ...link, [name]: stored } as Link
      assert.notDeepEqual(flawsOf(links.with(at, edited)), [])
      const again = { ...edited, hash: hashOf(edited) }
      fc.pre(name !== 'hash')
      assert.notDeepEqual(flawsOf(links.with(at, again), head(links)), [])
    }),
  )
})

test('a chain that was written anew is given away by an anchor', () => {
  fc.assert(
    fc.property(shape, ({ length, at }) => {
      const links = chain(length)
      const entries = Array.from({ length }, (_, i) => ({
        ...entry(i),
        ...(i === at && { actor: 'discord:1' }),
      }))
      const forged = chained(undefined, entries)
      assert.deepEqual(
        flawsOf(forged),
        [],
        'by itself it looks whole: that is what anchors are for',
      )
      assert.deepEqual(flawsOf(forged, head(links)), [{ kind: 'anchor', seq: length }])
    }),
  )
})

test('what was trimmed is not missed: the chain itself says it, also when the trim was cut short', () => {
  const links = chain(10)
  const at = links[5] as Link
  const trimmed = bySystem('trimmed', { through: { seq: at.seq, hash: at.hash } })
  const all = [...links, ...chained(links.at(-1), [{ ...trimmed, at: 2000, nonce: 't' }])]
  const anchors = [at, all.at(-1) as Link].map(anchorOf)
  for (let from = 0; from <= 6; from++) assert.deepEqual(flawsOf(all.slice(from), anchors), [])
  assert.deepEqual(flawsOf(all.slice(7), anchors), [{ kind: 'start', seq: 8 }])
  const lying = chained(links.at(-1), [
    { ...bySystem('trimmed', { through: { seq: 6, hash: 'x' } }), at: 2000, nonce: 't' },
  ])
  assert.deepEqual(flawsOf([...links, ...lying].slice(6)), [{ kind: 'start', seq: 7 }])
})

test('each flaw is called by its name', () => {
  const links = chain(5)
  const third = links[2] as Link
  assert.deepEqual(flawsOf(links.with(2, { ...third, actor: 'x' })), [{ kind: 'edited', seq: 3 }])
  assert.deepEqual(flawsOf(links.toSpliced(2, 1)), [{ kind: 'order', seq: 4 }])
  assert.deepEqual(flawsOf(links.slice(1)), [{ kind: 'start', seq: 2 }])
  assert.deepEqual(flawsOf(links.slice(0, 4), head(links)), [{ kind: 'end', seq: 5 }])
  assert.deepEqual(flawsOf([], head(links)), [{ kind: 'end', seq: 5 }])
  // Bound to the one before by its hash, and yet a number was left out: as if it had always been so.
  const [skipped] = chained({ ...(links[4] as Link), seq: 6 }, [entry(9)])
  assert.ok(skipped)
  assert.deepEqual(flawsOf([...links, skipped]), [{ kind: 'order', seq: 7 }])
  assert.deepEqual(
    flawsOf([...links, 'rubbish', null]).map(({ kind }) => kind),
    ['foreign', 'foreign'],
  )
})

test('canonical JSON does not depend on how a value was put together', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const stored = JSON.parse(JSON.stringify(value)) as unknown
      assert.equal(canonical(stored), canonical(JSON.parse(canonical(stored))))
      assert.deepEqual(JSON.parse(canonical(stored)), stored)
    }),
  )
  assert.equal(
    canonical({ b: 1, a: undefined, c: [{ z: null, y: '龍蝦' }] }),
    '{"b":1,"c":[{"y":"龍蝦","z":null}]}',
  )
})
