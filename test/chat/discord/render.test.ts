import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { renderMessage, plainText } from '../../../src/chat/discord/render.ts'
import { renderModal } from '../../../src/chat/discord/components.ts'
import { localise } from '../../../src/core/localise.ts'
import type { Action, Block, LogRow, Reply, SaidReply } from '../../../src/core/reply.ts'
import { tr } from '../../../src/core/text.ts'
import { check } from '../../fakes/discord/validate.ts'
import { runs } from '../../helpers/runs.ts'

const EVERYTHING: Reply = {
  tone: 'warn',
  title: tr('Memory is *nearly* full', '記憶體*快滿了*'),
  blocks: [
    { type: 'text', text: tr('Ask <@123456789012345678> or @everyone.', '請問 @everyone。') },
    { type: 'text', text: 'https://my_app.fly.dev/a_b and registry/app@sha256:0f' },
    {
      type: 'fields',
      fields: [
        [tr('App', '應用程式'), 'my_app'],
        [
          tr('Why', '原因'),
          tr('The V8 heap is at 92 % of what the machine has left for it.', 'V8 堆積已用 92%。'),
        ],
        [tr('Note', '備註'), ''],
      ],
    },
    {
      type: 'table',
      head: [tr('Machine', '機器'), tr('State', '狀態')],
      rows: [['d891', tr('started', '已啟動')]],
    },
    { type: 'code', code: 'echo `date`\n```\n@here', language: 'sh' },
    {
      type: 'progress',
      steps: [
        { label: tr('Stop', '停止'), state: 'done', ms: 2100 },
        { label: tr('Start', '啟動'), state: 'doing' },
        { label: tr('Check', '檢查'), state: 'waiting' },
      ],
    },
    { type: 'secret', label: tr('Token', '權杖'), value: 'a_b*c|d' },
    { type: 'file', name: 'fly.toml', content: 'app = "x"\n', about: tr('the config', '設定檔') },
  ],
  actions: [
    { label: tr('Restart', '重新啟動'), style: 'danger', token: 'a.0' },
    { label: tr('Docs', '文件'), style: 'neutral', url: 'https://fly.io/docs' },
    {
      label: tr('Silence', '靜音'),
      style: 'neutral',
      token: 'a.1',
      choices: [{ label: tr('30 minutes', '30 分鐘'), value: '30m' }],
    },
  ],
  footer: 'J-ABC123',
}

for (const locale of ['en', 'zh-TW'] as const)
  test(`a reply with every block, in ${locale}`, (t) => {
    const { body, files } = renderMessage(localise(EVERYTHING, locale))
    assert.deepEqual(check.message(body), [])
    t.assert.snapshot({ body, files: files.map(({ name, data }) => [name, String(data)]) })
  })

const text = fc.oneof(
  fc.string({ maxLength: 40, unit: 'grapheme' }),
  fc.constantFrom(
    '',
    ' ',
    '@everyone',
    '<@123456789012345678>',
    '```',
    '**b**',
    '\n',
    '||',
    '[a](b)',
  ),
  fc.string({ maxLength: 6000 }),
)
const row: fc.Arbitrary<LogRow> = fc.record(
  {
    at: fc.nat(2e12),
    from: text,
    level: fc.constantFrom('ERROR', 'WARN', 'DEBUG'),
    message: fc.oneof(text, fc.stringMatching(/^[`\\ a]{0,12}$/)),
    marked: fc.boolean(),
    more: fc.boolean(),
  },
  { requiredKeys: ['at', 'message'] },
)
const block: fc.Arbitrary<Block<string>> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text }),
  fc.record({
    type: fc.constant('fields' as const),
    fields: fc.array(fc.tuple(text, text), { maxLength: 40 }),
  }),
  fc.record({
    type: fc.constant('table' as const),
    head: fc.array(text, { maxLength: 3 }),
    rows: fc.array(fc.array(text, { maxLength: 3 }), { maxLength: 5 }),
  }),
  fc.record({ type: fc.constant('code' as const), code: text, language: text }),
  fc.record({
    type: fc.constant('progress' as const),
    steps: fc.array(
      fc.record({ label: text, state: fc.constantFrom('waiting', 'doing', 'done', 'failed') }),
      { maxLength: 8 },
    ),
  }),
  fc.record({
    type: fc.constant('secret' as const),
    label: text,
    value: fc.stringMatching(/^[\w`|*+/=-]{1,60}$/),
  }),
  fc.record({ type: fc.constant('file' as const), name: text, content: text, about: text }),
  fc.record({ type: fc.constant('log' as const), rows: fc.array(row, { maxLength: 12 }) }),
)
const action: fc.Arbitrary<Action<string>> = fc.record(
  {
    label: text,
    style: fc.constantFrom('primary', 'success', 'danger', 'neutral'),
    token: fc.string({ maxLength: 40 }),
    url: fc.oneof(fc.webUrl(), text),
    choices: fc.array(fc.record({ label: text, value: text }), { maxLength: 30 }),
  },
  { requiredKeys: ['label', 'style'] },
)
const reply: fc.Arbitrary<SaidReply> = fc.record(
  {
    tone: fc.constantFrom('ok', 'info', 'warn', 'error', 'pending'),
    locale: fc.constantFrom('en', 'zh-TW'),
    title: text,
    blocks: fc.array(block, { maxLength: 8 }),
    actions: fc.array(action, { maxLength: 30 }),
    footer: text,
  },
  { requiredKeys: ['tone', 'locale', 'title', 'blocks'] },
)

test('any reply is a message Discord takes, and pings nobody', () => {
  fc.assert(
    fc.property(reply, (said) => {
      const { body, files } = renderMessage(said)
      assert.deepEqual(check.message(body), [])
      assert.deepEqual(check.edit(body), [])
      // Labels are drawn as they are; only an embed's words are read for marks.
      const words = JSON.stringify(body.embeds)
      assert.doesNotMatch(words.replaceAll('\\\\<', ''), /@everyone|@here|<@[!&]?\d/i)
      assert.deepEqual(body.allowed_mentions, { parse: [] })
      assert.equal(files.length, body.attachments?.length)
    }),
    { numRuns: runs(300) },
  )
})

/** One reading of Discord's rule: a run of backticks opens code that the next run of as many ends. */
const IN_CODE = /(`+)([^]*?[^`])\1(?!`)/g

test('a line of a log stands in code whole, whatever it is made of, and breaks out of nothing', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
      const said: SaidReply = {
        tone: 'ok',
        locale: 'en',
        title: 'Logs',
        blocks: [{ type: 'log', rows }],
      }
      const { body, files } = renderMessage(said)
      if (files.length > 0) return
      const shown = body.embeds?.[0]?.description ?? ''
      const outside = shown.replaceAll(IN_CODE, '')
      const heads = rows.filter(({ more }, index) => more !== true || index === 0)
      assert.equal(outside.match(/<t:\d+:[fT]>/g)?.length, heads.length, shown)
      const inside = [...shown.matchAll(IN_CODE)].map(([, , code]) => code).join('\n')
      const bare = (raw: string) => raw.replaceAll(/[\s\u200b]/g, '')
      for (const { message } of rows) assert.ok(bare(inside).includes(bare(message)), shown)
    }),
    { numRuns: runs(300) },
  )
})

test('a mark stands at the head of its message, and only braces that name a moment are one', () => {
  const at = Date.UTC(2026, 10, 22, 12)
  const rows = [
    { at, message: 'head' },
    { at, message: 'known', more: true, marked: true },
  ]
  const said: SaidReply = {
    tone: 'ok',
    locale: 'en',
    title: '',
    blocks: [
      { type: 'log', rows },
      { type: 'text', text: '{0} is not {1} or `{x}`', times: [{ at }] },
      { type: 'text', text: '{0}' },
    ],
  }
  const time = `<t:${at / 1000}`
  assert.equal(
    renderMessage(said).body.embeds?.[0]?.description,
    `▸ ${time}:T> \`head\`\n\`\`\`\nknown\n\`\`\`\n${time}:f> is not {1} or \\\`{x}\\\`\n{0}`,
  )
})

test('a log that has no room keeps its newest lines, and of an endless last one its beginning', () => {
  const at = Date.UTC(2026, 10, 22, 12)
  const shownOf = (messages: readonly string[]) => {
    const rows = messages.map((message) => ({ at, message }))
    const said: SaidReply = { tone: 'ok', locale: 'en', title: '', blocks: [{ type: 'log', rows }] }
    const { body, files } = renderMessage(said)
    assert.deepEqual(check.message(body), [])
    assert.equal(String(files[0]?.data), plainText(said))
    return body.embeds?.[0]?.description ?? ''
  }
  const many = shownOf(Array.from({ length: 400 }, (_, n) => `line ${n} ${'`'.repeat(n % 4)}`))
  const numbers = [...many.matchAll(/line (\d+)/g)].map(([, n]) => Number(n))
  assert.ok(numbers.length > 80)
  assert.deepEqual(
    numbers,
    Array.from({ length: numbers.length }, (_, n) => 400 - numbers.length + n),
  )
  assert.match(shownOf(['first', 'x'.repeat(9000)]), /^<t:\d+:T> `x{3000,}…`\n… \d+ more char/)
})

test('what is missing is counted, and whole in the attached file', () => {
  const lines = Array.from({ length: 900 }, (_, i) => `line ${i} of the log`).join('\n')
  const said: SaidReply = {
    tone: 'ok',
    locale: 'en',
    title: 'Logs',
    blocks: [
      { type: 'code', code: lines },
      { type: 'secret', label: 'Token', value: 's3cret' },
    ],
  }
  const { body, files } = renderMessage(said)
  const shown = body.embeds?.[0]?.description ?? ''
  const kept = /```\n([^]*)\n```/.exec(shown)?.[1] ?? ''
  assert.ok(kept.length > 3000 && lines.endsWith(kept))
  assert.match(shown, new RegExp(`${lines.length - kept.length} more characters`))
  assert.match(shown, /s3cret/)
  assert.equal(files[0]?.name, 'full.txt')
  assert.equal(String(files[0]?.data), plainText(said))
})

test('a secret can be copied exactly, whatever it is made of', () => {
  for (const value of ['a_b*c', 'a`b', 'plain']) {
    const said: SaidReply = {
      tone: 'ok',
      locale: 'en',
      title: '',
      blocks: [{ type: 'secret', label: 'Token', value }],
    }
    assert.ok(renderMessage(said).body.embeds?.[0]?.description?.includes(value))
  }
})

test('a question fits a modal', () => {
  const question = {
    kind: 'question',
    token: 't'.repeat(40),
    title: 'x'.repeat(60),
    label: 'y'.repeat(60),
    placeholder: 'z'.repeat(200),
    reason: 'w'.repeat(60),
    secret: false,
  } as const
  assert.deepEqual(check.callback({ type: 9, data: renderModal(question) }), [])
})
