import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { checkOptions, describeOptions, option } from '../../src/core/options.ts'
import { say, tr } from '../../src/core/text.ts'

const about = tr('What it means', '它的意義')

test('options: each kind of property becomes what menus need of it', () => {
  const options = z.object({
    app: option.app(),
    lines: z.int().min(1).max(1000).default(50).meta({ about }),
    ratio: z.number().optional().meta({ about }),
    force: z.boolean().optional().meta({ about }),
    how: z.enum(['browser', 'ssh']).optional().meta({ about }),
    text: z.string().optional().meta({ about, rest: true }),
    big: z.int().optional().meta({ about }),
  })
  const [app, ...rest] = describeOptions(options)
  assert.equal(app?.name, 'app')
  assert.equal(app?.complete, 'app')
  assert.equal(app?.required, true)
  const plain = { about, required: false, choices: [] }
  assert.deepEqual(rest, [
    { name: 'lines', type: 'integer', min: 1, max: 1000, ...plain },
    { name: 'ratio', type: 'number', ...plain },
    { name: 'force', type: 'boolean', ...plain },
    { name: 'how', type: 'string', ...plain, choices: ['browser', 'ssh'] },
    { name: 'text', type: 'string', ...plain, rest: true },
    { name: 'big', type: 'integer', ...plain },
  ])
})

test('options: what no menu could show is refused by name', () => {
  assert.throws(() => describeOptions(z.object({ x: z.string() })), /option "x" has no meta/)
  const list = z.object({ list: z.array(z.string()).meta({ about }) })
  assert.throws(() => describeOptions(list), /option "list" is a array/)
})

const OPTIONS = z.object({
  app: option.app().optional(),
  who: z.string().max(5).meta({ about }),
  role: z.enum(['viewer', 'admin']).optional().meta({ about }),
  lines: z.int().min(1).max(9).optional().meta({ about }),
  force: z.boolean().optional().meta({ about }),
  why: z.string().min(3).optional().meta({ about }),
  set: z.string().min(1).optional().meta({ about }),
})

const WRONG: ReadonlyArray<readonly [input: object, en: RegExp, zh: RegExp]> = [
  [{}, /^The option who is missing\.$/, /^缺少選項 who。$/],
  [{ who: '123456' }, /^who: write at most 5 characters\.$/, /^who：請寫最多 5 個字元。$/],
  [{ who: 'a', why: 'ok' }, /^why: write at least 3 characters\.$/, /^why：請寫至少 3 個字元。$/],
  [{ who: 'a', set: '' }, /^set: write something\.$/, /^set：請寫內容。$/],
  [{ who: 5 }, /^who: .*expected string, received number\.$/, /^who：.*string.*。$/],
  [{ who: 'a', role: 'king' }, /^role: write viewer or admin\.$/, /^role：請寫 viewer 或 admin。$/],
  ...[50, 'x', 1.5].map(
    (lines) =>
      [
        { who: 'a', lines },
        /^lines: write a whole number from 1 to 9\.$/,
        /^lines：請寫 1 到 9 的整數。$/,
      ] as const,
  ),
  [{ who: 'a', force: 'maybe' }, /^force: write true or false\.$/, /^force：請寫 true 或 false。$/],
  [{ who: 'a', other: 1 }, /"other"\.$/, /"other"。$/],
  [
    { who: 'a', app: 'Not_Good' },
    /^app: write small letters, digits and hyphens\.$/,
    /^app：請寫小寫英文字母、數字與連字號。$/,
  ],
]
for (const [input, en, zh] of WRONG)
  test(`options: ${JSON.stringify(input)} is refused in one sentence that names the option`, () => {
    const checked = checkOptions(OPTIONS, input)
    assert.ok(!checked.ok)
    assert.match(say(checked.problem, 'en'), en)
    assert.match(say(checked.problem, 'zh-TW'), zh)
  })

test('options: good input comes back with its defaults', () => {
  const options = z.object({ lines: z.int().default(50).meta({ about }) })
  assert.deepEqual(checkOptions(options, {}), { ok: true, value: { lines: 50 } })
  assert.deepEqual(checkOptions(OPTIONS, { who: 'a', app: '*' }), {
    ok: true,
    value: { who: 'a', app: '*' },
  })
})

test('options: input that is no object at all is refused, not thrown at', () => {
  for (const input of [null, undefined, 5, 'x', []])
    assert.equal(checkOptions(OPTIONS, input).ok, false)
})
