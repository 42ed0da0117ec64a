import assert from 'node:assert/strict'
import { test } from 'node:test'
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
import type { SceneOptions } from '../../helpers/mutation/scene.ts'
import { EVERYWHERE } from '../../helpers/runs.ts'

/** A command that changes one machine's config under proof, and what its two states look like. */
export interface ConfigChange {
  /** The line, with a machine named. */
  readonly line: (machine?: string) => string
  readonly scene?: SceneOptions
  readonly isNew: (machine: FakeMachine) => boolean
  readonly isOld: (machine: FakeMachine) => boolean
  /** How a result begins that is not proven yet. */
  readonly unproven: RegExp
  /** What else has to be true of an end with the new or the old config. */
  readonly also?: (scene: Scene, end: 'new' | 'old') => Promise<void>
  /** Ends that may be half-changed: with every call spoiled, and with every call of the way back. */
  readonly half: { readonly there: number; readonly back: number }
}

const updates = ({ events }: FakeMachine): number =>
  events.filter(({ type, source }) => type === 'update' && source === 'user').length

/** Done or unproven is the new config, failed the old one and running; nothing twice, and nobody else touched. */
async function check(change: ConfigChange, { job, end }: Ran, scene: Scene, at: string) {
  const { fly, deployed } = scene
  const { app, machine } = deployed
  const words = wordsOf(end).join('\n')
  for (const other of fly.app(app).machines.values())
    if (other !== machine) assert.deepEqual([change.isNew(other), updates(other)], [false, 0], at)
  if (/The way back failed at/.test(words)) return
  assert.equal(machine.state, 'started', `${at}: ${words}`)
  const unproven = job.failure?.code === 'unproven' && change.unproven.test(words)
  const isNew = job.state === 'done' || unproven
  assert.ok(isNew ? change.isNew(machine) : change.isOld(machine), `${at}: ${words}`)
  assert.ok(updates(machine) <= (isNew ? 1 : 2), `${at}: ${updates(machine)} updates`)
  if (isNew) assert.equal(updates(machine), 1, at)
  await change.also?.(scene, isNew ? 'new' : 'old')
}

/** Only with the whole product: the same code in more company. */
const all = {
  skip: EVERYWHERE ? false : 'OPS_TEST_EVERYWHERE=all runs it',
}
/** Ids are the same in every scene. */
const FIRST = 'db8341a0b357b7'

/** With the new config it ends at every look, so that it is soon given up. */
const crashing =
  ({ isNew }: ConfigChange) =>
  ({ inside, fly }: Scene): void => {
    inside.ready = (machine) => {
      if (isNew(machine)) fly.crash(machine.id, { code: 78 })
      return !isNew(machine)
    }
  }

/** Tries it killed and spoiled anywhere, forth and back, alone and beside another machine. */
export function tryEverywhere(change: ConfigChange): void {
  const every = {
    line: change.line(),
    looks: /\/exec$/,
    ...(change.scene !== undefined && { scene: change.scene }),
    check: (ran: Ran, scene: Scene, at: string) => check(change, ran, scene, at),
  }
  const ends = (state: Ran['job']['state']) => (ran: Ran, scene: Scene, at: string) => {
    assert.equal(ran.job.state, state, `${at}: ${JSON.stringify(ran.job.failure)}`)
    return every.check(ran, scene, at)
  }

  test('killed anywhere, it is changed once', async () => {
    const points = await killEverywhere({ ...every, check: ends('done') })
    assert.ok(points.length > 30, String(points.length))
  })

  test('with any call spoiled it ends changed or as it was', async (t) => {
    const half = countHalf()
    await faultEverywhere({ ...every, half })
    boundHalf(t, half, change.half.there)
  })

  test('killed anywhere while it is taken back, it is as it was and runs', async () => {
    await killEverywhere({ ...every, arrange: crashing(change), check: ends('failed') })
  })

  test(
    'taken back with any call spoiled: as it was, or words that say otherwise',
    all,
    async (t) => {
      const half = countHalf()
      await faultEverywhere({ ...every, arrange: crashing(change), half })
      boundHalf(t, half, change.half.back)
    },
  )

  for (const how of ['started', 'unreachable'] as const)
    test(
      `beside a machine that is ${how}, killed and spoiled anywhere, only the named one changes`,
      all,
      async (t) => {
        const half = countHalf()
        const arrange = async (scene: Scene) => void (await addSecond(scene, how))
        const beside = { ...every, line: change.line(FIRST), half, arrange }
        await killEverywhere(beside)
        await faultEverywhere(beside)
        boundHalf(t, half, change.half.there)
      },
    )
}
