import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bootsOf,
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'

const LATER = 600_000

/** File systems grow when the machine boots, as on Fly. */
function arrange({ fly, deployed, inside, clock }: Scene): Promise<void> {
  const seen = new Map<number, number>()
  inside.disk = (machine) => {
    const boots = bootsOf(machine)
    const size = seen.get(boots) ?? fly.volume(deployed.volume.id).sizeGb
    seen.set(boots, size)
    return [size * 1024, 100]
  }
  return clock.advance(LATER)
}

const restarts = ({ fly, deployed }: Scene): number =>
  fly
    .machine(deployed.machine.id)
    .events.filter(({ type, source }) => type === 'restart' && source === 'user').length

const extend = {
  line: 'volumes extend size=3',
  arrange,
  check: ({ job, end }: Ran, scene: Scene): void => {
    const { sizeGb } = scene.fly.volume(scene.deployed.volume.id)
    const words = wordsOf(end).join('\n')
    assert.ok(sizeGb === 1 || sizeGb === 3, String(sizeGb))
    assert.ok(restarts(scene) <= 1, `${restarts(scene)} restarts`)
    if (job.state === 'done') assert.equal(sizeGb, 3, words)
    // Whoever reads that it failed must not be left to think that nothing happened.
    if (restarts(scene) === 1 || /3 GB now/.test(words)) assert.equal(sizeGb, 3, words)
    if (job.state === 'failed' && restarts(scene) === 1) assert.match(words, /3 GB now/)
  },
}
test('volumes extend: killed anywhere it grows once, restarts once, and says how it ended', async () => {
  const points = await killEverywhere(extend)
  assert.ok(points.length > 20, String(points.length))
})
test('volumes extend: with any call spoiled it grows at most once and tells the truth', async () => {
  await faultEverywhere(extend)
})

const snapshot = {
  line: 'volumes snapshot',
  arrange,
  check: ({ job, end }: Ran, scene: Scene): void => {
    const { snapshots } = scene.fly.volume(scene.deployed.volume.id)
    const words = wordsOf(end).join('\n')
    assert.ok(snapshots.length <= 1, `${snapshots.length} snapshots`)
    if (job.state !== 'done') return
    assert.equal(snapshots[0]?.status, 'created', words)
    assert.ok(words.includes(snapshots[0].id), words)
  },
}
test('volumes snapshot: killed anywhere one is made', async () => {
  await killEverywhere(snapshot)
})
test('volumes snapshot: with any call spoiled at most one is made, and only one seen made is called so', async () => {
  await faultEverywhere(snapshot)
})
