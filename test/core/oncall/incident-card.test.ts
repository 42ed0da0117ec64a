import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { renderMessage } from '../../../src/chat/discord/render.ts'
import { renderKeyboard } from '../../../src/chat/telegram/keyboard.ts'
import { renderReply } from '../../../src/chat/telegram/render.ts'
import { drillAlert } from '../../../src/core/oncall/drill-play.ts'
import { localise } from '../../../src/core/localise.ts'
import { apply } from '../../../src/core/oncall/incident-apply.ts'
import { incidentCard } from '../../../src/core/oncall/incident-card.ts'
import { pageReply, timelineText } from '../../../src/core/oncall/incident-words.ts'
import { detailsReply, linesOwed, lineReply } from '../../../src/core/oncall/incident-thread.ts'
import { type Incident, type IncidentEvent, RULES } from '../../../src/core/oncall/incident.ts'
import type { Reply, SaidReply } from '../../../src/core/reply.ts'
import { check } from '../../fakes/discord/validate.ts'
import { createValidator } from '../../fakes/telegram/validate.ts'
import { START } from '../../helpers/clock.ts'
import { alertOf, LADDER } from '../../helpers/incidents.ts'

const ANA = { key: 'discord:400', name: 'Ana' }
const MINUTE = 60_000
const ours = [{ id: 'J-7K3M9Q', command: 'openclaw restart', by: 'Ben', at: START - 2 * MINUTE }]

const FOUND: IncidentEvent = {
  do: 'found',
  found: {
    logs: { lines: ['12:00:01 Out of memory: Killed process 531 (node)', '12:00:02 main exited'] },
    checks: { failing: [['gateway', 'connection refused']] },
    changes: { list: [{ at: START - 2 * MINUTE, what: 'J-7K3M9Q /openclaw restart (Ben, done)' }] },
    similar: { id: 'I-2C4D6E', at: START - 86_400_000, cure: 'Ana: raised the memory' },
    region: 'ams',
    memory: {
      spark: '▃▄▅▇█',
      peakMb: 2043,
      totalMb: 2048,
      picture: 'I-4F8H2K-memory.png',
    },
  },
}

type Events = ReadonlyArray<readonly [minute: number, event: IncidentEvent]>

function after(...given: Events): Incident {
  const first = given[0]?.[1].do === 'alert' && given[0][0] === 0
  const events: Events = first ? given : [[0, { do: 'alert', alert: alertOf() }], ...given]
  let incident: Incident | undefined
  for (const [minute, event] of events) {
    const now = START + minute * MINUTE
    const around = { now, rules: RULES, id: 'I-4F8H2K', ladder: LADDER, mute: null, ours }
    incident = apply(incident, event, around)?.incident
  }
  assert.ok(incident)
  return incident
}
const card = (incident: Incident, minute: number): Reply =>
  incidentCard(incident, { now: START + minute * MINUTE, rules: RULES })

const firing = after([1, FOUND])
const acked = after([2, { do: 'ack', by: ANA }])
const silenced = after([2, { do: 'silence', by: ANA, until: START + 62 * MINUTE }])
const resolved = after(
  [2, { do: 'ack', by: ANA }],
  [3, { do: 'note', by: ANA, text: 'raised the memory', id: 'n' }],
  [9, { do: 'alert', alert: alertOf({ status: 'resolved', at: START + 9 * MINUTE }) }],
)
const drill = (
  events: ReadonlyArray<readonly [minute: number, event: IncidentEvent]>,
): Incident => {
  const alert = drillAlert('oom', { group: 'drill:oom:x', since: START, calls: false })
  return after([0, { do: 'alert', alert }], ...events)
}
const drilling = drill([[1, { do: 'ack', by: ANA }]])
const drilled = drill([
  [1, { do: 'ack', by: ANA }],
  [2, { do: 'cure', by: ANA }],
  [3, { do: 'timer' }],
])
const STATES: ReadonlyArray<readonly [string, Reply]> = [
  ['firing', card(firing, 1)],
  ['acknowledged', card(acked, 3)],
  ['silenced', card(silenced, 3)],
  ['resolved', card(resolved, 10)],
  ['page', pageReply(firing, firing.pages[0] ?? assert.fail())],
  ['drill', card(drilling, 2)],
  ['drill that is over', card(drilled, 3)],
  ['details below it', detailsReply(firing) ?? assert.fail()],
  ...linesOwed(resolved).map(
    ({ entry }) => [`below it: ${entry.what}`, lineReply(resolved, entry)] as const,
  ),
  ...linesOwed(drilled).map(
    ({ entry }) => [`below a drill: ${entry.what}`, lineReply(drilled, entry)] as const,
  ),
]

const telegram = createValidator()
/** Pictures as they are when the outbox has filled them in. */
const filled = (said: SaidReply): SaidReply => ({
  ...said,
  blocks: said.blocks.map((block) =>
    block.type === 'picture' ? { ...block, png: 'AAAA' } : block,
  ),
})

for (const [name, reply] of STATES)
  for (const locale of ['en', 'zh-TW'] as const)
    test(`card: ${name}, ${locale}`, (t) => {
      const said = localise(
        {
          ...reply,
          ...(name === 'page' && {
            mention: [{ platform: 'telegram', id: '401', name: 'Ben <3' }],
          }),
        },
        locale,
      )
      const tokens = (said.actions ?? []).map((action, n) =>
        action.intent === undefined ? action : { ...action, token: `t${n}` },
      )
      const equipped = { ...said, actions: tokens }
      t.assert.snapshot(renderConsole(equipped))
      const { body } = renderMessage(filled(equipped))
      assert.deepEqual(check.message(body), [])
      t.assert.snapshot(body)
      const { html } = renderReply(equipped)
      const { rows } = renderKeyboard(equipped.actions, () => 'x'.repeat(22))
      const message = { chat_id: 1, text: html, parse_mode: 'HTML' }
      assert.deepEqual(
        telegram('sendMessage', { ...message, reply_markup: { inline_keyboard: rows } }),
        [],
      )
      t.assert.snapshot(html)
      t.assert.snapshot(rows.map((row) => row.map(({ text }) => text).join(' | ')))
    })

test('the timeline as a file', (t) => {
  t.assert.snapshot(timelineText(resolved))
})

test('a page pings the people it names and nobody else; a card nobody', () => {
  const said = localise(
    { ...card(firing, 1), mention: [{ platform: 'discord', id: '400', name: 'Ana' }] },
    'en',
  )
  const { content, allowed_mentions: allowed } = renderMessage(said).body
  assert.deepEqual(allowed, { parse: [], users: ['400'] })
  assert.match(content ?? '', /^<@400> 🔴 Critical/)
  const plain = renderMessage(localise(card(firing, 1), 'en')).body
  assert.deepEqual(plain.allowed_mentions, { parse: [] })
})

test('the bell of a card is its own: acknowledge and take back, resolve, logs, the fix', () => {
  const labels = (reply: Reply) => (localise(reply, 'en').actions ?? []).map(({ label }) => label)
  assert.deepEqual(labels(card(firing, 1)), [
    'Acknowledge',
    'Resolve',
    'Logs',
    'Memory',
    'Restart',
    'Note',
    'Timeline',
    'Silence until…',
    'Silence',
    'Page',
  ])
  assert.deepEqual(labels(card(acked, 3))[0], 'Unacknowledge')
  assert.ok(labels(card(silenced, 3)).includes('Undo'))
  assert.ok(!labels(card(silenced, 3)).some((label) => label.startsWith('Silence')))
  assert.ok(labels(card(silenced, 8)).includes('Unsilence'))
  assert.deepEqual(labels(card(resolved, 10)), ['Note', 'Timeline'])
})

test('a drill’s buttons touch no app; its cure is pressed once', () => {
  const intents = (incident: Incident) =>
    (card(incident, 2).actions ?? []).flatMap(({ intent }) =>
      intent?.do === 'run' ? [intent.command] : [],
    )
  assert.ok(intents(drilling).includes('oncall drill'))
  assert.ok(intents(drilling).every((command) => command.startsWith('oncall ')))
  assert.ok(!intents(drilling).includes('oncall page'))
  const curing = drill([[1, { do: 'cure', by: ANA }]])
  assert.ok(!intents(curing).includes('oncall drill'))
})

const much = (words: string, length: number): string => `${words} `.repeat(length).slice(0, length)
const lines = (length: number) =>
  Array.from({ length: 40 }, (_, n) => `12:00:00 ${much(`L${n}.`, length)}`)

test('however much there is to say, a card is one message without a file; the log gives way first', () => {
  const evidence = Array.from({ length: 6 }, (_, n) => [`Field ${n}`, much('e', 400)] as const)
  const failing = Array.from({ length: 4 }, (_, n) => [`check ${n}`, much('c', 200)] as const)
  const list = Array.from({ length: 3 }, () => ({ at: START, what: much('change', 90) }))
  const similar = { id: 'I-2C4D6E', at: START, cure: much('cure', 500) }
  const found = { logs: { lines: lines(160) }, checks: { failing }, changes: { list }, similar }
  const notes = Array.from({ length: 8 }, (_, n) => {
    const event = { do: 'note', by: ANA, text: much(`note ${n}`, 500), id: `n${n}` } as const
    return [n + 2, event] as const
  })
  const alert = alertOf({ evidence, text: much('text', 600) })
  const others = Array.from({ length: 6 }, (_, n) => {
    const other = { ...alert, key: `other ${n}`, title: much('title', 120), at: START + n + 1 }
    return [1, { do: 'alert', alert: other }] as const
  })
  const first = [0, { do: 'alert', alert }] as const
  const full = after(first, ...others, [1, { do: 'found', found }], ...notes)
  for (const locale of ['en', 'zh-TW'] as const) {
    const said = localise(card(full, 20), locale)
    const { html, documents } = renderReply(said)
    assert.deepEqual(documents, [], 'a file would come with each edit')
    assert.match(html, /note 7[^]*I-2C4D6E/)
    assert.deepEqual(renderMessage(said).files, [])
  }
})

test('of the log fifteen lines are shown where they fit, those nearest to now', () => {
  const found = { logs: { lines: lines(145) }, similar: null }
  const html = (minute: number, ...more: Events) =>
    renderReply(localise(card(after([1, { do: 'found', found }], ...more), minute), 'en')).html
  assert.doesNotMatch(html(2), /L24\./)
  assert.match(html(2), /L25\.[^]*L39\./)
  const text = much('a long note', 500)
  const notes = Array.from({ length: 8 }, (_, n) => {
    return [n + 2, { do: 'note', by: ANA, text, id: `n${n}` }] as const
  })
  assert.doesNotMatch(html(20, ...notes), /L25\./)
  assert.match(html(20, ...notes), /L39\./)
})
