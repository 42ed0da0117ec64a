import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import type { ConfigResult } from '../../../src/core/config/run.ts'
import {
  CONFIG,
  configWorld,
  idOf,
  type ConfigWorld,
  leftovers,
  SECRET,
} from '../../helpers/config-inside.ts'
import {
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'

const worlds = new WeakMap<Scene['fly'], ConfigWorld>()
const opened: ConfigWorld[] = []
describe('config, killed and spoiled', () => {
  afterEach(() => opened.splice(0).forEach((world) => world.close()))

  const arrange =
    (reaction: ConfigWorld['reaction']) =>
    (scene: Scene): void => {
      const world = configWorld(scene)
      world.reaction = reaction
      worlds.set(scene.fly, world)
      opened.push(world)
    }

  const AFTER = CONFIG.replace('maxConcurrent: 4', 'maxConcurrent: 8')
  const line = 'config set path=agents.defaults.maxConcurrent value=8'

  /** Written at most once, put back at most once, and the words say which of the two files it is. */
  function check({ job, end }: Ran, { fly }: Scene): void {
    const world = worlds.get(fly) ?? assert.fail('no world')
    const words = wordsOf(end).join('\n')
    const now = world.read()
    assert.ok(now === CONFIG || now === AFTER, now)
    assert.deepEqual(leftovers(world), [])
    assert.doesNotMatch(JSON.stringify([job, end]), new RegExp(SECRET))
    assert.ok(world.writes() <= 2, `${world.writes()} writes`)
    if (job.state === 'asked' || job.steps['write'] === undefined) {
      assert.equal(now, CONFIG)
      return
    }
    if (job.result !== undefined) {
      const { effect, changed } = job.result as ConfigResult
      assert.ok(changed)
      assert.equal(now, AFTER, words)
      assert.equal(world.writes(), 1, words)
      assert.ok(['hot', 'unseen'].includes(effect.is), words)
      return
    }
    const open = /is not known|could not be looked at|way back failed|cut off/.test(words)
    if (!open) assert.equal(now, CONFIG, words)
  }

  test('config set: killed anywhere it is written once', { timeout: 180_000 }, async () => {
    const points = await killEverywhere({ line, arrange: arrange('hot'), check })
    assert.ok(points.length > 15, String(points.length))
  })

  test(
    'config set: with any call spoiled it is written once, and the words say what is so',
    { timeout: 180_000 },
    async () => {
      await faultEverywhere({ line, arrange: arrange('hot'), check })
    },
  )

  test(
    'config set that is refused: killed anywhere, the old file is back',
    { timeout: 180_000 },
    async () => {
      await killEverywhere({
        line,
        arrange: arrange('refuse'),
        check: (ran, scene, at) => {
          check(ran, scene)
          assert.equal(ran.job.state, 'failed', at)
          assert.equal(worlds.get(scene.fly)?.read(), CONFIG, at)
        },
      })
    },
  )

  const WITHOUT = CONFIG.replace('  agents: { defaults: { maxConcurrent: 4 } },\n', '')

  /** The same for what has another goal: one of two files, and the words that go with it. */
  const checkGoal =
    (goal: string) =>
    ({ job, end }: Ran, { fly }: Scene): void => {
      const world = worlds.get(fly) ?? assert.fail('no world')
      const now = world.read()
      assert.ok(now === CONFIG || now === goal, now)
      assert.ok(world.writes() <= 2)
      if (job.result !== undefined) assert.equal(now, goal, wordsOf(end).join('\n'))
    }

  test('config unset: killed anywhere it is written once', { timeout: 180_000 }, async () => {
    const check = checkGoal(WITHOUT)
    await killEverywhere({ line: 'config unset path=agents', arrange: arrange('hot'), check })
  })
  test(
    'config restore: killed anywhere, or with any call spoiled',
    { timeout: 180_000 },
    async () => {
      const every = {
        line: `config restore id=${idOf(AFTER)}`,
        check: checkGoal(AFTER),
        arrange: (scene: Scene): void => {
          arrange('hot')(scene)
          worlds.get(scene.fly)?.keep(AFTER)
        },
      }
      await killEverywhere(every)
      await faultEverywhere(every)
    },
  )
})
