import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CURES, cureName } from '../../../src/core/doctor/cures.ts'
import { LOCALES, say } from '../../../src/core/text.ts'
import { DETECTORS } from '../../../src/core/watch/detectors.ts'
import { FIRES, started } from './firing.ts'
import { blind, lasting, type Look, machines, MINUTE, ok, play } from './scene.ts'

/** Somebody started it anew, and nobody reaches it from outside. */
function mended(): Look {
  let at: number | undefined
  return (now) => {
    at ??= now
    return { ...machines({ events: [started(at)] })(now), addresses: ok([], now) }
  }
}

test('every detector has a scene that makes it fire, and an id of its own', () => {
  const ids = DETECTORS.map(({ id }) => id)
  assert.deepEqual(Object.keys(FIRES).toSorted(), ids.toSorted())
  assert.equal(new Set(ids).size, ids.length)
})

test('of whom it is said that they rest on lines alone find nothing by a look, and all others can', () => {
  const found = (id: string, from: string) =>
    play(FIRES[id]?.ticks ?? []).standing.some((one) => one.alert.rule === id && one.from === from)
  const only = DETECTORS.filter(({ onlyLines }) => onlyLines === true).map(({ id }) => id)
  assert.deepEqual(only, ['lock', 'debugger', 'token.guessed', 'log.secret'])
  for (const id of only) assert.ok(found(id, 'line'), id)
})

for (const { id, severity, cures, threshold, doc } of DETECTORS) {
  const scene = FIRES[id] ?? assert.fail(id)

  test(`${id}: fires once, with its evidence and a cure of its own`, () => {
    const { alerts, standing } = play(scene.ticks)
    const own = alerts.filter(({ rule }) => rule === id)
    assert.equal(own.length, 1, JSON.stringify(alerts.map(({ rule, status }) => [rule, status])))
    const [alert] = own
    assert.ok(alert)
    assert.equal(alert.severity, scene.severity ?? severity)
    assert.equal(standing.find((one) => one.alert.rule === id)?.from, scene.from ?? 'look')
    const told = [
      say(alert.text, 'en'),
      ...alert.evidence.map(([, value]) => say(value, 'en')),
    ].join('\n')
    assert.match(told, scene.shows)
    const { fix } = alert
    const typed = fix && [fix.command, ...Object.entries(fix.input).map((one) => one.join('='))]
    const wanted = scene.fix === undefined ? null : scene.fix.split(' ')
    const [name = '', ...parts] = typed ?? []
    assert.equal(fix === null, wanted === null, name)
    for (const part of wanted ?? [])
      assert.ok(`${cureName(name)} ${parts.join(' ')}`.includes(part))
    if (fix) assert.ok(cures.includes(cureName(fix.command)), fix.command)
    for (const locale of LOCALES) {
      assert.match(say(alert.text, locale), /\S{5}/)
      assert.doesNotMatch(say(alert.text, locale), /undefined|null|NaN|\[object|  /)
      assert.ok(say(alert.title, locale).length <= 40, say(alert.title, locale))
    }
  })

  test(`${id}: is not over because nothing can be seen any more`, () => {
    const ticks = [...scene.ticks, { look: blind }, { look: blind }]
    const { standing, last } = play(ticks)
    assert.ok(standing.some(({ alert }) => alert.rule === id))
    assert.deepEqual(
      last.filter(({ status }) => status === 'resolved'),
      [],
    )
  })

  test(`${id}: ten minutes after all is well again it is over, or known as something of the past`, () => {
    const { standing } = play([...scene.ticks, ...lasting(mended(), 10 * MINUTE)])
    for (const { alert, from, past } of standing)
      assert.ok(from === 'line' || past === true, alert.key)
  })

  test(`${id}: can be switched off, and that ends it`, () => {
    const off = { [id]: { on: false } }
    assert.deepEqual(
      play(scene.ticks, { rules: off }).alerts.filter(({ rule }) => rule === id),
      [],
    )
  })

  test(`${id}: says what it means, within bounds`, () => {
    for (const locale of LOCALES) assert.match(say(doc, locale), /[.。]$/)
    for (const cure of cures) assert.ok(CURES[cure], cure)
    if (threshold === null) return
    assert.ok(threshold.min < threshold.max)
    assert.ok(threshold.default >= threshold.min && threshold.default <= threshold.max)
  })
}
