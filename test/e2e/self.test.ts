import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FakeFly } from '../fakes/fly/fake-fly.ts'
import type { FakeMachine } from '../fakes/fly/types.ts'
import { skipRedis } from '../helpers/redis.ts'
import { IMAGE, openWorld, OWN } from './self/world.ts'
import { EVERYWHERE } from '../helpers/runs.ts'

/*
 * The bot runs as the main process of a machine of the fake Fly, its state on a volume, and is told to restart or replace that very
 * machine: Fly ends the process by the signal of its config and starts it again. People see one message that ends in a true result.
 */
const bootsOf = ({ events }: FakeMachine): number =>
  events.filter(({ type, status }) => type === 'start' && status === 'started').length

/** Each start of the product costs most of a second of work, so not all of it is done twice each time. */
const seldom = (redis: boolean) => ({ skip: redis && !EVERYWHERE && '`npm run test:everywhere`' })

for (const redis of [false, true])
  describe(
    `the machine the bot runs on, ${redis ? 'Redis' : 'embedded engine'}`,
    { skip: process.platform !== 'linux' || (redis && skipRedis), concurrency: 3 },
    () => {
      it('is restarted over the API: SIGTERM, the same state, one message with a true end', async (t) => {
        const { machine, say, confirm, until, count } = await openWorld(t, { redis })
        const shown = await say('/ops self restart')
        await until(shown, /Restart me/)
        await confirm(shown)
        await until(shown, /Back in a moment/)
        assert.match(await until(shown, /restarted, I am back/), new RegExp(machine.id))
        assert.equal(bootsOf(machine), 2)
        const [exit] = machine.events.filter(({ type }) => type === 'exit')
        // Neither a code nor a signal: it ended by itself when it was told to.
        assert.doesNotMatch(JSON.stringify(exit), /exit_code|"signal":[1-9]/)
        assert.equal(count(/restarted, I am back/), 1)
        assert.equal(machine.lease, null)
      })

      it(
        'is killed with SIGKILL in place of being told to end: the same end',
        seldom(redis),
        async (t) => {
          const { machine, say, confirm, until, count } = await openWorld(t, {
            redis,
            signal: 'SIGKILL',
          })
          const shown = await say('/ops self restart')
          await confirm(shown)
          await until(shown, /restarted, I am back/)
          assert.equal(bootsOf(machine), 2)
          assert.equal(count(/restarted, I am back/), 1)
        },
      )

      it(
        'is killed when it had said goodbye and Fly had not been asked: it starts once, not twice',
        seldom(redis),
        async (t) => {
          const { fly, machine, say, confirm, until } = await openWorld(t, { redis })
          const hung = fly.fault({ kind: 'hang', path: /\/restart$/ })
          const asked = fly.nextCall({ path: /\/restart$/ })
          const shown = await say('/ops self restart')
          await confirm(shown)
          await asked
          assert.match(await until(shown, /Back in a moment/), /5 minutes/)
          hung.remove()
          fly.crash(machine.id)
          await until(shown, /restarted, I am back/)
          // The crash was a restart, too: what was asked for is there, so Fly is not asked again.
          assert.equal(bootsOf(machine), 2)
        },
      )

      it('gets another image after a trial of it, and the new process reports its version', async (t) => {
        const { fly, machine, say, confirm, until } = await openWorld(t, { redis })
        const shown = await say('/ops self update', { image: 'v2' })
        assert.match(await until(shown, /Update me/), /my-openclaw-ops:v1.*my-openclaw-ops:v2/s)
        await confirm(shown, OWN)
        await until(shown, /Updated: I am version/)
        assert.equal(machine.config['image'], 'registry.fly.io/my-openclaw-ops:v2')
        assert.equal(machine.lease, null)
        const trials = [...fly.app(OWN).machines.values()].filter(({ id }) => id !== machine.id)
        assert.deepEqual(
          trials.map(({ state }) => state),
          ['destroyed'],
        )
      })

      it(
        'gets an image that does not start: the message says what to do, and the truth once somebody did it',
        seldom(redis),
        async (t) => {
          const { fly, machine, say, confirm, until } = await openWorld(t, { redis, retries: 1 })
          const shown = await say('/ops self update', { image: 'broken' })
          await confirm(shown, OWN)
          const words = await until(shown, /Back in a moment/)
          assert.match(
            words,
            new RegExp(`fly machine update ${machine.id} -a ${OWN} --image ${IMAGE}`),
          )
          await fly.until(machine.id, 'stopped')
          await putBack(fly, machine)
          assert.match(await until(shown, /did not last/), new RegExp(`runs ${IMAGE} again`))
        },
      )
    },
  )

/** What the message tells people to type. */
async function putBack(fly: FakeFly, machine: FakeMachine): Promise<void> {
  const answer = await fetch(`${fly.url}/v1/apps/${OWN}/machines/${machine.id}`, {
    method: 'POST',
    headers: { authorization: fly.token, 'content-type': 'application/json' },
    body: JSON.stringify({ config: { ...machine.config, image: IMAGE } }),
  })
  assert.equal(answer.status, 200, await answer.text())
}
