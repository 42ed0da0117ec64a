import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sayLine } from '../../src/core/oncall/incident-line.ts'
import { say } from '../../src/core/text.ts'
import type { Standing } from '../../src/core/watch/detector.ts'
import { SIGHTS } from '../../src/core/watch/seen-at.ts'
import { alertOf, ANA, createScene, type Scene } from '../helpers/incidents.ts'

const MINUTE = 60_000
const by = { key: ANA.key, name: ANA.name }

/** What the look-out wrote down: the trouble, found again in the look of this moment. */
const finds = ({ store }: Scene, at: number, more: Partial<Standing> = {}) =>
  store.put(SIGHTS, 'my-openclaw', {
    sight: undefined,
    standing: [
      { alert: alertOf(), from: 'look', needs: ['machines'], seen: { machines: at }, ...more },
    ],
  })

/** A trouble of the look-out that a person has just resolved. */
async function resolved() {
  const scene = createScene()
  await scene.parts.intake.take([alertOf()])
  await scene.pass(0)
  const [one] = await scene.parts.oncall.list()
  assert.ok(one)
  const resolve = async () => {
    await scene.parts.oncall.act(one.id, { do: 'resolve', by })
    await scene.pass(0)
  }
  await resolve()
  const now = async () => {
    const all = await scene.parts.oncall.list()
    assert.equal(all.length, 1)
    assert.ok(all[0])
    return all[0]
  }
  return { scene, resolve, now, paged: one.paged }
}

test('what a person resolved and the look-out still finds is open again, says so and calls', async () => {
  const { scene, now, paged } = await resolved()
  await finds(scene, scene.clock.now() + MINUTE)
  await scene.pass(10 * MINUTE - 1000)
  assert.equal((await now()).state, 'resolved')
  await scene.pass(1000)
  const again = await now()
  assert.deepEqual([again.state, again.closed, again.paged], ['firing', false, paged + 1])
  const said = again.log.findLast(({ what }) => what === 'still')
  assert.match(said ? say(sayLine(said), 'en') : '', /^Still there although it was resolved/)
  assert.deepEqual(again.flips, [])
})

test('who resolves it once more has it left alone', async () => {
  const { scene, resolve, now } = await resolved()
  await finds(scene, scene.clock.now() + MINUTE)
  await scene.pass(10 * MINUTE)
  await resolve()
  await finds(scene, scene.clock.now() + MINUTE)
  await scene.pass(10 * MINUTE)
  assert.deepEqual([(await now()).state, (await now()).closed], ['resolved', true])
})

const LEFT = {
  'that the look-out finds no more': undefined,
  'that happened once and is only remembered': { past: true },
  'that rests on words in a log': { from: 'line' },
} as const satisfies Record<string, Partial<Standing> | undefined>
for (const [what, standing] of Object.entries(LEFT))
  test(`a trouble ${what} is over as it was resolved`, async () => {
    const { scene, now } = await resolved()
    if (standing) await finds(scene, scene.clock.now() + MINUTE, standing)
    await scene.pass(10 * MINUTE)
    assert.deepEqual([(await now()).state, (await now()).closed], ['resolved', true])
  })

test('what was not looked at again is waited for, a day at most', async () => {
  const { scene, now } = await resolved()
  await finds(scene, scene.clock.now() - MINUTE)
  await scene.pass(30 * MINUTE)
  assert.deepEqual([(await now()).state, (await now()).closed], ['resolved', false])
  await finds(scene, scene.clock.now())
  await scene.pass(10 * MINUTE)
  assert.equal((await now()).state, 'firing')
  const other = await resolved()
  await finds(other.scene, other.scene.clock.now() - MINUTE)
  await other.scene.pass(25 * 60 * MINUTE)
  assert.deepEqual([(await other.now()).state, (await other.now()).closed], ['resolved', true])
})

for (const scope of ['the incident', 'its app'])
  test(`a silence over ${scope} is waited for`, async () => {
    const { scene, now, paged } = await resolved()
    const until = scene.clock.now() + 60 * MINUTE
    const { id } = await now()
    if (scope === 'its app')
      await scene.parts.oncall.keepQuiet('silence', {
        app: 'my-openclaw',
        until,
        by: ANA.name,
        at: scene.clock.now(),
        reason: null,
      })
    else await scene.parts.oncall.act(id, { do: 'silence', by, until })
    await finds(scene, scene.clock.now() + MINUTE)
    await scene.pass(59 * MINUTE)
    assert.deepEqual([(await now()).state, (await now()).closed], ['resolved', false])
    await scene.pass(MINUTE)
    assert.deepEqual([(await now()).state, (await now()).paged], ['firing', paged + 1])
  })
