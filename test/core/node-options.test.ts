import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { heapCapMb, withHeapCap } from '../../src/core/node-options.ts'
import { runs } from '../helpers/runs.ts'

const READ: ReadonlyArray<readonly [options: string, mb: number | null]> = [
  ['', null],
  ['--max-old-space-size=1536', 1536],
  ['--max_old_space_size=1536', 1536],
  ['--no-warnings  --max-old-space-size=512 --trace-gc', 512],
  ['"--max-old-space-size=200"', 200],
  ['--max-old-space-size="200"', 200],
  ['--max-old-space-size=200 --max-old-space-size=300', 300],
  ['--max-old-space-size-percentage=50', 1024],
  ['--max-old-space-size-percentage=50 --max-old-space-size=300', 1024],
  ['--require "./a --max-old-space-size=1 b.js"', null],
  ['--require "./\\"--max-old-space-size=1"', null],
  ['--title=--max-old-space-size=5', null],
  ['--max-old-space-size', null],
  ['--max-semi-space-size=64', null],
]
for (const [options, mb] of READ)
  test(`the heap cap of «${options}» is ${mb}`, () => {
    assert.equal(heapCapMb(options, 2048), mb)
  })

const REWRITTEN: ReadonlyArray<readonly [before: string, after: string]> = [
  ['', '--max-old-space-size=3072'],
  ['--no-warnings', '--max-old-space-size=3072 --no-warnings'],
  ['--a  --max_old_space_size=10   --b', '--a  --max-old-space-size=3072   --b'],
  ['--max-old-space-size=1 --a --max-old-space-size=2 --b', '--max-old-space-size=3072 --a --b'],
  ['--a --max-old-space-size-percentage=75', '--a --max-old-space-size=3072'],
  [
    '--require "x --max-old-space-size=1',
    '--max-old-space-size=3072 --require "x --max-old-space-size=1',
  ],
]
for (const [before, after] of REWRITTEN)
  test(`«${before}» becomes «${after}»`, () => assert.equal(withHeapCap(before, 3072), after))

const word = fc.oneof(
  fc.constantFrom(
    '--no-warnings',
    '--max-semi-space-size=64',
    '--require "./a b.js"',
    '--require "a\\"b --max-old-space-size=1"',
    '--max-old-space-size=77',
    '"--max_old_space_size=78"',
    '--max-old-space-size-percentage=20',
  ),
  fc.stringMatching(/^[!#-~]{1,12}$/),
)
const spaces = fc.constantFrom(' ', '  ')
const written = fc
  .array(fc.tuple(word, spaces), { maxLength: 8 })
  .map((parts) => parts.flat().join(''))
const cap = fc.integer({ min: 192, max: 131_072 })

test('what was written is read back, whatever the options', () => {
  fc.assert(
    fc.property(fc.oneof(written, fc.string()), cap, (options, mb) => {
      assert.equal(heapCapMb(withHeapCap(options, mb), 2048), mb)
    }),
    { numRuns: runs(2000) },
  )
})

test('writing twice is writing the last one', () => {
  fc.assert(
    fc.property(fc.oneof(written, fc.string()), cap, cap, (options, one, two) => {
      assert.equal(withHeapCap(withHeapCap(options, one), two), withHeapCap(options, two))
    }),
    { numRuns: runs(2000) },
  )
})

test('every other word stays as it was written, in its order', () => {
  const others = (parts: readonly string[]) =>
    parts.filter((part) => !/^"?--max[-_]old[-_]space[-_]size/.test(part))
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), cap, (parts, mb) => {
      const after = withHeapCap(parts.join(' '), mb)
      const expected = others(parts).join(' ')
      const rest = after.replace(`--max-old-space-size=${mb}`, '').replaceAll(/ +/g, ' ').trim()
      assert.equal(rest, expected.replaceAll(/ +/g, ' ').trim())
    }),
    { numRuns: runs(2000) },
  )
})

test('Node itself reads a cap that way', async () => {
  const limit = async (options: string) => {
    const code = 'console.log(require("v8").getHeapStatistics().heap_size_limit)'
    const env = { ...process.env, NODE_OPTIONS: options }
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', code], { env })
    return Number(stdout)
  }
  const plain = await limit('--max-old-space-size=300')
  const kept = '--no-warnings --title="a b" --max-old-space-size-percentage=9'
  assert.equal(await limit(withHeapCap(kept, 300)), plain)
  assert.equal(await limit('"--max_old_space_size=300"'), plain)
})
