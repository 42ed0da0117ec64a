import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'
import { bootsOf } from '../../helpers/mutation/inside.ts'
import { OWN_APP, ownMachineIn } from '../../helpers/mutation/self.ts'

const ownOf = ({ fly }: Scene) => {
  const [machine] = fly.app(OWN_APP).machines.values()
  return machine ?? assert.fail('no own machine')
}
const asked = (scene: Scene, type: string): number =>
  ownOf(scene).events.filter((event) => event.type === type && event.source === 'user').length

const arrange = async (scene: Scene): Promise<void> => void (await ownMachineIn(scene))

function restarted({ job, end, said }: Ran, scene: Scene): void {
  const words = wordsOf(end).join('\n')
  assert.ok(asked(scene, 'restart') <= 1)
  if (job.state === 'done') {
    assert.match(words, /restarted, I am back/)
    assert.equal(asked(scene, 'restart'), 1)
    // Before Fly was asked people were told that I go away.
    assert.ok(said.some((one) => wordsOf(one).join('\n').includes('Back in a moment')))
  }
  if (job.state === 'failed') assert.doesNotMatch(words, /I am back/)
}

function updated({ job, end }: Ran, scene: Scene, at: string): void {
  const words = wordsOf(end).join('\n')
  const own = ownOf(scene)
  const image = String(own.config['image'])
  assert.ok(asked(scene, 'update') <= 2, `${asked(scene, 'update')} updates`)
  if (job.state === 'done') {
    assert.match(words, /Updated: I am version 2\.0\.0/)
    assert.match(image, /:2\.0\.0$/)
    assert.equal(asked(scene, 'update'), 1)
  }
  // No way back is half: the old image, or words that name what is there.
  if (job.state === 'failed' && image.endsWith(':2.0.0'))
    assert.match(words, /2\.0\.0|half-changed|not seen|could not|machine update/, at)
  const trials = [...scene.fly.app(OWN_APP).machines.values()].filter((one) => one !== own)
  for (const one of trials) assert.equal(one.config['auto_destroy'], true)
  assert.ok(bootsOf(own) <= 3)
}

const restart = { line: 'ops self restart', arrange, check: restarted }
const update = { line: 'ops self update image=2.0.0', arrange, check: updated, looks: /\/exec$/ }

test('self restart: killed anywhere it restarts once and says that it is back', async () => {
  const points = await killEverywhere({
    ...restart,
    check: (ran, scene) => {
      restarted(ran, scene)
      assert.equal(ran.job.state, 'done')
    },
  })
  assert.ok(points.length > 20, String(points.length))
})
test('self restart: with any call spoiled it restarts at most once and tells the truth', async () => {
  assert.ok((await faultEverywhere(restart)).length >= 7)
})
test('self update: killed anywhere it ends with the new image, once', async () => {
  await killEverywhere({
    ...update,
    check: (ran, scene, at) => {
      updated(ran, scene, at)
      assert.equal(ran.job.state, 'done', wordsOf(ran.end).join('\n'))
    },
  })
})
test('self update: with any call spoiled it tells the truth and leaves no trial behind for long', async () => {
  await faultEverywhere(update)
})
