import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { createRegistry, menuOf } from '../../src/core/registry.ts'
import { tr } from '../../src/core/text.ts'
import { chatCommand, workCommand } from '../helpers/commands.ts'

const made = (value: unknown, root = 'openclaw') =>
  createRegistry([{ root, file: 'thing.ts', value }])
const about = tr('What it means', '它的意義')
const long = 'x'.repeat(101)
const options = (entries: Record<string, z.ZodType>) => ({ options: z.object(entries) })
const many = Object.fromEntries(
  Array.from({ length: 26 }, (_, i) => [`o${i}`, z.string().meta({ about })]),
)
const choices = Array.from({ length: 26 }, (_, i) => `c${i}`)
const { render: _, ...blind } = workCommand('status')
const { run: __, ...idle } = workCommand('status')
const without = (field: string) =>
  Object.fromEntries(Object.entries(workCommand('a')).filter(([name]) => name !== field))

/** Each thing that a command file can have wrong, and what is said about it. */
const BAD: ReadonlyArray<readonly [what: string, value: unknown, message: RegExp]> = [
  ['no default export', undefined, /thing\.ts exports no command as default/],
  ['null', null, /thing\.ts exports no command/],
  ['a function', () => 1, /thing\.ts exports no command/],
  ['an empty list', [], /thing\.ts: no command in it/],
  ['a list with a hole', [workCommand('a'), undefined], /thing\.ts exports no command/],
  ['no render', blind, /thing\.ts exports no command/],
  ['no run', idle, /thing\.ts exports no command/],
  ['nowhere to run', { ...workCommand('a'), where: 'moon' }, /thing\.ts exports no command/],
  ['no description', without('description'), /thing\.ts exports no command/],
  ['no role', without('role'), /thing\.ts exports no command/],
  ['no examples', without('examples'), /thing\.ts exports no command/],
  ['neither read nor change', without('kind'), /thing\.ts exports no command/],
  ['a capital letter', workCommand('Status'), /thing\.ts: "Status" is not one or two words/],
  ['a hyphen', workCommand('log-tail'), /thing\.ts: "log-tail" is not/],
  ['three words', workCommand('a b c'), /thing\.ts: "a b c" is not/],
  ['no word', workCommand(''), /thing\.ts: "" is not/],
  ['two blanks', workCommand('a  b'), /thing\.ts: "a  b" is not/],
  ['a word of 33', workCommand('a'.repeat(33)), /is not one or two words/],
  [
    'a long description',
    workCommand('a', { description: tr(long, '短短的') }),
    /thing\.ts: the des/,
  ],
  [
    'a long translation',
    workCommand('a', { description: tr('Short', long) }),
    /thing\.ts: the des/,
  ],
  ['a short description', workCommand('a', { description: tr('No', '短短的') }), /3 to 100/],
  ['an undescribed option', workCommand('a', options({ x: z.string() })), /"x" has no meta/],
  ['26 options', workCommand('a', options(many)), /thing\.ts: more than 25 options/],
  [
    'an option with a capital letter',
    workCommand('a', options({ appName: z.string().meta({ about }) })),
    /thing\.ts: option "appName" is no good name/,
  ],
  [
    '26 choices',
    workCommand('a', options({ x: z.enum(choices).meta({ about }) })),
    /thing\.ts: option "x" has too many choices/,
  ],
  [
    'an option described at length',
    workCommand('a', options({ x: z.string().meta({ about: tr('Short', long) }) })),
    /thing\.ts: option "x" is described in more than 100/,
  ],
  [
    'the same command twice',
    [workCommand('a'), chatCommand('a')],
    /thing\.ts: \/openclaw a is there twice/,
  ],
  [
    'a word that is command and group',
    [workCommand('token'), workCommand('token rotate')],
    /\/openclaw token is a command and a group/,
  ],
]
for (const [what, value, message] of BAD)
  test(`registry: refuses ${what}`, () => assert.throws(() => made(value), message))

test('registry: a file of a folder that is no top-level command is refused', () => {
  assert.throws(() => made(workCommand('a'), 'other'), /commands\/other\/thing\.ts: no top-level/)
})

test('registry: an undescribed option names the file it is in', () => {
  assert.throws(() => made(workCommand('a', options({ x: z.string() }))), /thing\.ts/)
})

test('registry: limits are kept to the letter', () => {
  const edge = workCommand('a'.repeat(32), { description: tr('x'.repeat(100), '三個字') })
  assert.deepEqual([...made(edge).keys()], [`openclaw ${'a'.repeat(32)}`])
})

test('registry: menus list everything a platform needs, and nothing of what runs', () => {
  const command = workCommand('logs', {
    description: tr('Read the log', '讀取紀錄'),
    ...options({
      app: z.string().meta({ about, complete: 'app' }),
      lines: z
        .int()
        .min(1)
        .max(9)
        .optional()
        .meta({ about: tr('How many', '幾行') }),
      how: z.enum(['a', 'b']).optional().meta({ about }),
    }),
  })
  const words = { en: 'What it means', 'zh-TW': '它的意義' }
  assert.deepEqual(menuOf(made(command)), [
    {
      path: 'openclaw logs',
      about: { en: 'Read the log', 'zh-TW': '讀取紀錄' },
      options: [
        { name: 'app', about: words, type: 'string', required: true, choices: [], complete: true },
        {
          name: 'lines',
          about: { en: 'How many', 'zh-TW': '幾行' },
          type: 'integer',
          required: false,
          choices: [],
          complete: false,
          min: 1,
          max: 9,
        },
        {
          name: 'how',
          about: words,
          type: 'string',
          required: false,
          choices: ['a', 'b'],
          complete: false,
        },
      ],
    },
  ])
})
