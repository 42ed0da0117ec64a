import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jumpWords } from '../../../src/core/deploy/jump-words.ts'
import {
  changesBetween,
  directionOf,
  isBeyond,
  NEWEST_KNOWN,
  type Traits,
} from '../../../src/core/deploy/jumps.ts'
import type { DeployChange, Target } from '../../../src/core/deploy/change.ts'
import { say } from '../../../src/core/text.ts'
import { compareVersions } from '../../../src/core/versions.ts'
import { RECORDED } from '../../fakes/gateway/behaviour.ts'

const ALL: Traits = { served: true, startupCheck: true, heapCap: false }
const NONE: Traits = { served: false, startupCheck: false, heapCap: true }
const ids = (from: string, to: string, traits = ALL): readonly string[] =>
  changesBetween({ from, to }, traits).map(({ id, maybe }) => (maybe ? `${id}?` : id))

test('what is known of the way between recorded releases', () => {
  const rows: ReadonlyArray<readonly [from: string, to: string, changes: readonly string[]]> = [
    ['2026.1.29', '2026.3.13', ['origins.required', 'channels.explicit?', 'heap.cap']],
    ['2026.3.13', '2026.6.11', ['channels.explicit?', 'protocol.4', 'config.reverted']],
    ['2026.6.11', '2026.8.2', ['channels.explicit?', 'proxy.refused', 'locks.moved']],
    ['2026.8.2', '2026.9.6', ['channels.explicit?', 'config.schema', 'signal']],
    ['2026.9.6', '2026.10.1', []],
    [
      '2026.1.29',
      '2026.9.6',
      [
        'channels.explicit',
        'heap.cap',
        'proxy.refused',
        'config.schema',
        'protocol.4',
        'config.reverted',
        'locks.moved',
        'signal',
      ],
    ],
    ['2026.9.6', '2026.8.2', []],
    ['2026.8.2', '2026.6.11', ['startupz', 'locks.moved']],
    ['2026.9.6', '2026.3.13', ['origins.required', 'startupz', 'locks.moved']],
    ['2026.8.1', '2026.8.2', ['channels.explicit?', 'locks.moved?']],
    ['2026.4.25', '2026.5.1', ['channels.explicit?', 'protocol.4?', 'config.reverted?']],
    ['2026.9.6', '2026.9.6', []],
  ]
  for (const [from, to, changes] of rows) assert.deepEqual(ids(from, to), changes, `${from} ${to}`)
})

test('only what matters to the machines is said', () => {
  assert.deepEqual(ids('2026.1.29', '2026.3.13', NONE), ['origins.required', 'channels.explicit?'])
  assert.deepEqual(ids('2026.6.11', '2026.8.2', NONE), ['channels.explicit?', 'locks.moved'])
  assert.deepEqual(ids('2026.8.2', '2026.6.11', NONE), ['locks.moved'])
})

test('the table agrees with what the recorded releases do', () => {
  for (const a of RECORDED)
    for (const b of RECORDED) {
      const found = new Set(
        changesBetween({ from: a.version, to: b.version }, ALL).map(({ id }) => id),
      )
      const up = compareVersions(a.version, b.version) === -1
      const has = (id: string, changed: boolean) =>
        assert.equal(found.has(id), changed, `${a.version} ${b.version} ${id}`)
      has('proxy.refused', up && a.forwarded !== b.forwarded)
      has('protocol.4', up && a.protocol !== b.protocol)
      has('config.schema', up && a.strictChannels !== b.strictChannels)
      has('config.reverted', up && a.silentRevert !== b.silentRevert)
      has('locks.moved', a.locks !== b.locks)
      has('startupz', !up && a.json.startupz && !b.json.startupz)
      has('origins.required', b.origins === 'required' && a !== b)
    }
  assert.equal(RECORDED.at(-1)?.version, NEWEST_KNOWN)
})

const version = fc
  .tuple(
    fc.constantFrom(2026, 2027),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 31 }),
  )
  .map((numbers) => numbers.join('.'))

test('a way in two steps misses nothing of the way in one', () => {
  fc.assert(
    fc.property(version, version, version, (...three) => {
      const [a, b, c] = three.toSorted((x, y) => compareVersions(x, y) ?? 0)
      if (a === undefined || b === undefined || c === undefined) return
      const names = (from: string, to: string) =>
        changesBetween({ from, to }, ALL)
          .map(({ id }) => id)
          .filter((id) => id !== 'origins.required')
      const both = new Set([...names(a, b), ...names(b, c)])
      for (const id of names(a, c)) assert.ok(both.has(id), `${a} ${b} ${c}: ${id}`)
    }),
  )
})

test('which way it goes', () => {
  assert.equal(directionOf('2026.8.2', '2026.9.6'), 'up')
  assert.equal(directionOf('2026.9.6', '2026.8.2'), 'down')
  assert.equal(directionOf('2026.9.6', '2026.9.6'), 'same')
  for (const [from, to] of [
    [null, '2026.9.6'],
    ['2026.9.6', null],
    ['dev', '2026.9.6'],
  ] as const)
    assert.equal(directionOf(from, to), 'unknown')
  assert.deepEqual(
    [isBeyond('2026.10.1'), isBeyond('2026.9.6'), isBeyond(null)],
    [true, false, false],
  )
})

function words(from: string | null, to: string | null, memoryMb = 2048): string {
  const target = { id: 'm1', memoryMb, traits: NONE } as unknown as Target
  const seen = (release: string | null) => ({ image: 'x', digest: null, version: release })
  const change: DeployChange = {
    kind: 'image',
    from: seen(from),
    to: { ...seen(to), same: [] },
    targets: [target],
  }
  return jumpWords(change)
    .map((one) => say(one, 'en'))
    .join('\n')
}

test('the words: one-way states, downgrades, unknown releases, small machines', () => {
  assert.match(words('2026.8.2', '2026.9.6'), /can’t be undone: an older one then refuses/)
  assert.match(words('2026.9.6', '2026.8.2'), /downgrade from 2026.9.6 to 2026.8.2/)
  assert.match(words('2026.9.6', '2026.9.6'), /same release in another build/)
  assert.match(words('2026.9.6', null), /release in the new image is not known, so nobody can say/)
  assert.match(words(null, '2026.9.6'), /release that runs now is not known/)
  assert.match(words('dev', '2026.9.6'), /dev and 2026.9.6 can’t be compared/)
  assert.match(
    words('2026.9.6', '2027.1.1'),
    /2027.1.1 is newer than 2026.9.6, the newest release known/,
  )
  assert.match(words('2026.8.2', '2026.9.6', 512), /m1 has 512 MB.*will not fit.*memory size=2gb/)
  assert.match(words('2026.8.2', '2026.9.6', 1024), /m1 has 1 GB; 2 GB are recommended/)
  assert.doesNotMatch(words('2026.8.2', '2026.9.6'), /m1 has/)
})
