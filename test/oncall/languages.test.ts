import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneReply } from '../../src/core/oncall/incident-answers.ts'
import { incidentCard } from '../../src/core/oncall/incident-card.ts'
import { timelineText } from '../../src/core/oncall/incident-words.ts'
import { type Incident, RULES } from '../../src/core/oncall/incident.ts'
import { localise } from '../../src/core/localise.ts'
import type { OutboxRecord } from '../../src/core/outbox.ts'
import type { Settings } from '../../src/core/settings.ts'
import { say, tr } from '../../src/core/text.ts'
import { alertOf, ANA, createScene, GROUP, ROOM } from '../helpers/incidents.ts'

/** The Telegram group reads Chinese, everybody else English. */
const settings: Settings = {
  of: ({ platform }) => (platform === 'telegram' ? { locale: 'zh-TW' } : {}),
  ofApp: () => ({}),
}

const saidIn = (messages: readonly OutboxRecord[], platform: string): string =>
  JSON.stringify(messages.filter((one) => one.platform === platform).map(({ reply }) => reply))

test('a place of another language has the card, the calls and what stands below them in its own', async () => {
  const { parts, pass, messages } = createScene({
    settings,
    ladder: [{ afterMs: 0, people: [ANA] }],
  })
  const evidence = [[tr('Limit', '門檻'), tr('3 d', '3 天')]] as const
  await parts.intake.take([alertOf({ evidence })])
  await pass(0)
  const [incident] = await parts.oncall.list()
  const by = { key: 'discord:400', name: 'Ana' }
  const text = tr('the rule rests', '規則暫停')
  await parts.oncall.act(incident?.id ?? '', { do: 'note', by, text, id: 'n' })
  await parts.oncall.act(incident?.id ?? '', { do: 'ack', by })
  const all = await messages()
  const [english, chinese] = [saidIn(all, 'discord'), saidIn(all, 'telegram')]
  for (const words of [
    'Kernel OOM',
    '3 d',
    'the rule rests',
    'Acknowledged by Ana',
    'You are on call',
  ])
    assert.ok(english.includes(words) && !chinese.includes(words), words)
  for (const words of ['核心記憶體不足', '3 天', '規則暫停', 'Ana 已確認'])
    assert.ok(chinese.includes(words) && !english.includes(words), words)
})

test('the whole timeline is a file in the language of whoever asks', async () => {
  const { parts, pass } = createScene()
  await parts.intake.take([alertOf()])
  await pass(0)
  const [incident] = await parts.oncall.list()
  const { blocks } = localise(oneReply(incident ?? assert.fail(), 0), 'zh-TW')
  const file = blocks.find((block) => block.type === 'file') ?? assert.fail()
  assert.match(file.content, /核心記憶體不足[^]*觸發/)
  assert.doesNotMatch(file.content, /Fired|Source/)
})

test('what was written down before with plain strings reads as it did', async () => {
  const { parts, store, pass } = createScene({ places: [ROOM, GROUP] })
  await parts.intake.take([alertOf({ evidence: [['Seen', 'exit_code = 137']] })])
  await pass(0)
  const [stored] = await parts.oncall.list()
  assert.ok(stored)
  const old: Incident = {
    ...stored,
    found: {
      changes: { list: [{ at: stored.openedAt, what: 'release v3 (ana, succeeded)' }] },
      similar: { id: 'I-2C4D6E', at: 1, cure: 'Ana: raised the memory' },
    },
  }
  await store.put('incident', old.id, old)
  await parts.oncall.act(old.id, { do: 'resolve', by: ANA })
  const after = (await parts.oncall.get(old.id)) ?? assert.fail()
  for (const locale of ['en', 'zh-TW'] as const) {
    const card = incidentCard(after, { now: after.openedAt, rules: RULES })
    const said = JSON.stringify(localise(card, locale))
    assert.doesNotMatch(said, /object Object|undefined/)
    for (const words of ['exit_code = 137', 'release v3 (ana', 'Ana: raised the memory'])
      assert.ok(said.includes(words), words)
    assert.ok(say(timelineText(after), locale).includes('exit_code = 137'))
  }
})
