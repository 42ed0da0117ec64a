import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Rotation } from '../../../src/core/token/result.ts'
import {
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'
import { GAVE_UP, NAME, runs, withoutToken } from './token-world.ts'
import { EVERYWHERE } from '../../helpers/runs.ts'

const line = 'token rotate'
const arrange = (scene: Scene): void => void withoutToken(scene)

const SET = /The token is set and stays|Whether the token is set could not be seen/
/** Of a plan that was refused nothing more is said: it is known to have changed nothing. */
const NOT_SET = /^(?!.*The token is set)/s

/** At most one token, which is never told; done only where it runs; otherwise words that say where to look for it. */
function check({ job, end }: Ran, { fly, deployed }: Scene): void {
  const app = fly.app(deployed.app)
  const made = [...new Set(app.vault.slice(2).flatMap((one) => one.values.get(NAME)?.value ?? []))]
  assert.ok(made.length <= 1, 'more than one token was made')
  for (const token of made)
    assert.ok(!JSON.stringify([job, end]).includes(token), 'the token is told')
  const words = wordsOf(end).join(' ')
  const machine = fly.machine(deployed.machine.id)
  if (job.state === 'done') {
    assert.equal(machine.state, 'started', words)
    assert.equal(runs(machine), made[0], words)
    assert.equal(end.tone, (job.result as Rotation).proven === true ? 'ok' : 'warn')
    assert.ok(end.actions?.some(({ label }) => label === 'Reveal'))
    return
  }
  assert.ok(job.state === 'failed' || job.state === 'asked', job.state)
  const set = app.secrets.has(NAME)
  assert.match(words, set ? SET : NOT_SET)
}

test('killed anywhere, the first token is set once and works', { timeout: 180_000 }, async () => {
  const points = await killEverywhere({ line, arrange, check, scene: GAVE_UP })
  assert.ok(points.length > 25, String(points.length))
})

test(
  'spoiled anywhere, the first token works or is told to be set',
  {
    timeout: 180_000,
    skip: !EVERYWHERE && 'OPS_TEST_EVERYWHERE=all',
  },
  async () => {
    const places = await faultEverywhere({ line, arrange, check, scene: GAVE_UP })
    assert.ok(places.length > 10, String(places.length))
  },
)
