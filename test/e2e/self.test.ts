import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type FakeDiscord, startFakeDiscord, textOf } from '../fakes/discord/fake-discord.ts'
import { type FakeFly, startFakeFly } from '../fakes/fly/fake-fly.ts'
import type { FakeMachine } from '../fakes/fly/types.ts'

/*
 * The bot runs as the main process of a machine of the fake Fly, its state on a volume, and is told to restart or replace that very
 * machine: Fly ends the process by the signal of its config and starts it again. People see one message that ends in a true result.
 */
const OWN = 'my-openclaw-ops'
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const IMAGE = 'registry.fly.io/my-openclaw-ops:v1'
/** An image by this tag does not start. */
const BOOT = 'case "$FLY_IMAGE_REF" in *broken*) echo "cannot start"; exit 1;; esac; exec node "$0"'

interface World {
  readonly fly: FakeFly
  readonly discord: FakeDiscord
  readonly machine: FakeMachine
  readonly say: (line: string, values?: Readonly<Record<string, string>>) => Promise<Shown>
  /** Presses Confirm on what was asked, typing what it wants. */
  readonly confirm: (shown: Shown, name?: string) => Promise<void>
  /** Resolves with the words of the message once they match. */
  readonly until: (shown: Shown, words: RegExp) => Promise<string>
  /** How many messages with these words stand in the channel. */
  readonly count: (words: RegExp) => number
}
type Shown = NonNullable<Awaited<ReturnType<FakeDiscord['slash']>>['message']>

async function openWorld(
  t: TestContext,
  { signal = 'SIGTERM', retries }: { readonly signal?: string; readonly retries?: number } = {},
): Promise<World> {
  const [fly, discord] = await Promise.all([
    startFakeFly({ runtime: 'process', rateLimits: false }),
    startFakeDiscord(),
  ])
  const owner = discord.user()
  t.after(async () => {
    for (const { id } of fly.app(OWN).machines.values())
      fly.machine(id).config['restart'] = { policy: 'no' }
    await fly.close()
    await discord.close()
  })
  const registered = discord.request(
    ({ method, path }) => method === 'PUT' && path.endsWith('/commands'),
  )
  fly.addApp({ name: OWN })
  const volume = fly.addVolume({ app: OWN, name: 'ops_data', region: 'iad', sizeGb: 1 })
  const machine = await fly.addMachine({
    app: OWN,
    region: 'iad',
    config: {
      image: IMAGE,
      init: { exec: ['sh', '-c', BOOT, MAIN] },
      env: {
        OPS_APPS: 'my-openclaw',
        OPS_OWNERS: `discord:${owner.id}`,
        OPS_STATE_DIR: '/data',
        PORT: '0',
        DISCORD_BOT_TOKEN: discord.token,
        DISCORD_API_URL: discord.apiUrl,
        FLY_API_TOKEN: fly.token,
        FLY_API_URL: fly.url,
        FLY_PLATFORM_URL: fly.platformUrl,
      },
      guest: { cpu_kind: 'shared', cpus: 1, memory_mb: 512 },
      mounts: [{ volume: volume.id, path: '/data', name: 'ops_data' }],
      stop_config: { signal, timeout: '30s' },
      restart:
        retries === undefined
          ? { policy: 'always' }
          : { policy: 'on-failure', max_retries: retries },
    },
  })
  await registered
  return { fly, discord, machine, ...(await inChannel(discord, owner)) }
}

async function inChannel(discord: FakeDiscord, owner: ReturnType<FakeDiscord['user']>) {
  const channel = discord.channel(discord.guild())
  const trust = await discord.slash(owner, channel, '/ops access trust')
  assert.ok(trust.message)
  await discord.press(trust.message, 'Confirm', owner)
  await discord.message((message) => textOf(message).includes('is trusted'))
  return {
    async say(line: string, values: Readonly<Record<string, string>> = {}) {
      const { message } = await discord.slash(owner, channel, line, values)
      assert.ok(message)
      return message
    },
    async confirm({ id }: Shown, name?: string) {
      const question = await discord.message((one) => one.id === id && one.components.length > 0)
      const { modal } = await discord.press(question, 'Confirm', owner)
      if (modal) await discord.submitModal(modal, name ?? '', { user: owner, source: question })
    },
    async until({ id }: Shown, words: RegExp) {
      return textOf(await discord.message((one) => one.id === id && words.test(textOf(one))))
    },
    count: (words: RegExp) =>
      [...discord.messages.values()].filter((one) => words.test(textOf(one))).length,
  }
}

const bootsOf = ({ events }: FakeMachine): number =>
  events.filter(({ type, status }) => type === 'start' && status === 'started').length

describe(
  'the machine the bot runs on',
  { skip: process.platform !== 'linux', concurrency: 3 },
  () => {
    it('is restarted over the API: SIGTERM, the same state, one message with a true end', async (t) => {
      const { machine, say, confirm, until, count } = await openWorld(t)
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

    it('is killed with SIGKILL in place of being told to end: the same end', async (t) => {
      const { machine, say, confirm, until, count } = await openWorld(t, { signal: 'SIGKILL' })
      const shown = await say('/ops self restart')
      await confirm(shown)
      await until(shown, /restarted, I am back/)
      assert.equal(bootsOf(machine), 2)
      assert.equal(count(/restarted, I am back/), 1)
    })

    it('is killed when it had said goodbye and Fly had not been asked: it starts once, not twice', async (t) => {
      const { fly, machine, say, confirm, until } = await openWorld(t)
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
    })

    it('gets another image after a trial of it, and the new process reports its version', async (t) => {
      const { fly, machine, say, confirm, until } = await openWorld(t)
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

    it('gets an image that does not start: the message says what to do, and the truth once somebody did it', async (t) => {
      const { fly, machine, say, confirm, until } = await openWorld(t, { retries: 1 })
      const shown = await say('/ops self update', { image: 'broken' })
      await confirm(shown, OWN)
      const words = await until(shown, /Back in a moment/)
      assert.match(words, new RegExp(`fly machine update ${machine.id} -a ${OWN} --image ${IMAGE}`))
      await fly.until(machine.id, 'stopped')
      await putBack(fly, machine)
      assert.match(await until(shown, /did not last/), new RegExp(`runs ${IMAGE} again`))
    })
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
