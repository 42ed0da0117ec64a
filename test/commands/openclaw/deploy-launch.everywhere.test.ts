import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FakeApp } from '../../fakes/fly/types.ts'
import { answerFirstConfig } from '../../helpers/first-config.ts'
import {
  faultEverywhere,
  killEverywhere,
  type Ran,
  type Scene,
  wordsOf,
} from '../../helpers/mutation.ts'
import { EVERYWHERE } from '../../helpers/runs.ts'

const APP = 'second-app'
const TOKEN = 'OPENCLAW_GATEWAY_TOKEN'
const GONE = /^(?:destroy|scheduling_destroy|pending_destroy)/

const appOf = ({ fly }: Scene): FakeApp | undefined => {
  try {
    return fly.app(APP)
  } catch {
    return undefined
  }
}

/** What of an app still costs something or is in the way. */
const inventory = (app: FakeApp | undefined) => ({
  app: app !== undefined,
  machines: [...(app?.machines.values() ?? [])].filter(({ state }) => !GONE.test(state)).length,
  volumes: [...(app?.volumes.values() ?? [])].filter(({ state }) => !GONE.test(state)).length,
  addresses: app?.addresses.length ?? 0,
  secrets: [...(app?.secrets.keys() ?? [])].toSorted(),
})

/** How often the way back could not be told to have ended; counted, so that it does not become the rule. */
const untold = { killed: 0, spoiled: 0 }

/** All of it once, or nothing but what was there; the words of a failure may leave open only what they name. */
function checkLaunch(before: ReturnType<typeof inventory>, kind: keyof typeof untold) {
  return ({ job, end }: Ran, scene: Scene): void => {
    const app = appOf(scene)
    const now = inventory(app)
    const words = wordsOf(end).join('\n')
    const token = app?.secrets.get(TOKEN)?.value
    for (const secret of [token, KEY])
      assert.ok(!secret || !JSON.stringify([job, end]).includes(secret), 'a secret is told')
    if (job.state === 'done') {
      assert.deepEqual(
        now,
        { app: true, machines: 1, volumes: 1, addresses: 2, secrets: ['ANTHROPIC_API_KEY', TOKEN] },
        words,
      )
      const [machine] = [...(app?.machines.values() ?? [])]
      assert.equal(machine?.state, 'started')
      assert.equal(machine?.secrets[TOKEN], token)
      assert.equal(machine?.secrets['ANTHROPIC_API_KEY'], KEY)
      return
    }
    assert.ok(job.state === 'failed' || job.state === 'asked', job.state)
    if (/Not removed|could not be seen/.test(words)) {
      untold[kind] += 1
      assert.match(words, /fly apps destroy second-app/)
      return
    }
    assert.deepEqual(now, before, words)
    if (job.state === 'failed' && Object.hasOwn(job.steps, 'app'))
      assert.match(words, /seen to be gone|Nothing was made|restarted while taking/, words)
  }
}

const line = `deploy launch ${APP}`
const KEY = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz'
const value = `ANTHROPIC_API_KEY=${KEY}`
const free = inventory(undefined)
const arrange = ({ inside }: Scene): void => {
  inside.exec = answerFirstConfig(new Map())
}

test('killed anywhere, a launch goes on and makes everything once', async () => {
  const points = await killEverywhere({ line, value, arrange, check: checkLaunch(free, 'killed') })
  assert.ok(points.length > 40, String(points.length))
  assert.equal(untold.killed, 0)
})

const looks = /\/(?:exec|placements)$/

test('spoiled anywhere, a launch makes everything or leaves nothing', async () => {
  const check = checkLaunch(free, 'spoiled')
  const places = await faultEverywhere({ line, value, arrange, check, looks })
  assert.ok(places.length > 20, String(places.length))
  assert.equal(untold.spoiled, 0)
})

/** The gateway ends until Fly gives up, so that the way back is what is killed and spoiled. */
const failing = ({ inside, fly, clock }: Scene): void => {
  inside.ready = (machine) => {
    machine.crashes = Array.from({ length: 10 }, () => clock.now())
    fly.crash(machine.id, { code: 78 })
    return false
  }
}

test('killed anywhere, a launch that fails leaves nothing', async () => {
  const check = checkLaunch(free, 'killed')
  await killEverywhere({
    line,
    value,
    arrange: failing,
    check: (ran, scene) => {
      assert.equal(ran.job.state, 'failed')
      check(ran, scene)
    },
  })
  assert.equal(untold.killed, 0)
})

/** The empty app of somebody whose token is for one app, with what they had put there. */
const emptyApp = (scene: Scene): void => {
  failing(scene)
  scene.fly.addApp({ name: APP })
  scene.fly.setSecret(APP, 'THEIRS', 'stays')
  scene.fly.allocateIp(APP, 'v6')
}

const was = { app: true, machines: 0, volumes: 0, addresses: 1, secrets: ['THEIRS'] }

test('killed anywhere, a launch into an empty app that fails leaves it as it was', async () => {
  await killEverywhere({ line, value, arrange: emptyApp, check: checkLaunchInto(was) })
})

// As many runs again as all of the above: with each call of the way back spoiled in each way.
if (EVERYWHERE)
  test('spoiled anywhere, a launch into an empty app that fails leaves it as it was', async () => {
    await faultEverywhere({ line, value, arrange: emptyApp, check: checkLaunchInto(was), looks })
  })

function checkLaunchInto(before: ReturnType<typeof inventory>) {
  return ({ job, end }: Ran, scene: Scene): void => {
    const words = wordsOf(end).join('\n')
    assert.equal(job.state === 'failed' || job.state === 'asked', true, words)
    assert.doesNotMatch(words, /Not removed|could not be seen/)
    assert.deepEqual(inventory(appOf(scene)), before, words)
  }
}
