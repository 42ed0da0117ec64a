import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Rotation } from '../../../src/core/token/result.ts'
import type { FakeMachine } from '../../fakes/fly/types.ts'
import {
  boundHalf,
  countHalf,
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'
import { answerToken, createTokenWorld } from '../../helpers/token-inside.ts'

const NAME = 'OPENCLAW_GATEWAY_TOKEN'
const runs = (machine: FakeMachine): string => machine.secrets[NAME] ?? ''

/** The inside of the machines; a token that some process still has must never be sent. */
function arrange({ inside, fly, deployed }: Scene): void {
  const world = createTokenWorld()
  const answer = answerToken(world)
  inside.exec = async (request) => {
    const outcome = await answer(request)
    const machines = [...fly.app(deployed.app).machines.values()]
    const alive = machines.map(runs)
    for (const dead of world.dead) assert.ok(!alive.includes(dead), 'a living token was sent')
    return outcome
  }
}

async function second(scene: Scene): Promise<void> {
  const { fly, deployed } = scene
  const volume = fly.addVolume({
    app: deployed.app,
    name: 'openclaw_data',
    region: 'iad',
    sizeGb: 1,
  })
  const [mount] = deployed.machine.config['mounts'] as ReadonlyArray<Record<string, unknown>>
  const config = { ...deployed.machine.config, mounts: [{ ...mount, volume: volume.id }] }
  await fly.addMachine({ app: deployed.app, config })
  arrange(scene)
}

/** At most one new token, one token everywhere at the end, and words that say which. */
function check({ job, end }: Ran, { fly, deployed }: Scene): void {
  const app = fly.app(deployed.app)
  const old = deployed.gatewayToken
  const vault = app.secrets.get(NAME)?.value
  const machines = [...app.machines.values()]
  const values = new Set(app.vault.flatMap((one) => one.values.get(NAME)?.value ?? []))
  assert.ok(values.size <= 2, 'more than one new token was made')
  assert.doesNotMatch(
    JSON.stringify([job, end]),
    new RegExp([...values].join('|')),
    'a token is told',
  )
  if (job.state === 'done') {
    const result = job.result as Rotation
    assert.notEqual(vault, old)
    for (const machine of machines) {
      assert.equal(runs(machine), vault, 'another token runs')
      assert.ok(updates(machine) <= 1, 'updated more than once')
    }
    assert.equal(end.tone, result.proven === true ? 'ok' : 'warn')
    assert.ok(end.actions?.some(({ label }) => label === 'Reveal'))
    return
  }
  assert.ok(job.state === 'failed' || job.state === 'asked', job.state)
  const words = wordsOf(end).join(' ')
  const half = /way back failed|cut off/.test(words)
  if (half) return
  const begun = Object.hasOwn(job.steps, 'secret')
  if (begun) assert.match(words, /old token (?:was put back|goes on)/)
  assert.equal(vault, old, `the secret is not the old one: ${words}`)
  for (const machine of machines) {
    assert.equal(machine.state, 'started', `${machine.id} is ${machine.state}: ${words}`)
    assert.equal(runs(machine), old, `it does not run with the old token: ${words}`)
  }
}

const updates = ({ events }: FakeMachine): number =>
  events.filter(({ type, status }) => type === 'update' && status === 'replacing').length

const line = 'token rotate'

test(
  'killed anywhere, a rotation goes on and ends with one token that works',
  { timeout: 180_000 },
  async () => {
    const points = await killEverywhere({ line, arrange, check })
    assert.ok(points.length > 40, String(points.length))
  },
)

test('killed anywhere with two machines', { timeout: 180_000 }, async () => {
  await killEverywhere({ line, arrange: second, check })
})

test(
  'spoiled anywhere, a rotation ends with one token that works, or says what is unknown',
  { timeout: 180_000 },
  async (t) => {
    const half = countHalf()
    const places = await faultEverywhere({ line, arrange, check, half })
    boundHalf(t, half, 34)
    assert.ok(places.length > 20, String(places.length))
  },
)
