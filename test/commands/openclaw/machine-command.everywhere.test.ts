import assert from 'node:assert/strict'
import { test } from 'node:test'
import { commandOf } from '../../../src/core/machine-config.ts'
import { overrideOf } from '../../../src/core/overrides.ts'
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
import { EVERYWHERE } from '../../helpers/runs.ts'

/** Only with the whole product: the same code in more company. */
const all = {
  skip: EVERYWHERE ? false : 'OPS_TEST_EVERYWHERE=all runs it',
}
/** Two places: the reads that prove the update. */
const UPDATED = 14
const OLD = 'node dist/index.js gateway --allow-unconfigured --port 3000 --bind lan'
const NEW = `${OLD} --verbose`

const runs = ({ config }: FakeMachine): string => commandOf(config).join(' ')
const updates = ({ events }: FakeMachine): number =>
  events.filter(({ type, source }) => type === 'update' && source === 'user').length

/** Done or unproven is the new command, failed the old one and running; nothing twice, and nobody else touched. */
async function check({ job, end }: Ran, scene: Scene, at: string): Promise<void> {
  const { fly, store, deployed } = scene
  const { app, machine } = deployed
  const words = wordsOf(end).join('\n')
  for (const other of fly.app(app).machines.values())
    if (other !== machine) assert.deepEqual([runs(other), updates(other)], [OLD, 0], at)
  if (/The way back failed at/.test(words)) return
  const set = await overrideOf(store, { app, machine: machine.id })
  assert.equal(machine.state, 'started', `${at}: ${words}`)
  const open = job.failure?.code === 'unproven' && /has the new command/.test(words)
  if (job.state === 'done' || open) {
    assert.deepEqual([runs(machine), updates(machine)], [NEW, 1], `${at}: ${words}`)
    assert.deepEqual(set?.command, NEW.split(' '))
    return
  }
  assert.equal(runs(machine), OLD, `${at}: ${words}`)
  assert.ok(updates(machine) <= 2, `${at}: ${updates(machine)} updates`)
  assert.equal(set, undefined)
}

const change = { line: `machine command set="${NEW}"`, check }
/** With the new command it ends at every look, so that it is soon given up. */
const crashing = ({ inside, fly }: Scene): void => {
  inside.ready = (machine) => {
    if (runs(machine) === NEW) fly.crash(machine.id, { code: 78 })
    return runs(machine) !== NEW
  }
}

test('killed anywhere, the command is changed once', async () => {
  const points = await killEverywhere({
    ...change,
    check: async (ran, scene, at) => {
      assert.equal(ran.job.state, 'done', `${at}: ${JSON.stringify(ran.job.failure)}`)
      await check(ran, scene, at)
    },
  })
  assert.ok(points.length > 30, String(points.length))
})

test('with any call spoiled it ends with the new command or the old one', async (t) => {
  const half = countHalf()
  await faultEverywhere({ ...change, half, looks: /\/exec$/ })
  boundHalf(t, half, UPDATED)
})

test('killed anywhere while it is taken back, the old command is there and runs', async () => {
  await killEverywhere({
    ...change,
    arrange: crashing,
    check: async (ran, scene, at) => {
      assert.equal(ran.job.state, 'failed', at)
      await check(ran, scene, at)
    },
  })
})

test(
  'taken back with any call spoiled: the old command, or words that say otherwise',
  all,
  async (t) => {
    const half = countHalf()
    await faultEverywhere({ ...change, arrange: crashing, half, looks: /\/exec$/ })
    // Ten places: everything is read on its way back here, whatever was spoiled.
    boundHalf(t, half, 71)
  },
)

for (const how of ['started', 'unreachable'] as const)
  test(
    `beside a machine that is ${how}, killed and spoiled anywhere, only the named one changes`,
    all,
    async (t) => {
      const half = countHalf()
      const every = {
        ...change,
        half,
        looks: /\/exec$/,
        line: '',
        arrange: async (scene: Scene) => void (await addSecond(scene, how)),
      }
      // Ids are the same in every scene.
      const line = `machine command machine=db8341a0b357b7 set="${NEW}"`
      await killEverywhere({ ...every, line })
      await faultEverywhere({ ...every, line })
      boundHalf(t, half, UPDATED)
    },
  )
