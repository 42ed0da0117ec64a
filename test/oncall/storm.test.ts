import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressOf } from '../../src/core/oncall/place-address.ts'
import { isQuiet } from '../../src/core/settings.ts'
import { alertOf, createScene, GROUP, ROOM, type Scene } from '../helpers/incidents.ts'

const ANA = { key: 'discord:400', name: 'Ana' }

/** The card in the room, as it is to be shown. */
async function card({ messages }: Scene) {
  const found = (await messages()).find(({ key }) => /^I-\w{6}\.discord/.test(key))
  return found ?? assert.fail('no card')
}

/** An alert of the same incident, `n` of many. */
const nth = (n: number) => alertOf({ key: `k${n}`, at: alertOf().at + n })

test('storm: a card is painted at once, then at a pace, and its last words are the newest', async () => {
  const scene = createScene()
  const painted: number[] = []
  let rev = 0
  for (let n = 0; n < 240; n++) {
    await scene.parts.intake.take([nth(n)])
    await scene.pass(500)
    const now = (await card(scene)).rev
    if (now > rev) painted.push(scene.clock.now())
    rev = now
  }
  const begun = painted[0] ?? 0
  for (let from = begun; from < begun + 60_000; from += 5000) {
    const edits = painted.filter((at) => at > from && at <= from + 60_000).length
    assert.ok(edits <= 6, `${edits} edits in a minute`)
  }
  await scene.pass(20_000)
  const [incident] = await scene.parts.oncall.list()
  assert.equal(incident?.count, 240)
  assert.equal((await card(scene)).version, incident.rev)
  assert.equal(incident.written, incident.rev)
})

test('storm: a page, a person’s doing and a timer wait for no pace', async () => {
  const scene = createScene()
  const { intake, oncall } = scene.parts
  const low = { severity: 'info' } as const
  for (let n = 0; n < 5; n++) await intake.take([{ ...nth(n), ...low }])
  await scene.pass(0)
  const pages = async () => (await scene.messages()).filter(({ key }) => /\.p\d/.test(key)).length
  assert.equal(await pages(), 0)
  await intake.take([nth(9)])
  await scene.pass(0)
  assert.equal(await pages(), 1, 'it got worse in the middle of a storm')
  const [{ id } = assert.fail()] = await oncall.list()
  await oncall.act(id, { do: 'ack', by: ANA })
  assert.equal((await card(scene)).reply.glyph, '👀')
  assert.ok(scene.timers().length > 0)
})

test('storm: whoever stops leaves what was kept back to the next start', async () => {
  const scene = createScene()
  for (let n = 0; n < 6; n++) {
    await scene.parts.intake.take([nth(n)])
    await scene.parts.settled()
  }
  const [before] = await scene.parts.oncall.list()
  assert.ok(before && before.written < before.rev)
  scene.parts.stop()
  await scene.again().recover()
  const [after] = await scene.parts.oncall.list()
  assert.equal(after?.written, after?.rev)
})

test('quiet places: the card of a warning makes no noise that a quiet place did not want', async () => {
  const settings = {
    of: ({ platform }: { platform: string }) => ({ quiet: platform === 'discord' }),
    ofApp: () => ({}),
  }
  const scene = createScene({ settings, places: [ROOM, GROUP] })
  await scene.parts.intake.take([alertOf({ severity: 'info' })])
  await scene.pass(0)
  const cards = (await scene.messages()).filter(({ kind }) => kind === 'card')
  const silent = cards.map(({ platform, address, reply }) => [platform, isQuiet(address, reply)])
  assert.deepEqual(Object.fromEntries(silent), { discord: true, telegram: false })
  assert.equal(addressOf(ROOM).quiet, undefined, 'calls of people are never quiet')
})
