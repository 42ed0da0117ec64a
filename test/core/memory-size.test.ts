import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OpsError } from '../../src/core/errors.ts'
import type { Guest } from '../../src/core/fly.ts'
import {
  cpusSentence,
  guestFor,
  nearestSizes,
  readSize,
  SIZE,
  sizesNear,
  sizeWord,
} from '../../src/core/memory-size.ts'
import { isLegal } from '../../src/core/sizes.ts'
import { say } from '../../src/core/text.ts'
import { runs } from '../helpers/runs.ts'

const shared = (cpus: number, memoryMb: number): Guest => ({ cpuKind: 'shared', cpus, memoryMb })
const performance = (cpus: number, memoryMb: number): Guest => ({
  cpuKind: 'performance',
  cpus,
  memoryMb,
})

const READ: ReadonlyArray<readonly [typed: string, read: number | 'next' | undefined]> = [
  ['512mb', 512],
  ['512 MB', 512],
  ['2gb', 2048],
  ['2G', 2048],
  ['1.5gb', 1536],
  ['1.5GiB', 1536],
  ['2048', 2048],
  ['next', 'next'],
  [' NEXT ', 'next'],
  ['0.3gb', undefined],
  ['0', undefined],
  ['-1', undefined],
  ['2tb', undefined],
  ['gb', undefined],
  ['', undefined],
  ['1e3', undefined],
]
for (const [typed, read] of READ)
  test(`«${typed}» is read as ${read}`, () => assert.equal(readSize(typed), read))

test('any text is a size or none, and one that is comes back as it was', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (typed) => {
      const read = readSize(typed)
      if (read === undefined || read === 'next') return
      assert.ok(Number.isInteger(read) && read > 0)
      assert.equal(readSize(sizeWord(read)), read)
      assert.match(sizeWord(read), SIZE)
    }),
    { numRuns: runs(3000) },
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000 }), (mb) => {
      assert.equal(readSize(sizeWord(mb)), mb)
      assert.equal(readSize(String(mb)), mb)
    }),
  )
})

const guest = fc
  .constantFrom(
    ...[1, 2, 4, 6, 8].map((cpus) => shared(cpus, 256 * cpus)),
    ...[1, 2, 16, 128].map((cpus) => performance(cpus, 2048 * cpus)),
  )
  .chain((least) =>
    fc
      .integer({ min: 1, max: least.cpuKind === 'shared' ? 8 : 4 })
      .map((times) => ({ ...least, memoryMb: least.memoryMb * times })),
  )

test('whatever is typed, the answer is a legal guest or names legal sizes', () => {
  fc.assert(
    fc.property(
      guest,
      fc.oneof(fc.integer({ min: 1, max: 2_000_000 }), fc.constant('next')),
      (from, typed) => {
        try {
          const to = guestFor(from, String(typed))
          assert.ok(isLegal(to), JSON.stringify(to))
          if (typed !== 'next') assert.equal(to.memoryMb, typed)
          assert.equal(to.cpuKind, from.cpuKind)
        } catch (error) {
          assert.ok(error instanceof OpsError && error.code === 'bad_input', String(error))
          if (typed === 'next') return
          const nearest = nearestSizes(from, Number(typed))
          assert.ok(nearest.length > 0)
          for (const mb of nearest) assert.ok(isLegal(guestFor(from, String(mb))))
          assert.ok(!nearest.includes(Number(typed)))
        }
      },
    ),
    { numRuns: runs(3000) },
  )
})

test('a size Fly does not have is answered with the ones next to it', () => {
  const words = (from: Guest, typed: string) => {
    try {
      return JSON.stringify(guestFor(from, typed))
    } catch (error) {
      assert.ok(error instanceof OpsError)
      return say(error.text, 'en')
    }
  }
  assert.match(words(shared(2, 2048), '3000'), /type 2816mb or 3gb instead/)
  assert.match(words(shared(2, 2048), '100gb'), /type 16gb instead/)
  assert.match(words(shared(2, 2048), '100'), /type 256mb instead/)
  assert.match(words(performance(1, 2048), '5gb'), /type 4gb or 6gb instead/)
  assert.match(words(shared(8, 16_384), 'next'), /is the most its kind has/)
})

test('CPUs follow the memory, and it is said why', () => {
  const small = shared(1, 512)
  const big = guestFor(small, '4gb')
  assert.deepEqual(big, shared(2, 4096))
  assert.match(say(cpusSentence(small, big), 'en'), /shared-cpu-1x has at most 2 GB.*from 1 to 2/)
  const less = guestFor(shared(4, 2048), '512mb')
  assert.match(say(cpusSentence(shared(4, 2048), less), 'en'), /at least 1 GB.*from 4 to 2/)
  assert.equal(cpusSentence(shared(2, 512), shared(2, 4096)), '')
})

test('the sizes offered are legal, ascending, and hold the present one', () => {
  fc.assert(
    fc.property(guest, (from) => {
      const near = sizesNear(from)
      assert.ok(near.every(isLegal))
      const sizes = near.map(({ memoryMb }) => memoryMb)
      assert.deepEqual(
        sizes,
        [...new Set(sizes)].toSorted((a, b) => a - b),
      )
      assert.ok(sizes.includes(from.memoryMb))
    }),
  )
})
