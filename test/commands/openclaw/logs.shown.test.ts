import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { renderMessage } from '../../../src/chat/discord/render.ts'
import { renderReply } from '../../../src/chat/telegram/render.ts'
import { localise } from '../../../src/core/localise.ts'
import type { Line } from '../../../src/core/logs/entry.ts'
import type { History } from '../../../src/core/logs/history.ts'
import type { Live } from '../../../src/core/logs/live.ts'
import { renderLive } from '../../../src/core/logs/show-live.ts'
import { renderHistory } from '../../../src/core/logs/show.ts'
import { positionAfter } from '../../../src/core/logs/tail.ts'
import type { Reply } from '../../../src/core/reply.ts'
import { LOCALES, tr } from '../../../src/core/text.ts'
import { START } from '../../helpers/clock.ts'

const SECOND = 1000
const line = (ago: number, message: string, more: Partial<Line> = {}): Line => ({
  at: START - ago * SECOND,
  machine: 'm1',
  provider: 'app',
  level: 'info',
  message,
  ...more,
})
const LINES: readonly Line[] = [
  line(9, '[gateway] ready'),
  line(8, 'machine restarting', { provider: 'runner', machine: 'm2' }),
  line(7, "Health check 'http' has failed", { provider: 'health', level: 'warn' }),
  line(6, '[PM01] no candidate', { provider: 'proxy', level: 'error', machine: null }),
  line(5, 'gateway already running (pid 632); lock timeout after 5000ms', { level: 'error' }),
  line(4, '<b>&token</b> `[secret]` @everyone'),
]

const LIVE: Live = {
  kind: 'live',
  app: 'my-openclaw',
  stream: false,
  position: positionAfter('0'),
  lines: LINES,
  startedAt: START - 95 * SECOND,
  at: START,
  total: 2040,
  matched: 306,
  next: 312,
  dropped: 12,
  gaps: [{ from: START - 60 * SECOND, to: START - 40 * SECOND }],
  olderGaps: 2,
  secrets: 3,
  perSecond: 20.4,
  lagMs: 4000,
  source: 'http',
  trouble: tr('Fly failed to answer (HTTP 502).', 'Fly 未能回應（HTTP 502）。'),
  failingSince: START,
  note: tr('The live stream can’t be reached.', '無法連上即時串流。'),
  ended: null,
}
const ENDED: Live = {
  ...LIVE,
  source: 'nats',
  dropped: 0,
  gaps: [],
  olderGaps: 0,
  secrets: 0,
  trouble: null,
  note: null,
  ended: tr('Stopped after ten minutes.', '已滿十分鐘，自動停止。'),
}
const FOUND: History = {
  app: 'my-openclaw',
  cursor: null,
  found: LINES.map((one) => [one]),
  open: [],
  read: 2040,
  matched: 306,
  firstAt: START - 600 * SECOND,
  lastAt: START - 300 * SECOND,
  seen: [],
  done: true,
  from: START - 600 * SECOND,
  until: START,
  secrets: 1,
  trouble: tr('Stopped by ana.', '已由 ana 停止。'),
  at: START,
}

for (const locale of LOCALES)
  test(`how logs look, ${locale}`, (t) => {
    const asked = { grep: 'x', lines: 6, follow: true }
    const said = [
      renderLive(LIVE, asked, 'J-000000'),
      renderLive(ENDED, asked, null),
      renderHistory(FOUND, asked, 'J-000000'),
    ].map((one) => localise(one, locale))
    t.assert.snapshot(said.map(renderConsole).join('\n\n'), { serializers: [String] })
    t.assert.snapshot(said.map((one) => renderReply(one).html).join('\n\n'), {
      serializers: [String],
    })
    t.assert.snapshot(said.map((one) => renderMessage(one).body.embeds))
  })

test('on Telegram many lines are folded away and few are not, and their zone is said once', () => {
  const many = Array.from({ length: 30 }, (_, n) => line(30 - n, `line ${n}`))
  const html = (lines: readonly Line[]) =>
    renderReply(localise(renderLive({ ...LIVE, lines }, {}, null), 'en')).html
  assert.match(html(many), /<blockquote expandable>.*line 0\n.*line 29<\/blockquote>/s)
  assert.match(html(LINES), /Times in UTC:\n<pre>.*&lt;b&gt;&amp;token&lt;\/b&gt;.*<\/pre>/s)
  assert.equal(html(LINES).match(/UTC/g)?.length, 1)
})

/** A fatal error, with what hangs on it. */
const FATAL: readonly Line[] = [
  line(3, '2026-11-22T20:00:00.123+08:00 [gateway] TypeError: x is not a function', {
    level: 'error',
  }),
  line(3, '    at run (`src/x.ts`:1)'),
  line(3, '    at Object.<anonymous>'),
  line(2, 'what `came` after'),
]

test('on Discord every time is in the zone of whoever reads, and none is in UTC but the file’s', () => {
  const shown = (said: Reply) =>
    renderMessage(localise(said, 'en')).body.embeds?.[0]?.description ?? ''
  const time = ({ at }: Line, style = 'T') => `<t:${Math.floor(at / 1000)}:${style}>`
  const found = [FATAL.slice(0, 3), FATAL.slice(3)]
  const [head, , , after] = FATAL
  assert.ok(head && after)
  const block = [
    `${time(head)} **ERROR** \`[gateway] TypeError: x is not a function\``,
    '```\n    at run (`src/x.ts`:1)\n    at Object.<anonymous>\n```',
    `${time(after)} \`\`what \`came\` after\`\``,
  ].join('\n')
  const history = shown(renderHistory({ ...FOUND, found }, {}, null))
  const live = shown(renderLive({ ...LIVE, lines: FATAL, next: 4 }, {}, null))
  for (const words of [history, live]) {
    assert.ok(words.startsWith(block), words)
    assert.doesNotMatch(words, /\d\d:\d\d:\d\d|UTC/)
  }
  assert.match(history, /Not read: <t:\d+:f> to <t:\d+:f>\. The same/)
  assert.match(live, /Not read: <t:\d+:T> to <t:\d+:T>;/)
  assert.match(shown(renderLive(LIVE, {}, null)), /\n▸ <t:\d+:T> A second gateway/)
})

test('of a message that no message holds the newest lines are shown, the file has all, and a live one stays small', () => {
  const endless = Array.from({ length: 80 }, (_, n) => line(1, `    at f${n} (${'x'.repeat(500)})`))
  const all = [line(1, 'Error: it broke', { level: 'error' }), ...endless]
  const said = localise(renderHistory({ ...FOUND, found: [all], trouble: null }, {}, null), 'en')
  const { body, files } = renderMessage(said)
  const { description = '' } = body.embeds?.[0] ?? {}
  assert.match(description, /at f79 .*\nThe newest 5 are shown; the file has all 81\./s)
  assert.equal(files.length, 1)
  assert.equal(String(files[0]?.data).match(/it broke| at f\d+/g)?.length, 81)
  const live = renderLive({ ...LIVE, lines: all, next: 900 }, {}, 'J-000000')
  assert.deepEqual(renderMessage(localise(live, 'en')).files, [])
  const shown = live.blocks.find(({ type }) => type === 'log')
  assert.ok(shown?.type === 'log' && shown.first === 900 - shown.rows.length)
})

test('lines of more than one day are told by their dates', () => {
  const found = [[line(200_000, 'old')], [line(0, 'new')]]
  const said = localise(renderHistory({ ...FOUND, found, trouble: null }, {}, null), 'en')
  assert.match(renderConsole(said), /11-20 04:26:40 old\n +11-22 12:00:00 new/)
  const { description = '' } = renderMessage(said).body.embeds?.[0] ?? {}
  assert.match(description, /^<t:\d+:f> `old`\n<t:\d+:f> `new`\n/)
})

test('a file holds every line that was found, whole, when the message can not', () => {
  const found = Array.from({ length: 400 }, (_, n) => [
    line(400 - n, `line ${n} ${'x'.repeat(90)}`),
  ])
  const said = localise(renderHistory({ ...FOUND, found, trouble: null }, {}, null), 'en')
  const { files, body } = renderMessage(said)
  assert.match(body.embeds?.[0]?.description ?? '', /\.log — 400 lines, times in UTC/)
  assert.match(String(files[0]?.data), /^2026-11-22T11:53:20\.000Z app\[m1\] info line 0 x/)
  const [document] = renderReply(said).documents
  for (const content of [String(files[0]?.data), String(document?.content)])
    assert.equal(content.match(/line \d+/g)?.length, 400)
  assert.match(renderConsole(said), /The newest \d+ are shown; the file has all 400\./)
  const small = renderHistory(FOUND, {}, null).blocks
  const asked = renderHistory(FOUND, { file: true }, null).blocks
  assert.deepEqual(
    [small, asked].map((blocks) => blocks.some(({ type }) => type === 'file')),
    [false, true],
  )
})
