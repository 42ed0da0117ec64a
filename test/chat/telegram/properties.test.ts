import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { renderKeyboard } from '../../../src/chat/telegram/keyboard.ts'
import { renderReply } from '../../../src/chat/telegram/render.ts'
import { readCommand } from '../../../src/chat/telegram/words.ts'
import type { Action, Block, SaidReply } from '../../../src/core/reply.ts'
import { LOCALES } from '../../../src/core/text.ts'
import { readButtons } from '../../fakes/telegram/content.ts'
import { parseHtml } from '../../fakes/telegram/html.ts'
import { testSealer } from './stubs.ts'
import { runs } from '../../helpers/runs.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({
    unit: fc.constantFrom(
      '<',
      '>',
      '&',
      '"',
      '\n',
      'b',
      '/',
      ' ',
      '&amp;',
      '</b>',
      '😀',
      '\ud83d',
      '@ada',
      '字',
      '\u0000',
    ),
    maxLength: 60,
  }),
  fc.string({ unit: 'grapheme', minLength: 1_000, maxLength: 3_000 }),
)
const texts = (maxLength: number) => fc.array(anyText, { maxLength })
const anyBlock: fc.Arbitrary<Block<string>> = fc.oneof(
  anyText.map((value) => ({ type: 'text', text: value }) as const),
  fc
    .array(fc.tuple(anyText, anyText), { maxLength: 6 })
    .map((pairs) => ({ type: 'fields', fields: pairs }) as const),
  fc
    .tuple(texts(3), fc.array(texts(3), { maxLength: 6 }))
    .map(([head, rows]) => ({ type: 'table', head, rows }) as const),
  fc
    .tuple(anyText, fc.option(anyText, { nil: 'log' }))
    .map(([value, language]) => ({ type: 'code', code: value, language }) as const),
  fc
    .array(fc.tuple(anyText, fc.constantFrom('waiting', 'doing', 'done', 'failed', 'undone')), {
      maxLength: 9,
    })
    .map(
      (steps) =>
        ({ type: 'progress', steps: steps.map(([label, state]) => ({ label, state })) }) as const,
    ),
  fc.tuple(anyText, anyText).map(([label, value]) => ({ type: 'secret', label, value }) as const),
  fc
    .tuple(anyText, anyText, anyText)
    .map(([name, content, about]) => ({ type: 'file', name, content, about }) as const),
  fc
    .array(fc.record({ at: fc.nat(2e12), level: anyText, message: anyText }), { maxLength: 9 })
    .map((rows) => ({ type: 'log', rows }) as const),
)
const anyAction: fc.Arbitrary<Action<string>> = fc.record(
  {
    label: anyText,
    style: fc.constantFrom('primary', 'success', 'danger', 'neutral'),
    token: fc.string({
      unit: fc.constantFrom('a', 'Z', '0', '-', '_', '.'),
      minLength: 1,
      maxLength: 40,
    }),
    url: fc.oneof(fc.webUrl(), anyText, fc.constant('http://localhost:8080/x')),
    choices: fc.array(fc.record({ label: anyText, value: anyText }), { maxLength: 30 }),
  },
  { requiredKeys: ['label', 'style'] },
)
const anyReply: fc.Arbitrary<SaidReply> = fc.record({
  tone: fc.constantFrom('ok', 'info', 'warn', 'error', 'pending'),
  locale: fc.constantFrom(...LOCALES),
  title: anyText,
  blocks: fc.array(anyBlock, { maxLength: 8 }),
  footer: anyText,
  actions: fc.array(anyAction, { maxLength: 6 }),
})

/** Telegram finds no names in these. */
const IN_CODE = /<(pre|code)\b[^>]*>[^]*?<\/\1>/g
/** Telegram makes it a mention by itself. */
const CALL = /(?<!\w)@[a-z]\w+/i

suite('Telegram, whatever comes', () => {
  test('any reply is HTML that Telegram takes, within its length, and as long as the plain text', () => {
    fc.assert(
      fc.property(anyReply, (any) => {
        const { html, plain, documents } = renderReply(any)
        const parsed = parseHtml(html)
        assert.equal(parsed.text, plain)
        assert.ok(parsed.text.length <= 4096)
        assert.doesNotMatch(html.replaceAll(IN_CODE, ' '), CALL)
        assert.ok(parsed.text.trim() !== '')
        assert.ok(html.isWellFormed())
        for (const { name, content } of documents) {
          assert.match(name, /^[\w.-]{1,60}$/)
          assert.notEqual(content, '')
        }
      }),
      { numRuns: runs(150) },
    )
  })

  test('any buttons are a keyboard that Telegram takes', () => {
    fc.assert(
      fc.property(anyReply, ({ actions = [] }) => {
        const { rows } = renderKeyboard(actions, testSealer.digest)
        readButtons({ inline_keyboard: rows })
        assert.ok(rows.every((row) => row.length > 0 && row.length <= 3))
      }),
      { numRuns: runs(150) },
    )
  })

  test('words of any kind are read without a fault', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          anyText.map((rest) => `/${rest}`),
        ),
        (value) => {
          const words = readCommand(value, 'me_bot')
          if (words?.kind === 'command') assert.match(words.words, /^(openclaw|oncall|ops)( |$)/)
        },
      ),
    )
    assert.equal(readCommand('/status@other_bot', 'me_bot'), undefined)
    assert.equal(readCommand('status', 'me_bot'), undefined)
    assert.deepEqual(readCommand('/start abc_1-x', 'me_bot'), { kind: 'link', token: 'abc_1-x' })
    assert.deepEqual(readCommand('/logs\ngrep="a b"', 'me_bot'), {
      kind: 'command',
      words: 'openclaw logs grep="a b"',
      name: 'logs',
      ours: false,
    })
  })
})
