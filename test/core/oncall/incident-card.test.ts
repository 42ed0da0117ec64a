import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renderConsole } from '../../../src/chat/console/render.ts'
import { renderMessage } from '../../../src/chat/discord/render.ts'
import { renderReply } from '../../../src/chat/telegram/render.ts'
import { localise } from '../../../src/core/localise.ts'
import { apply } from '../../../src/core/oncall/incident-apply.ts'
import { incidentCard } from '../../../src/core/oncall/incident-card.ts'
import { pageReply, timelineText } from '../../../src/core/oncall/incident-words.ts'
import { type Incident, type IncidentEvent, RULES } from '../../../src/core/oncall/incident.ts'
import type { Reply } from '../../../src/core/reply.ts'
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
  },
}

function after(
  ...events: ReadonlyArray<readonly [minute: number, event: IncidentEvent]>
): Incident {
  let incident: Incident | undefined
  for (const [minute, event] of [[0, { do: 'alert', alert: alertOf() }] as const, ...events]) {
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
const STATES: ReadonlyArray<readonly [string, Reply]> = [
  ['firing', card(firing, 1)],
  ['acknowledged', card(acked, 3)],
  ['silenced', card(silenced, 3)],
  ['resolved', card(resolved, 10)],
  ['page', pageReply(firing, firing.pages[0] ?? assert.fail())],
]

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
      t.assert.snapshot(renderMessage(equipped).body)
      t.assert.snapshot(renderReply(equipped).html)
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
  assert.deepEqual([content, allowed], ['<@400>', { parse: [], users: ['400'] }])
  const plain = renderMessage(localise(card(firing, 1), 'en')).body
  assert.deepEqual([plain.content, plain.allowed_mentions], [undefined, { parse: [] }])
})

test('the bell of a card is its own: acknowledge and take back, resolve, logs, the fix', () => {
  const labels = (reply: Reply) => (localise(reply, 'en').actions ?? []).map(({ label }) => label)
  assert.deepEqual(labels(card(firing, 1)), [
    'Acknowledge',
    'Resolve',
    'Logs',
    'Memory',
    'Timeline',
    'Silence',
  ])
  assert.deepEqual(labels(card(acked, 3))[0], 'Unacknowledge')
  assert.deepEqual(labels(card(silenced, 3)).at(-1), 'Undo')
  assert.deepEqual(labels(card(silenced, 8)).at(-1), 'Unsilence')
  assert.deepEqual(labels(card(resolved, 10)), ['Note', 'Timeline'])
})
