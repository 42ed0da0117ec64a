import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type FakeDiscord, startFakeDiscord, textOf } from '../../fakes/discord/fake-discord.ts'
import { type FakeFly, startFakeFly } from '../../fakes/fly/fake-fly.ts'
import type { FakeMachine } from '../../fakes/fly/types.ts'
import { startRedis } from '../../helpers/redis.ts'

export const OWN = 'my-openclaw-ops'
const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url))
export const IMAGE = 'registry.fly.io/my-openclaw-ops:v1'
/** An image by this tag does not start. */
const BOOT = 'case "$FLY_IMAGE_REF" in *broken*) echo "cannot start"; exit 1;; esac; exec node "$0"'

/** The bot on a machine of the fake Fly, and its owner in a channel. */
export interface World {
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

interface Machine {
  /** In place of the file on its volume. */
  readonly redis: boolean
  readonly signal?: string
  readonly retries?: number
}

/** Starts it and trusts the channel; all of it ends with the test. */
export async function openWorld(
  t: TestContext,
  { redis, signal = 'SIGTERM', retries }: Machine,
): Promise<World> {
  const [fly, discord, server] = await Promise.all([
    startFakeFly({ runtime: 'process', rateLimits: false }),
    startFakeDiscord(),
    redis ? startRedis() : undefined,
  ])
  const owner = discord.user()
  t.after(async () => {
    for (const { id } of fly.app(OWN).machines.values())
      fly.machine(id).config['restart'] = { policy: 'no' }
    await fly.close()
    await discord.close()
    await server?.close()
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
        ...(server && { REDIS_URL: server.url }),
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
