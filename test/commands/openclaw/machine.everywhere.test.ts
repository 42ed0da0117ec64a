import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'

const asks = ({ fly, deployed }: Scene, type: string): number =>
  fly
    .machine(deployed.machine.id)
    .events.filter((event) => event.type === type && event.source === 'user').length

/** What may be said follows from whether Fly was asked. */
const started = ({ job, end }: Ran, scene: Scene): void => {
  const asked = asks(scene, 'start')
  assert.ok(asked <= 1, `asked ${asked} times`)
  const words = wordsOf(end).join('\n')
  if (job.state === 'done') assert.equal(asked, 1, words)
  if (job.state === 'done') assert.match(words, /started/)
  if (job.state === 'failed' && asked === 1) assert.match(words, /had taken|was started anew/)
  if (job.state === 'failed' && asked === 0) assert.doesNotMatch(words, /had taken|started anew/)
}

const startIt = {
  line: 'machine start',
  press: false,
  scene: { deploy: { state: 'stopped' } },
  check: started,
}
test('machine start: killed anywhere it starts once', async () => {
  await killEverywhere(startIt)
})
test('machine start: with any call spoiled it starts at most once', async () => {
  await faultEverywhere(startIt)
})

const stopIt = {
  line: 'machine stop',
  check: ({ job, end }: Ran, scene: Scene): void => {
    const asked = asks(scene, 'stop')
    assert.ok(asked <= 1, `asked ${asked} times`)
    const words = wordsOf(end).join('\n')
    const { state } = scene.fly.machine(scene.deployed.machine.id)
    if (job.state === 'done') assert.equal(state, 'stopped', words)
    if (job.state === 'failed' && asked === 1) assert.match(words, /had taken/)
  },
}

test('machine stop: killed anywhere it stops once', async () => {
  await killEverywhere(stopIt)
})
test('machine stop: with any call spoiled it stops at most once', async () => {
  await faultEverywhere(stopIt)
})
