import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PARTS, wrongParts } from '../../../src/core/repairs.ts'
import type { FakeMachine } from '../../fakes/fly/types.ts'
import {
  addSecond,
  boundHalf,
  countHalf,
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'
import { WRONG } from './repair-world.ts'
import { EVERYWHERE } from '../../helpers/runs.ts'

/** Only with the whole product: the same code in more company. */
const all = {
  skip: EVERYWHERE ? false : 'OPS_TEST_EVERYWHERE=all runs it',
}

const wrong = ({ id, config }: FakeMachine): readonly string[] =>
  wrongParts({ id, config, checks: [] }, '2026.9.6')
const updates = ({ events }: FakeMachine): number =>
  events.filter(({ type, source }) => type === 'update' && source === 'user').length

/** Done or unproven has everything in order, failed is as it was and running; nothing twice, and nobody else touched. */
function check({ job, end }: Ran, { fly, deployed }: Scene, at: string): void {
  const { app, machine } = deployed
  const words = wordsOf(end).join('\n')
  for (const other of fly.app(app).machines.values())
    if (other !== machine) assert.equal(updates(other), 0, at)
  if (/The way back failed at/.test(words)) return
  assert.equal(machine.state, 'started', `${at}: ${words}`)
  if (job.state === 'done' || (job.failure?.code === 'unproven' && /is repaired/.test(words))) {
    assert.deepEqual([wrong(machine), updates(machine)], [[], 1], `${at}: ${words}`)
    return
  }
  assert.deepEqual(wrong(machine), PARTS, `${at}: ${words}`)
  assert.ok(updates(machine) <= 2, `${at}: ${updates(machine)} updates`)
}

const repair = { line: 'machine repair', scene: { deploy: WRONG.all.deploy }, looks: /\/exec$/ }
/** Four places: the reads that prove the update, the gateway and its checks. */
const UPDATED = 28
/** Put right, it ends at every look, so that it is soon given up. */
const crashing = ({ inside, fly }: Scene): void => {
  inside.ready = (machine) => {
    const right = wrong(machine).length === 0
    if (right) fly.crash(machine.id, { code: 78 })
    return !right
  }
}

test('killed anywhere, the config is put right once', async () => {
  const points = await killEverywhere({
    ...repair,
    check: (ran, scene, at) => {
      assert.equal(ran.job.state, 'done', `${at}: ${JSON.stringify(ran.job.failure)}`)
      check(ran, scene, at)
    },
  })
  assert.ok(points.length > 30, String(points.length))
})

test('with any call spoiled it ends put right or as it was', async (t) => {
  const half = countHalf()
  await faultEverywhere({ ...repair, check, half })
  boundHalf(t, half, UPDATED)
})

test('killed anywhere while it is taken back, it is as it was and runs', async () => {
  await killEverywhere({
    ...repair,
    arrange: crashing,
    check: (ran, scene, at) => {
      assert.equal(ran.job.state, 'failed', at)
      check(ran, scene, at)
    },
  })
})

test('taken back with any call spoiled: as it was, or words that say otherwise', all, async (t) => {
  const half = countHalf()
  await faultEverywhere({ ...repair, check, arrange: crashing, half })
  boundHalf(t, half, 78)
})

for (const how of ['started', 'unreachable'] as const)
  test(
    `beside a machine that is ${how}, killed and spoiled anywhere, only the named one changes`,
    all,
    async (t) => {
      const half = countHalf()
      const arrange = async (scene: Scene) => void (await addSecond(scene, how))
      // Ids are the same in every scene.
      const every = {
        ...repair,
        check,
        half,
        arrange,
        line: 'machine repair machine=db8341a0b357b7',
      }
      await killEverywhere(every)
      await faultEverywhere(every)
      boundHalf(t, half, UPDATED)
    },
  )
