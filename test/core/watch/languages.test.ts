import assert from 'node:assert/strict'
import { test } from 'node:test'
import { say, tr } from '../../../src/core/text.ts'
import { CALM, FIRES } from './firing.ts'
import { lasting, lost, MINUTE, play, report, type Tick } from './scene.ts'

const of = (id: string): readonly Tick[] => FIRES[id]?.ticks ?? assert.fail(id)
const unready = report({ ready: false, reason: tr('starting', '啟動中') })
const refused: Tick['look'] = (now) => ({
  machines: { ...lost(now, 'auth'), why: tr('no such token', '沒有此權杖') },
})

/** Words of ours among the evidence, as a place of each language sees them. */
const SAID: ReadonlyArray<readonly [id: string, ticks: readonly Tick[], en: string, zh: string]> = [
  ['blind', [CALM, ...lasting(refused, MINUTE)], 'Fly says: no such token', 'Fly 回應: 沒有此權杖'],
  ['certificate', of('certificate'), 'Limit: 14 d', '門檻: 14 天'],
  [
    'gateway.ready',
    [CALM, ...lasting(unready, 5 * MINUTE)],
    'It says: starting',
    '閘道回報: 啟動中',
  ],
  ['secrets.staged', of('secrets.staged'), 'Limit: 15 min', '門檻: 15 分'],
  ['volume.full', of('volume.full'), 'Limit: 80 %', '門檻: 80 %'],
  ['volume.no_copy', of('volume.no_copy'), 'Limit: 3 d', '門檻: 3 天'],
]

for (const [id, ticks, en, zh] of SAID)
  test(`${id}: its evidence is said in the language of the place`, () => {
    const { alerts } = play(ticks)
    const { evidence } = alerts.find(({ rule }) => rule === id) ?? assert.fail(id)
    const shown = (locale: 'en' | 'zh-TW') =>
      evidence.map(([what, value]) => `${say(what, locale)}: ${say(value, locale)}`)
    assert.ok(shown('en').includes(en), shown('en').join('\n'))
    assert.ok(shown('zh-TW').includes(zh), shown('zh-TW').join('\n'))
  })
