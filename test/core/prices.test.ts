import assert from 'node:assert/strict'
import { test } from 'node:test'
import { say } from '../../src/core/text.ts'
import { costUsdMonth, guestUsdMonth, regionFactor } from '../../src/core/prices.ts'

// Fly's published tables for iad (FLY.md §6.2): CPUs, then [GB, dollars a month].
const SHARED: ReadonlyArray<readonly [cpus: number, ...(readonly [gb: number, usd: number])[]]> = [
  [1, [0.25, 2.19], [0.5, 3.69], [1, 6.7], [2, 12.7]],
  [2, [0.5, 4.39], [1, 7.39], [2, 13.39], [4, 25.4]],
  [4, [1, 8.78], [2, 14.78], [4, 26.79], [8, 50.8]],
  [6, [1.5, 13.16], [3, 22.17], [6, 40.18], [12, 76.2]],
  [8, [2, 17.55], [4, 29.56], [8, 53.57], [16, 101.6]],
]
const PERFORMANCE: typeof SHARED = [
  [1, [2, 33], [4, 45.01], [8, 69.02]],
  [2, [4, 66], [8, 90.01], [16, 138.04]],
  [4, [8, 132.01], [16, 180.03], [32, 276.08]],
  [6, [12, 198.01], [24, 270.04], [48, 414.12]],
  [8, [16, 264.01], [32, 360.06], [64, 552.16]],
  [10, [20, 330.01]],
  [12, [24, 396.02]],
  [14, [28, 462.02]],
  [16, [32, 528.02]],
]
for (const [cpuKind, table] of [
  ['shared', SHARED],
  ['performance', PERFORMANCE],
] as const) {
  for (const [cpus, ...prices] of table) {
    test(`${cpuKind} ${cpus}x costs what Fly's table says`, () => {
      const ours = prices.map(([gb]) =>
        guestUsdMonth({ cpuKind, cpus, memoryMb: gb * 1024 }, 'iad'),
      )
      const theirs = prices.map(([, usd]) => usd)
      for (const [index, usd] of ours.entries()) {
        assert.ok(Math.abs(usd - (theirs[index] ?? NaN)) <= 0.005, `${usd} is not ${theirs[index]}`)
      }
    })
  }
}

test('regions have their factors', () => {
  assert.deepEqual(
    [regionFactor('iad'), regionFactor('ord'), regionFactor('xyz')],
    [1, 1.25, undefined],
  )
  assert.equal(regionFactor('toString'), undefined)
  const guest = { cpuKind: 'shared', cpus: 1, memoryMb: 256 } as const
  assert.equal(guestUsdMonth(guest, 'gru'), guestUsdMonth(guest, 'iad') * 1.615384615)
})

test("the guide's deployment costs its machine and its volume", () => {
  const cost = costUsdMonth({
    machines: [
      {
        id: 'm1',
        region: 'iad',
        state: 'started',
        guest: { cpuKind: 'shared', cpus: 2, memoryMb: 2048 },
      },
    ],
    volumes: [{ id: 'vol_1', name: 'openclaw_data', sizeGb: 1 }],
    addresses: [
      { address: '66.241.124.100', type: 'shared_v4' },
      { address: '2a09::1', type: 'v6' },
    ],
  })
  assert.equal(cost.usd.toFixed(2), '13.54')
  assert.deepEqual(
    cost.lines.map(({ kind, id, usd }) => [kind, id, usd.toFixed(2)]),
    [
      ['machine', 'm1', '13.39'],
      ['volume', 'vol_1', '0.15'],
      ['address', '66.241.124.100', '0.00'],
      ['address', '2a09::1', '0.00'],
    ],
  )
  assert.deepEqual([cost.pricesOf, cost.notes], ['2026-10-01', []])
})

test('what does not run, is unknown or is dedicated is told apart', () => {
  const guest = { cpuKind: 'performance', cpus: 1, memoryMb: 2048 } as const
  const cost = costUsdMonth({
    machines: [
      { id: 'm1', region: 'iad', state: 'stopped', guest },
      { id: 'm2', region: 'xyz', state: 'starting', guest },
      { id: 'm3', region: 'iad', state: 'started', guest: null },
    ],
    volumes: [],
    addresses: [
      { address: '1.1.1.1', type: 'v4' },
      { address: '2.2.2.2', type: 'egress_v4' },
      { address: '2a09::2', type: 'egress_v6' },
    ],
  })
  assert.deepEqual(
    cost.lines.map(({ usd }) => usd.toFixed(2)),
    ['0.00', '33.00', '0.00', '2.00', '3.60', '0.00'],
  )
  assert.deepEqual(
    cost.notes.map((note) => say(note, 'en').split(' ').slice(0, 5).join(' ')),
    ['No price is known for', 'A machine that does not', 'A machine of unknown size'],
  )
  assert.match(say(cost.lines[0]?.text ?? '', 'zh-TW'), /未執行/)
})
