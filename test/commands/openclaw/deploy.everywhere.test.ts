import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deployments } from '../../../src/core/deploy/record.ts'
import { tagOf } from '../../fakes/fly/config-view.ts'
import {
  type Everywhere,
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'
import { alive, digest, imageIn, OFFICIAL, OLD } from './deploy-world.ts'
import { EVERYWHERE } from '../../helpers/runs.ts'

const BEFORE = `${OFFICIAL}:2026.8.2`
const AFTER = `${OFFICIAL}:2026.9.6@${digest('2026.9.6')}`

const updates = ({ deployed }: Scene): number =>
  deployed.machine.events.filter(({ type, source }) => type === 'update' && source === 'user')
    .length

/** Done and unproven mean the new image, failed means the old one and running; nothing was done twice; the history agrees. */
async function check(ran: Ran, scene: Scene, at: string): Promise<void> {
  const { state, failure } = ran.job
  const words = wordsOf(ran.end).join('\n')
  const { machine, volume, app } = scene.deployed
  assert.ok(volume.snapshots.length <= 1, `${at}: ${volume.snapshots.length} snapshots`)
  if (/half-changed/.test(words)) return
  assert.equal(machine.state, 'started', `${at}: ${words}`)
  const inPlace = imageIn(scene) === AFTER
  if (state === 'done' || (failure?.code === 'unproven' && inPlace)) {
    assert.equal(imageIn(scene), AFTER, `${at}: ${words}`)
    assert.equal(updates(scene), 1, at)
    assert.equal(volume.snapshots[0]?.status, 'created', at)
    assert.match(words, /2026.9.6/, at)
  } else {
    assert.ok(updates(scene) === 0 || updates(scene) === 2, `${at}: ${updates(scene)} updates`)
    assert.equal(imageIn(scene), BEFORE, `${at}: ${words}`)
  }
  const [entry] = await deployments({ store: scene.store, app })
  const wanted = state === 'done' ? 'done' : inPlace ? 'unproven' : 'back'
  if (entry !== undefined) assert.equal(entry.ended, wanted, at)
}

const every: Everywhere = {
  line: 'deploy image image=2026.9.6',
  press: true,
  scene: OLD,
  arrange: (scene) => void alive(scene),
  check,
}

test('killed anywhere, it is brought to its end once', async () => {
  const points = await killEverywhere({
    ...every,
    check: async (ran, scene, at) => {
      assert.equal(ran.job.state, 'done', `${at}: ${JSON.stringify(ran.job.failure)}`)
      assert.equal(scene.deployed.volume.snapshots.length, 1, at)
      await check(ran, scene, at)
    },
  })
  for (const call of ['createSnapshot', 'updateMachine'])
    assert.ok(
      points.some((point) => point.startsWith(`after ${call}`)),
      points.join('\n'),
    )
})

test('whatever fails, it ends with the new image proven or told open, or with the old one', async () => {
  const calls = await faultEverywhere(every)
  assert.ok(calls.length >= 20, calls.join('\n'))
})

test('killed anywhere while the image is taken back, the old one is there and runs', async () => {
  const points = await killEverywhere({
    ...every,
    arrange: (scene) => {
      const { inside, fly } = alive(scene)
      const before = inside.ready
      inside.ready = (machine, probes) => {
        if (tagOf(machine) === '2026.9.6') fly.crash(machine.id, { code: 78 })
        return before(machine, probes) && tagOf(machine) !== '2026.9.6'
      }
    },
    check: async (ran, scene, at) => {
      assert.equal(ran.job.state, 'failed', at)
      const { machine } = scene.deployed
      assert.deepEqual([imageIn(scene), machine.state, updates(scene)], [BEFORE, 'started', 2], at)
      await check(ran, scene, at)
    },
  })
  assert.equal(points.filter((point) => point.startsWith('after updateMachine')).length, 2)
})

/** The same machinery as above, each time after a whole deployment. */
const skip = !EVERYWHERE

test('killed anywhere on the way back to the image before', { skip }, async () => {
  await killEverywhere({
    ...every,
    line: 'deploy rollback',
    arrange: async (scene) => {
      alive(scene)
      await scene.run('deploy image image=2026.9.6', { press: true })
    },
    check: async (ran, scene, at) => {
      assert.equal(ran.job.state, 'done', `${at}: ${JSON.stringify(ran.job.failure)}`)
      assert.equal(imageIn(scene), `${BEFORE}@${digest('2026.8.2')}`, at)
      assert.equal(updates(scene), 2, at)
      const { app, volume } = scene.deployed
      const entries = await deployments({ store: scene.store, app })
      assert.deepEqual(
        entries.map(({ number, ended }) => [number, ended]),
        [
          [2, 'done'],
          [1, 'done'],
        ],
        at,
      )
      assert.equal(volume.snapshots.length, 2, at)
    },
  })
})
