import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bootsOf,
  type Everywhere,
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'
import { ANTHROPIC, inhabit } from './secrets-world.ts'

const NAME = 'ANTHROPIC_API_KEY'
const secretOf = ({ fly, deployed }: Scene): string | undefined =>
  fly.app(deployed.app).secrets.get(NAME)?.value
const words = ({ end }: Ran): string => wordsOf(end).join('\n')

/** A refused or spoiled run may leave things as they were; what it says has to be so. */
function told(ran: Ran, scene: Scene): void {
  assert.ok(!JSON.stringify([ran.said, scene.logged]).includes(ANTHROPIC), 'the value was said')
  assert.ok(!scene.store.dump().includes(ANTHROPIC), 'the value is stored in the clear')
  const asked = ran.job.state === 'asked'
  assert.equal(scene.store.size('private'), asked ? 1 : 0, 'the sealed value outlives its job')
}

const set: Everywhere = {
  line: `secrets set name=${NAME}`,
  value: ANTHROPIC,
  arrange: (scene) => void inhabit(scene),
  check: (ran, scene) => {
    if (ran.job.options['value'] !== undefined) told(ran, scene)
    const isSet = secretOf(scene) === ANTHROPIC
    if (ran.job.state === 'done') assert.ok(isSet, words(ran))
    assert.equal(bootsOf(scene.fly.machine(scene.deployed.machine.id)), 1, 'it restarted')
  },
}

const staged = async (scene: Scene): Promise<void> => {
  inhabit(scene)
  await scene.clock.advance(60_000)
  await scene.run(set.line, { press: true, value: ANTHROPIC })
}
const applied = async (scene: Scene): Promise<void> => {
  await staged(scene)
  await scene.run('secrets apply', { press: true })
}

const unset: Everywhere = {
  line: `secrets unset name=${NAME}`,
  arrange: staged,
  check: (ran, scene) => {
    if (ran.job.state === 'done') assert.equal(secretOf(scene), undefined, words(ran))
  },
}

const apply: Everywhere = {
  line: 'secrets apply',
  arrange: staged,
  check: (ran, scene) => {
    const machine = scene.fly.machine(scene.deployed.machine.id)
    const boots = bootsOf(machine)
    assert.ok(boots <= 2, `it restarted ${boots - 1} times`)
    if (ran.job.state !== 'done') return
    assert.equal(boots, 2, words(ran))
    assert.equal(machine.secrets[NAME], ANTHROPIC, words(ran))
    assert.match(ran.end.title, /are applied/)
  },
}

for (const [name, every] of Object.entries({ set, unset, apply })) {
  test(`secrets ${name}: killed anywhere, it happens once and is told`, async () => {
    const seen: string[] = []
    const check: Everywhere['check'] = async (ran, scene, at) => {
      await every.check(ran, scene, at)
      seen.push(ran.job.state)
    }
    await killEverywhere({ ...every, check })
    assert.deepEqual([...new Set(seen)], ['done'], 'a kill changes nothing of the end')
  })
  test(`secrets ${name}: whatever Fly answers, the end is true`, async () => {
    await faultEverywhere(every)
  })
}

test('secrets list: whatever Fly answers, it changes nothing', async () => {
  await faultEverywhere({
    line: 'secrets list',
    press: false,
    arrange: applied,
    check: (ran, scene) => {
      assert.equal(bootsOf(scene.fly.machine(scene.deployed.machine.id)), 2)
      if (ran.job.state === 'done') assert.match(words(ran), /ANTHROPIC_API_KEY/)
    },
  })
})
