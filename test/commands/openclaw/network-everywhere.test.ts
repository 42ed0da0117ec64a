import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FakeMachine } from '../../fakes/fly/types.ts'
import {
  boundHalf,
  countHalf,
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'
import { machineOf, routed, typesOf } from './network-world.ts'

/** Seven places: reads that fail for good, one after another, spoil the way back as well; and a release whose answer was lost. */
const MOST = 50

/** Updates it may have taken: one there, and one back when it failed. */
const updates = ({ events }: FakeMachine) => events.filter(({ type }) => type === 'update').length

const BEFORE = { types: ['shared_v4', 'v6'], routed: true }
const PRIVATE = { types: ['private_v6'], routed: false }
const PUBLIC = { types: ['private_v6', 'shared_v4', 'v6'], routed: true }

const now = (scene: Scene) => ({ types: typesOf(scene), routed: routed(scene) })
const is = (scene: Scene, state: object): boolean =>
  JSON.stringify(now(scene)) === JSON.stringify(state)

/** Whatever happened: one effect or none, and words that fit the world. */
function check(before: object, after: object) {
  return (ran: Ran, scene: Scene, at: string): void => {
    const { job, end } = ran
    const words = wordsOf(end).join('\n')
    const machine = machineOf(scene)
    assert.ok(updates(machine) <= 3, `${updates(machine)} updates`)
    assert.equal(machine.state, 'started', at)
    assert.ok(typesOf(scene).filter((type) => type === 'private_v6').length <= 1, 'one private')
    if (job.state === 'done') {
      assert.ok(is(scene, after), `done: ${JSON.stringify(now(scene))}`)
      return
    }
    if (words.includes('as before')) assert.ok(is(scene, before), JSON.stringify(now(scene)))
    else if (words.includes('state now')) assert.ok(!is(scene, before))
    else if (!is(scene, before)) assert.match(words, /could not be read|half-changed/)
  }
}

async function makePrivate(scene: Scene): Promise<void> {
  const { job } = await scene.run('network private', { press: true })
  assert.equal(job.state, 'done')
}

test('private, killed anywhere, ends private or as it was', async () => {
  const points = await killEverywhere({ line: 'network private', check: check(BEFORE, PRIVATE) })
  assert.ok(points.length > 40, `${points.length} points`)
})

test('private, with any call failing in any way, ends in a state that its words tell', async (t) => {
  const half = countHalf()
  await faultEverywhere({ line: 'network private', check: check(BEFORE, PRIVATE), half })
  boundHalf(t, half, MOST)
})

test('public, killed anywhere, ends public or as it was', async () => {
  await killEverywhere({
    line: 'network public',
    arrange: makePrivate,
    check: check(PRIVATE, PUBLIC),
  })
})

test('public, with any call failing in any way, ends in a state that its words tell', async (t) => {
  const half = countHalf()
  await faultEverywhere({
    half,
    line: 'network public',
    arrange: makePrivate,
    check: check(PRIVATE, PUBLIC),
  })
  boundHalf(t, half, MOST)
})
