import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseArgsStringToArgv } from 'string-argv'
import { joinLine, quoteWord, splitLine } from '../../src/core/command-line.ts'

/** By the rules of the splitter flyctl uses: what a shell does to quotes and backslashes, and comments. */
const LINES: ReadonlyArray<readonly [line: string, words: readonly string[]]> = [
  ['', []],
  [' \t\n ', []],
  [
    'node dist/index.js gateway --port 3000 --bind lan',
    ['node', 'dist/index.js', 'gateway', '--port', '3000', '--bind', 'lan'],
  ],
  [`sh -c 'a && b "c"'`, ['sh', '-c', 'a && b "c"']],
  [`sh -c "a 'b' \\"c\\" \\d"`, ['sh', '-c', `a 'b' "c" d`]],
  [`--name=a" "b'c d'`, ['--name=a bc d']],
  [`''  ""`, ['', '']],
  ['a\\ b \\"c', ['a b', '"c']],
  [`'\\n'`, ['\\n']],
  ['a#b c #d e\nf', ['a#b', 'c', 'f']],
  ['# all', []],
  ['$HOME `x` a|b *', ['$HOME', '`x`', 'a|b', '*']],
  ['a\u00a0b 日本', ['a\u00a0b', '日本']],
]
for (const [line, words] of LINES)
  test(`splits ${JSON.stringify(line)}`, () => assert.deepEqual(splitLine(line).words, words))

for (const [line, problem] of [
  ['a "b', /quote " .* not closed/],
  ["a 'b", /quote ' .* not closed/],
  ['a b\\', /ends with a backslash/],
  [`a "b\\"`, /quote " .* not closed/],
] as const)
  test(`refuses ${line}`, () => assert.throws(() => splitLine(line), problem))

test('a comment is told', () => {
  assert.equal(splitLine('node x # --bind lan').comment, '# --bind lan')
  assert.equal(splitLine('node x#y').comment, null)
})

const word = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '\\', '#', '\n', '$', '=', '日') }),
)

test('joined words split into the same words', () => {
  fc.assert(
    fc.property(fc.array(word), (words) => {
      assert.deepEqual(splitLine(joinLine(words)), { words, comment: null })
    }),
  )
})

test('splitting is stable: what was split and joined splits the same again', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', ' ', "'", '"', '\\', '#', '\n') }),
      (line) => {
        let first: readonly string[]
        try {
          first = splitLine(line).words
        } catch {
          return
        }
        assert.deepEqual(splitLine(joinLine(first)).words, first)
      },
    ),
  )
})

test('plain words come out as the other splitter has them', () => {
  const plain = fc.stringMatching(/^[\w@%+=:,./-]{1,12}$/)
  fc.assert(
    fc.property(fc.array(plain), (words) => {
      const line = words.join('  ')
      assert.deepEqual(splitLine(line).words, parseArgsStringToArgv(line))
      assert.deepEqual(words.map(quoteWord), words)
    }),
  )
})
