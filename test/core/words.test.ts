import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { OptionSpec } from '../../src/core/options.ts'
import { say } from '../../src/core/text.ts'
import { readWords, splitWords } from '../../src/core/words.ts'
import { runs } from '../helpers/runs.ts'

const spec = (name: string, more: Partial<OptionSpec> = {}): OptionSpec => ({
  name,
  about: name,
  type: 'string',
  required: false,
  choices: [],
  ...more,
})
const SPECS = [
  spec('app'),
  spec('lines', { type: 'integer' }),
  spec('force', { type: 'boolean' }),
  spec('grep'),
]
const WITH_REST = [spec('id'), spec('text', { rest: true })]

function read(line: string, specs: readonly OptionSpec[] = SPECS) {
  const split = splitWords(line)
  if ('problem' in split) return say(split.problem, 'en')
  const done = readWords(specs, split.words)
  return done.ok ? done.input : say(done.problem, 'en')
}

const problem = (line: string, specs = SPECS): string => {
  const done = read(line, specs)
  assert.ok(typeof done === 'string', `${line} was understood`)
  return done
}

const FORMS: ReadonlyArray<readonly [name: string, line: string, input: object]> = [
  ['nothing', '', {}],
  ['name=value', 'app=x', { app: 'x' }],
  ['name:value', 'app:x', { app: 'x' }],
  ['--name value', '--app x', { app: 'x' }],
  ['--name=value', '--app=x', { app: 'x' }],
  ['--name:value', '--app:x', { app: 'x' }],
  ['capital letters in the name', 'App=X', { app: 'X' }],
  ['position', 'x 5 true error', { app: 'x', lines: 5, force: true, grep: 'error' }],
  ['position goes on after named ones', 'lines=5 x off', { lines: 5, app: 'x', force: false }],
  ['bare boolean', 'force', { force: true }],
  ['bare boolean between others', 'x force 9', { app: 'x', force: true, lines: 9 }],
  ['--boolean', '--force', { force: true }],
  ['--boolean before another', '--force --app x', { force: true, app: 'x' }],
  ['--boolean with its value', '--force no x', { force: false, app: 'x' }],
  ['boolean=yes', 'force=yes', { force: true }],
  ['boolean=OFF', 'force=OFF', { force: false }],
  ['a boolean that is none is left to the schema', 'force=maybe', { force: 'maybe' }],
  ['a number that is none is left to the schema', 'lines=many', { lines: 'many' }],
  ['a number stays a number', 'lines=-3.5', { lines: -3.5 }],
  ['a number in a text option stays text', 'app=007', { app: '007' }],
  ['an empty value', 'app=', { app: '' }],
  ['an empty number is left to the schema', 'lines=', { lines: '' }],
  ['double quotes', 'grep="out of memory"', { grep: 'out of memory' }],
  ['single quotes', "grep='out of memory'", { grep: 'out of memory' }],
  ['a quoted position', '"two words"', { app: 'two words' }],
  ['a quote in other quotes', `grep="it's"`, { grep: "it's" }],
  ['empty quotes', 'grep=""', { grep: '' }],
  ['typographic double quotes', 'grep=“out of memory”', { grep: 'out of memory' }],
  ['low and guillemet quotes', 'grep=„a b“ app=«c d»', { grep: 'a b', app: 'c d' }],
  ['typographic single quotes', 'grep=‘a b’', { grep: 'a b' }],
  ['a typographic apostrophe', 'grep=don’t', { grep: 'don’t' }],
  ['an em dash for two dashes', '—app x', { app: 'x' }],
  ['an en dash for two dashes', 'x –lines=3', { app: 'x', lines: 3 }],
  ['a dash inside a word stays', 'grep=a—b', { grep: 'a—b' }],
  [
    'no-break and other wide spaces',
    'app=x\u00a0lines=3\u3000force',
    {
      app: 'x',
      lines: 3,
      force: true,
    },
  ],
  ['a mention with a colon', '<:party:123> 5', { app: '<:party:123>', lines: 5 }],
  ['an id with a colon', 'telegram:42', { app: 'telegram:42' }],
  ['a value with signs in it', 'grep=a=b:c', { grep: 'a=b:c' }],
  ['a web address', 'grep=https://x.y/?a=1', { grep: 'https://x.y/?a=1' }],
  ['line breaks between words', 'app=x\nlines=3', { app: 'x', lines: 3 }],
]
for (const [name, line, input] of FORMS)
  test(`words: ${name}`, () => assert.deepEqual({ ...(read(line) as object) }, input))

test('words: a role of Discord by its id is a value, though an option is called role', () => {
  const specs = [spec('who'), spec('role', { choices: ['viewer', 'admin'] })]
  const both = { who: 'role:77', role: 'viewer' }
  for (const line of ['role:77 viewer', 'role:77 role:viewer', 'role=viewer role:77'])
    assert.deepEqual(read(line, specs), both, line)
  assert.deepEqual(read('role:king', specs), { role: 'king' })
})

const REST: ReadonlyArray<readonly [line: string, input: object]> = [
  ['7 and so on', { id: '7', text: 'and so on' }],
  ['7 text=and so on', { id: '7', text: 'and so on' }],
  ['7 --text and so --on', { id: '7', text: 'and so --on' }],
  ['id=7 text:a id=8', { id: '7', text: 'a id=8' }],
]
for (const [line, input] of REST)
  test(`words: an option that takes the rest: ${line}`, () =>
    assert.deepEqual(read(line, WITH_REST), input))

const PROBLEMS: ReadonlyArray<readonly [line: string, sentence: RegExp]> = [
  ['grep="open', /^A quote " is not closed; write the text between two "\.$/],
  ["grep='open", /^A quote ' is not closed/],
  ['grep=“open', /^A quote " is not closed/],
  ['ap=x', /^There is no option “ap”; did you mean app\?$/],
  ['--line 5', /^There is no option “line”; did you mean lines\?$/],
  ['zebra=1', /^There is no option “zebra”; there are app, lines, force, grep\.$/],
  ['--zebra', /^There is no option “zebra”/],
  ['app=x app=y', /^The option app was given twice; give it once\.$/],
  ['x --app y', /^The option app was given twice/],
  ['force --force', /^The option force was given twice/],
  ['--app', /^The option --app has no value; write app=value\.$/],
  ['a 1 true b c', /^There is one word too many: “c”; put text with spaces in quotes\.$/],
]
for (const [line, sentence] of PROBLEMS)
  test(`words: refuses ${line}`, () => assert.match(problem(line), sentence))

test('words: a command without options says so', () => {
  assert.match(problem('x=1', []), /has no option “x”; it takes none\.$/)
  assert.match(problem('x', []), /one word too many/)
})

test('words: an option called like something every object has is no accident', () => {
  assert.deepEqual(read('constructor=x', [spec('constructor')]), { constructor: 'x' })
  assert.deepEqual(read('x', [spec('constructor')]), { constructor: 'x' })
})

test('words: problems are said in Chinese, too', () => {
  const done = readWords(SPECS, ['ap=x'])
  assert.ok(!done.ok)
  assert.equal(say(done.problem, 'zh-TW'), '沒有「ap」選項；是指 app 嗎？')
})

type Form = 'equals' | 'colon' | 'dashed' | 'dashedEquals'
const FORM = fc.constantFrom<Form>('equals', 'colon', 'dashed', 'dashedEquals')

const write = (form: Form, name: string, value: string): readonly string[] => {
  if (form === 'equals') return [`${name}=${value}`]
  if (form === 'colon') return [`${name}:${value}`]
  return form === 'dashed' ? [`--${name}`, value] : [`--${name}=${value}`]
}

const NAMES = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/), {
  minLength: 1,
  maxLength: 6,
})
const VALUE = fc.oneof(
  fc.record({ type: fc.constant('string' as const), value: fc.string({ unit: 'grapheme' }) }),
  fc.record({ type: fc.constant('integer' as const), value: fc.integer() }),
  fc.record({ type: fc.constant('boolean' as const), value: fc.boolean() }),
)
const CASE = NAMES.chain((names) =>
  fc.tuple(
    fc.tuple(...names.map((name) => fc.record({ name: fc.constant(name), of: VALUE, form: FORM }))),
    fc.nat(),
  ),
)

test('words: whatever input is written out in any form and order is read back the same', () => {
  fc.assert(
    fc.property(CASE, ([given, turn]) => {
      const specs = given.map(({ name, of }) => spec(name, { type: of.type }))
      const shift = turn % given.length
      const words = [...given.slice(shift), ...given.slice(0, shift)].flatMap(
        ({ name, of, form }) => write(form, name, String(of.value)),
      )
      const done = readWords(specs, words)
      const input = Object.fromEntries(given.map(({ name, of }) => [name, of.value]))
      assert.deepEqual(done, { ok: true, input })
    }),
    { numRuns: runs(500) },
  )
})

test('words: values in quotes come back from the line itself', () => {
  const plain = fc.string({ unit: 'grapheme' }).filter((text) => !/["'“”„«»‘’‚—–\s]/.test(text))
  const phrase = fc.array(plain, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '))
  fc.assert(
    fc.property(phrase, fc.constantFrom('"', "'"), fc.constantFrom('=', ':'), (text, q, sign) => {
      assert.deepEqual(read(`grep${sign}${q}${text}${q}`), { grep: text })
      assert.deepEqual(read(`--grep ${q}${text}${q} force`), { grep: text, force: true })
    }),
    { numRuns: runs(500) },
  )
})

test('words: no line makes it throw, and every problem is said in both languages', () => {
  const nasty = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '--',
        '=',
        ':',
        '"',
        "'",
        ' ',
        'app',
        '--app',
        'force=',
        '“',
        '’',
        '—x',
        '\n',
      ),
    ),
  )
  fc.assert(
    fc.property(nasty, (parts) => {
      const split = splitWords(parts.join(''))
      const done = 'problem' in split ? { ok: false, ...split } : readWords(SPECS, split.words)
      if (!('problem' in done)) return
      assert.match(say(done.problem, 'en'), /[.?]$/)
      assert.match(say(done.problem, 'zh-TW'), /[。？]$/)
    }),
    { numRuns: runs(1000) },
  )
})
