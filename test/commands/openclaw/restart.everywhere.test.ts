import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'

const LATER = 600_000

const asks = ({ fly, deployed }: Scene, type: string): number =>
  fly
    .machine(deployed.machine.id)
    .events.filter((event) => event.type === type && event.source === 'user').length

/** What may be said follows from whether Fly was asked. */
const truth =
  (type: 'restart' | 'start') =>
  ({ job, end }: Ran, scene: Scene): void => {
    const asked = asks(scene, type)
    assert.ok(asked <= 1, `asked ${asked} times`)
    const words = wordsOf(end).join('\n')
    if (job.state === 'done') assert.equal(asked, 1, words)
    if (job.state === 'done') assert.match(words, /(?:re)?started/)
    if (job.state === 'failed' && asked === 1) assert.match(words, /had taken|was started anew/)
    if (job.state === 'failed' && asked === 0) assert.doesNotMatch(words, /had taken|started anew/)
  }

const restart = {
  line: 'restart',
  arrange: ({ clock }: Scene) => clock.advance(LATER),
  check: truth('restart'),
}
const revive = {
  line: 'restart',
  scene: { deploy: { state: 'stopped' } },
  check: truth('start'),
}

test('restart: killed anywhere it restarts once and says how it ended', async () => {
  const points = await killEverywhere(restart)
  assert.ok(points.length > 30, String(points.length))
})
test('restart: with any call spoiled it restarts at most once and tells the truth', async () => {
  const calls = await faultEverywhere(restart)
  assert.equal(calls.length, 11)
})
test('restart of a stopped machine: killed anywhere it starts once', async () => {
  await killEverywhere(revive)
})
test('restart of a stopped machine: with any call spoiled it starts at most once', async () => {
  await faultEverywhere(revive)
})

test('restart of two machines: killed anywhere each restarts once', async () => {
  await killEverywhere({
    line: 'restart',
    arrange: async ({ fly, clock, deployed: { app, machine } }) => {
      const { id: volume } = fly.addVolume({ app, name: 'more', region: 'iad', sizeGb: 1 })
      const config = { ...machine.config, mounts: [{ volume, path: '/data' }] }
      await fly.addMachine({ app, config })
      await clock.advance(LATER)
    },
    check: ({ job }, { fly, deployed: { app } }) => {
      assert.equal(job.state, 'done')
      const asked = [...fly.app(app).machines.values()].map(
        ({ events }) =>
          events.filter(({ type, source }) => type === 'restart' && source === 'user').length,
      )
      assert.deepEqual(asked, [1, 1])
    },
  })
})
