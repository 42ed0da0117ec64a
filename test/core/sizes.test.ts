import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Guest } from '../../src/core/fly.ts'
import {
  isLegal,
  memoryRange,
  memorySizes,
  nextSize,
  sizeName,
  withMemory,
} from '../../src/core/sizes.ts'

const shared = (cpus: number, memoryMb: number): Guest => ({ cpuKind: 'shared', cpus, memoryMb })
const performance = (cpus: number, memoryMb: number): Guest => ({
  cpuKind: 'performance',
  cpus,
  memoryMb,
})

test('classes have their names', () => {
  assert.equal(sizeName(shared(2, 2048)), 'shared-cpu-2x')
  assert.equal(sizeName(performance(16, 32768)), 'performance-16x')
})
test('memory ranges are those of the class', () => {
  assert.deepEqual(memoryRange(shared(2, 0)), { min: 512, max: 4096, step: 256 })
  assert.deepEqual(memorySizes(shared(1, 0)), [256, 512, 768, 1024, 1280, 1536, 1792, 2048])
  assert.deepEqual(memorySizes(performance(1, 0)), [2048, 4096, 6144, 8192])
})

const LEGAL: ReadonlyArray<readonly [Guest, boolean]> = [
  [shared(1, 256), true],
  [shared(1, 2048), true],
  [shared(1, 2304), false],
  [shared(1, 300), false],
  [shared(2, 256), false],
  [shared(3, 1024), false],
  [performance(1, 2048), true],
  [performance(1, 3072), false],
  [performance(1, 10240), false],
  [performance(12, 24576), true],
]
for (const [guest, legal] of LEGAL) {
  test(`${sizeName(guest)} with ${guest.memoryMb} MB is ${legal ? '' : 'not '}legal`, () => {
    assert.equal(isLegal(guest), legal)
  })
}

const CHANGED: ReadonlyArray<readonly [Guest, memoryMb: number, Guest | undefined]> = [
  [shared(1, 1024), 2048, shared(1, 2048)],
  [shared(1, 2048), 4096, shared(2, 4096)],
  [shared(1, 256), 16384, shared(8, 16384)],
  [shared(2, 2048), 256, shared(1, 256)],
  [shared(2, 2048), 2000, shared(2, 2048)],
  [shared(2, 2048), 1, shared(1, 256)],
  [shared(8, 16384), 16385, undefined],
  [shared(3, 1024), 1024, shared(2, 1024)],
  [performance(1, 2048), 3000, performance(1, 4096)],
  [performance(2, 16384), 20000, performance(4, 20480)],
]
for (const [guest, memoryMb, expected] of CHANGED) {
  test(`${sizeName(guest)} with ${memoryMb} MB becomes ${expected ? sizeName(expected) : 'nothing'}`, () => {
    assert.deepEqual(withMemory(guest, memoryMb), expected)
  })
}

test('the next size is twice the memory, up to the most there is', () => {
  assert.deepEqual(nextSize(shared(1, 1024)), shared(1, 2048))
  assert.deepEqual(nextSize(shared(1, 2048)), shared(2, 4096))
  assert.deepEqual(nextSize(shared(6, 12288)), shared(8, 16384))
  assert.equal(nextSize(shared(8, 16384)), undefined)
})
test('what comes out is legal, has the memory asked for, and stays when it was legal', () => {
  const kind = fc.constantFrom('shared' as const, 'performance' as const)
  fc.assert(
    fc.property(kind, fc.nat(128), fc.nat(1_200_000), (cpuKind, cpus, memoryMb) => {
      const guest: Guest = { cpuKind, cpus, memoryMb }
      const changed = withMemory(guest, memoryMb)
      if (changed === undefined)
        return assert.ok(memoryMb > (cpuKind === 'shared' ? 16384 : 1048576))
      assert.ok(isLegal(changed))
      assert.ok(changed.memoryMb >= memoryMb)
      if (isLegal(guest)) assert.deepEqual(changed, guest)
      return undefined
    }),
  )
})
