import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createReadWords } from '../../src/core/parse-line.ts'
import { createRegistry } from '../../src/core/registry.ts'
import { say, type Text } from '../../src/core/text.ts'
import { chatCommand, workCommand } from '../helpers/commands.ts'
import { runs } from '../helpers/runs.ts'

const MANY = Array.from({ length: 13 }, (_, i) => chatCommand(`many v${i}`))
const registry = createRegistry([
  {
    root: 'openclaw',
    file: 'a.ts',
    value: ['status', 'token rotate', 'token check', 'restart'].map((name) => workCommand(name)),
  },
  { root: 'ops', file: 'b.ts', value: [chatCommand('help'), chatCommand('jobs'), ...MANY] },
])
const read = createReadWords(registry)

const GOOD: ReadonlyArray<readonly [line: string, command: string, input?: object]> = [
  ['openclaw status', 'openclaw status'],
  ['/openclaw status', 'openclaw status'],
  ['  /openclaw   status  ', 'openclaw status'],
  ['status', 'openclaw status'],
  ['/status app=x', 'openclaw status', { app: 'x' }],
  ['STATUS app=x', 'openclaw status', { app: 'x' }],
  ['openclaw token rotate', 'openclaw token rotate'],
  ['token rotate x', 'openclaw token rotate', { app: 'x' }],
  ['ops jobs', 'ops jobs'],
  ['help', 'ops help'],
  ['restart —app x', 'openclaw restart', { app: 'x' }],
]
for (const [line, command, input = {}] of GOOD)
  test(`line: ${line}`, () => assert.deepEqual(read(line), { command, input }))

const problemOf = (line: string): Text => {
  const done = read(line)
  assert.ok('problem' in done, `${line} was understood`)
  return done.problem
}

const BAD: ReadonlyArray<readonly [line: string, en: string, zh: string]> = [
  [
    'statsu',
    'There is no command “statsu”; did you mean /status?',
    '沒有「statsu」這個指令；是指 /status 嗎？',
  ],
  [
    'openclaw restrat',
    'There is no command “openclaw restrat”; did you mean /openclaw restart?',
    '沒有「openclaw restrat」這個指令；是指 /openclaw restart 嗎？',
  ],
  [
    'token',
    '“token” needs one more word: /openclaw token rotate, /openclaw token check.',
    '「token」還需要一個詞：/openclaw token rotate, /openclaw token check。',
  ],
  [
    'ops many',
    '“ops many” needs one more word; /ops help ops many lists what there is.',
    '「ops many」還需要一個詞；/ops help ops many 會列出所有指令。',
  ],
  [
    'te',
    'There is no command “te”; /ops help lists what there is.',
    '沒有「te」這個指令；/ops help 會列出所有指令。',
  ],
  [
    '',
    'There is no command “”; /ops help lists what there is.',
    '沒有「」這個指令；/ops help 會列出所有指令。',
  ],
  [
    'status "x',
    'A quote " is not closed; write the text between two ".',
    '引號 " 沒有成對；請把文字放在兩個 " 之間。',
  ],
]
for (const [line, en, zh] of BAD)
  test(`line: no command in “${line}”`, () => {
    const problem = problemOf(line)
    assert.equal(say(problem, 'en'), en)
    assert.equal(say(problem, 'zh-TW'), zh)
  })

test('line: a top-level word alone never suggests itself', () => {
  for (const root of ['openclaw', 'ops'])
    assert.doesNotMatch(say(problemOf(root), 'en'), new RegExp(`did you mean /${root}\\?`))
})

test('line: whatever is typed gives a command of the registry or one sentence', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (line) => {
      const done = read(line)
      if ('problem' in done) assert.match(say(done.problem, 'en'), /[.?]$/)
      else assert.ok(registry.has(done.command))
    }),
    { numRuns: runs(500) },
  )
})
