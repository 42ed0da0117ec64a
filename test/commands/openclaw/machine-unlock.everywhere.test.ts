import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrangeLocks, lockFile, sleeps } from '../../helpers/lock-world.ts'
import {
  addSecond,
  boundHalf,
  countHalf,
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  type Second,
  wordsOf,
} from '../../helpers/mutation.ts'
import { EVERYWHERE } from '../../helpers/runs.ts'

/** Only with the whole product: the same code in more company. */
const all = {
  skip: EVERYWHERE ? false : 'OPS_TEST_EVERYWHERE=all runs it',
}
const STOPPED = { deploy: { state: 'stopped' } }
/** Seven places of some sixty: reads that fail for good, one after another, spoil the way back as well. */
const MOST = 49
const FILES = [lockFile('earlier'), lockFile('dead', { key: 'guide:gateway.0a1b2c3d.lock' })]

const updates = ({ deployed }: Scene): number =>
  deployed.machine.events.filter(({ type, source }) => type === 'update' && source === 'user')
    .length
const starts = ({ deployed }: Scene): number =>
  deployed.machine.events.filter(
    ({ type, source }) => (type === 'start' || type === 'restart') && source === 'user',
  ).length

/** Done is a gateway that runs with its own command; a failure leaves its own command, too, unless its words say otherwise. */
function check({ job, end }: Ran, scene: Scene, at: string): void {
  const { machine } = scene.deployed
  const words = wordsOf(end).join('\n')
  assert.ok(starts(scene) <= 2, `${at}: ${starts(scene)} starts`)
  assert.ok(updates(scene) <= 3, `${at}: ${updates(scene)} updates`)
  const others = [...scene.fly.app(scene.deployed.app).machines.values()]
  for (const other of others.filter((one) => one !== machine))
    assert.ok(!other.events.some(({ type }) => type === 'update' || type === 'restart'), at)
  if (/The way back failed at/.test(words)) return
  assert.ok(!sleeps(machine), `${at}: it sleeps: ${words}`)
  if (job.state === 'done') assert.equal(machine.state, 'started', words)
  if (job.state === 'done') assert.match(words, /is ready/, at)
}

const arrange = (scene: Scene): void => void arrangeLocks(scene, FILES)
const unlock = { line: 'machine unlock', scene: STOPPED, arrange, check }

test('killed anywhere, the files of nobody are deleted once and the gateway is ready', async () => {
  const points = await killEverywhere({
    ...unlock,
    check: (ran, scene, at) => {
      assert.equal(ran.job.state, 'done', `${at}: ${JSON.stringify(ran.job.failure)}`)
      assert.equal(updates(scene), 2, at)
      assert.ok(starts(scene) <= 1, at)
      check(ran, scene, at)
    },
  })
  assert.ok(points.length > 40, String(points.length))
})

test('with any call spoiled it ends with a ready gateway, or with its own command and words that tell', async (t) => {
  const half = countHalf()
  await faultEverywhere({ ...unlock, half, looks: /./ })
  boundHalf(t, half, MOST)
})

test('killed anywhere while another gateway turns out to live there, nothing is deleted', async () => {
  await killEverywhere({
    ...unlock,
    arrange: (scene) => {
      const world = arrangeLocks(scene, FILES)
      world.gateways = (machine) => (sleeps(machine) ? [4711] : [])
      const { exec } = scene.inside
      scene.inside.exec = (request) => {
        assert.deepEqual(world.asked, [])
        return exec?.(request) ?? {}
      }
    },
    check: (ran, scene, at) => {
      assert.equal(ran.job.state, 'failed', at)
      check(ran, scene, at)
    },
  })
})

for (const how of ['started', 'stopped', 'unreachable'] satisfies Second[])
  test(
    `beside a machine that is ${how}, killed and spoiled anywhere, only the named one is touched`,
    all,
    async (t) => {
      const half = countHalf()
      const every = {
        ...unlock,
        half,
        looks: /./,
        // Ids are the same in every scene.
        line: 'machine unlock machine=db8341a0b357b7',
        arrange: async (scene: Scene) => {
          await addSecond(scene, how)
          arrange(scene)
        },
      }
      await killEverywhere(every)
      await faultEverywhere(every)
      boundHalf(t, half, MOST)
    },
  )
