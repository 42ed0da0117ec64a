import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guestOf } from '../../../src/core/machine-config.ts'
import {
  boundHalf,
  countHalf,
  type Everywhere,
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'

const updates = ({ deployed }: Scene): number =>
  deployed.machine.events.filter(({ type, source }) => type === 'update' && source === 'user')
    .length
const memory = ({ deployed }: Scene): number => guestOf(deployed.machine.config)?.memoryMb ?? 0

/** Done and unproven mean the new size, failed means the old one and running, and nothing was done twice. */
function check(ran: Ran, scene: Scene, at: string): void {
  const { state, failure } = ran.job
  const words = wordsOf(ran.end).join('\n')
  const { machine } = scene.deployed
  if (state === 'done' || failure?.code === 'unproven') {
    if (/half-changed/.test(words)) return
    assert.equal(memory(scene), 4096, at)
    assert.equal(updates(scene), 1, at)
    assert.equal(machine.state, 'started', at)
    assert.match(words, /has 4 GB/, at)
    return
  }
  assert.ok(updates(scene) <= 2, `${at}: ${updates(scene)} updates`)
  if (/half-changed/.test(words)) return
  assert.equal(memory(scene), 2048, `${at}: ${words}`)
  assert.equal(machine.state, 'started', `${at}: ${words}`)
  assert.notEqual(failure?.code, 'internal', at)
}

const every: Everywhere = { line: 'memory size=4gb', press: true, check }

test('killed anywhere, it is brought to its end once', async () => {
  const points = await killEverywhere({
    ...every,
    check: (ran, scene, at) => {
      assert.equal(ran.job.state, 'done', `${at}: ${JSON.stringify(ran.job.failure)}`)
      check(ran, scene, at)
    },
  })
  assert.ok(
    points.some((point) => point.startsWith('after updateMachine')),
    points.join('\n'),
  )
})

test('whatever fails, it ends with the new size proven or the old one', async (t) => {
  const half = countHalf()
  const calls = await faultEverywhere({ ...every, half })
  // One place: the read that proves the update.
  boundHalf(t, half, 7)
  assert.ok(calls.length >= 12, calls.join('\n'))
})

test('killed anywhere while it finds no room, the old size is there and runs', async () => {
  await killEverywhere({
    line: 'memory size=8gb',
    press: true,
    arrange: ({ fly }) => fly.setCapacity('iad', { memoryMb: 512, stopsMachine: true }),
    check: (ran, scene, at) => {
      const { machine } = scene.deployed
      assert.equal(ran.job.state, 'failed', at)
      assert.deepEqual([memory(scene), machine.state, updates(scene)], [2048, 'started', 0], at)
    },
  })
})

test('killed anywhere, a machine at rest stays at rest', async () => {
  await killEverywhere({
    ...every,
    scene: { deploy: { state: 'stopped' } },
    check: (ran, scene, at) => {
      assert.equal(ran.job.state, 'done', at)
      assert.deepEqual([memory(scene), scene.deployed.machine.state], [4096, 'stopped'], at)
      assert.equal(updates(scene), 1, at)
    },
  })
})

test('killed anywhere while it is taken back, the old size is there and runs', async () => {
  const points = await killEverywhere({
    ...every,
    arrange: (scene) => {
      void scene.fly.nextCall({ method: 'GET', path: /wait$/ }).then(() => scene.cancel())
    },
    check: (ran, scene, at) => {
      const { machine } = scene.deployed
      assert.notEqual(ran.job.state, 'done', at)
      assert.deepEqual([memory(scene), machine.state, updates(scene)], [2048, 'started', 2], at)
    },
  })
  assert.equal(points.filter((point) => point.startsWith('after updateMachine')).length, 2)
})
