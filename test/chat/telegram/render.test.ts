import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isShort, renderReply, renderShort } from '../../../src/chat/telegram/render.ts'
import { localise } from '../../../src/core/localise.ts'
import { code, fields, reply, table, text } from '../../../src/core/reply.ts'
import { tr } from '../../../src/core/text.ts'
import { said } from './rig.ts'

const EVERYTHING = reply.warn(
  tr('Gateway & <friends>', '閘道 & <朋友>'),
  [
    text(tr('It is "slow" & late.', '它很「慢」而且 & 晚了。')),
    fields([tr('State', '狀態'), tr('started', '已啟動')], ['Region', 'nrt<1>']),
    table(
      [tr('Machine', '機器'), 'MB'],
      [
        ['m1', '2048'],
        [tr('none', '無'), '<0>'],
      ],
    ),
    code('fly status'),
    code('{\n  "a": 1\n}', 'json'),
    code('one\ntwo'),
    code(Array.from({ length: 13 }, (_, n) => `l${n}`).join('\n'), 'log'),
    {
      type: 'progress',
      steps: [
        { label: tr('Stop', '停止'), state: 'done', ms: 61_000 },
        { label: tr('Start', '啟動'), state: 'doing' },
      ],
    },
    { type: 'secret', label: tr('Token', '權杖'), value: 'a<b' },
    { type: 'file', name: 'fly.toml', content: 'x', about: tr('its configuration', '它的設定') },
  ],
  { footer: 'J-ABC123' },
)

const ENGLISH = `⚠️ <b>Gateway &amp; &lt;friends&gt;</b>

It is &quot;slow&quot; &amp; late.

<b>State</b>: started
<b>Region</b>: nrt&lt;1&gt;

<pre>Machine  MB
m1       2048
none     &lt;0&gt;</pre>

<code>fly status</code>

<pre><code class="language-json">{
  &quot;a&quot;: 1
}</code></pre>

<pre>one
two</pre>

<blockquote expandable>l0
l1
l2
l3
l4
l5
l6
l7
l8
l9
l10
l11
l12</blockquote>

✅ Stop (1 min 1 s)
▶️ Start

Token: <code>a&lt;b</code>

📎 fly.toml — its configuration

J-ABC123`

const CHINESE = ENGLISH.replace('Gateway &amp; &lt;friends&gt;', '閘道 &amp; &lt;朋友&gt;')
  .replace('It is &quot;slow&quot; &amp; late.', '它很「慢」而且 &amp; 晚了。')
  .replace('<b>State</b>: started', '<b>狀態</b>: 已啟動')
  .replace('Machine  MB\nm1       2048\nnone     ', '機器  MB\nm1    2048\n無    ')
  .replace('Stop (1 min 1 s)', '停止 (1 分 1 秒)')
  .replace('Start', '啟動')
  .replace('Token: ', '權杖: ')
  .replace('its configuration', '它的設定')

suite('Telegram rendering', () => {
  for (const [locale, expected] of [
    ['en', ENGLISH],
    ['zh-TW', CHINESE],
  ] as const)
    test(`of every block in ${locale}`, () => {
      const { html, documents } = renderReply(localise(EVERYTHING, locale))
      assert.equal(html, expected)
      assert.deepEqual(documents, [{ name: 'fly.toml', content: 'x' }])
    })

  test('that does not fit says how much is missing and attaches all', () => {
    const lines = Array.from({ length: 400 }, (_, n) => `${n}: some words of a log line`)
    const { plain, documents } = renderReply(
      said(reply.ok('Logs', [code(lines.join('\n'), 'log'), text('after')])),
    )
    const [, missing] = /✂️ (\d+) characters do not fit here/.exec(plain) ?? []
    const [whole] = documents
    assert.ok(whole && typeof whole.content === 'string')
    assert.ok(whole.content.includes(lines.join('\n')))
    assert.ok(whole.content.endsWith('after'))
    assert.ok(plain.includes('399: some words'), 'of a log the newest lines are kept')
    assert.ok(!plain.includes('\n0: some words'))
    const note = plain.slice(plain.indexOf('\n\n✂️')).length
    assert.equal(plain.length - note + Number(missing), whole.content.length)
    const config = renderReply(said(reply.ok('Config', [code(lines.join('\n'), 'json')])))
    assert.ok(config.plain.includes('\n0: some words'), 'of other code the beginning')
  })

  test('calls nobody who is named in it, folded away or not, and leaves code and files as they are', () => {
    const lines = Array.from({ length: 13 }, (_, n) => `${n} @ada of a@b.example`)
    const log = code(lines.join('\n'), 'log')
    const { html } = renderReply(
      said(reply.ok('By @ada', [text('@ada'), code('npm i @ada/x'), log])),
    )
    assert.match(html, /By @\u200Bada<\/b>\n\n@\u200Bada\n\n<code>npm i @ada\/x<\/code>/)
    assert.match(html, /<blockquote expandable>0 @\u200Bada of a@b\.example\n/)
    const [whole] = renderReply(said(reply.ok('x', [text('@ada '.repeat(900))]))).documents
    assert.ok(String(whole?.content).includes('@ada @ada'))
  })

  test('in short is cut to the alert', () => {
    const long = said(reply.error('No', [text('x'.repeat(300))]))
    assert.equal(renderShort(long, 200).length, 200)
    assert.equal(isShort(long, 200), false)
    assert.equal(isShort(said(reply.error('No', [text('Ask Ana.')])), 200), true)
    assert.equal(isShort(said(reply.error('No', [code('x')])), 200), false)
  })

  test('links that fit in no button are written out', () => {
    const at = (url: string) =>
      renderReply(said(reply.ok('Up', [], { actions: [{ label: 'Open', style: 'primary', url }] })))
        .plain
    assert.equal(at('https://x.fly.dev/'), '✅ Up')
    assert.equal(at('http://localhost:3000/'), '✅ Up\n\nOpen: http://localhost:3000/')
  })
})
