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

test('on Telegram many lines are folded away and few are not; Discord shows moments in the zone of whoever reads', () => {
  const many = Array.from({ length: 30 }, (_, n) => line(30 - n, `line ${n}`))
  const html = (lines: readonly Line[]) =>
    renderReply(localise(renderLive({ ...LIVE, lines }, {}, null), 'en')).html
  assert.match(html(many), /<blockquote expandable>.*line 0\n.*line 29<\/blockquote>/s)
  assert.match(html(LINES), /<pre>.*&lt;b&gt;&amp;token&lt;\/b&gt;.*<\/pre>/s)
  const [embed] = renderMessage(localise(renderHistory(FOUND, {}, null), 'en')).body.embeds ?? []
  const first = Math.floor((LINES[0]?.at ?? 0) / 1000)
  assert.match(embed?.description ?? '', new RegExp(`First line\\W+<t:${first}:`))
})

test('a file holds every line that was found, whole, when the message can not', () => {
  const found = Array.from({ length: 400 }, (_, n) => [
    line(400 - n, `line ${n} ${'x'.repeat(90)}`),
  ])
  const said = localise(renderHistory({ ...FOUND, found, trouble: null }, {}, null), 'en')
  const { files } = renderMessage(said)
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
