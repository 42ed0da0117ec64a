import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { startFakeFly } from '../fakes/fly/fake-fly.ts'
import { findIn, tracesOf } from '../helpers/canary.ts'
import { tempDir } from '../helpers/engines.ts'
import { BASE, runEntry } from '../helpers/service.ts'
import { EXTREMES, startSystem, type System } from '../helpers/system.ts'

/*
 * A rotation in Discord, one in Telegram and one that fails, as real processes against real gateways: afterwards no token, old or new, is
 * anywhere but in the one private look that was asked for.
 */
const NAME = 'OPENCLAW_GATEWAY_TOKEN'
const secretOf = ({ fly }: System): string =>
  fly.app('my-openclaw').secrets.get(NAME)?.value ?? assert.fail('no secret')

const noScript = spawnSync('script', ['--version']).status === 0 ? false : 'no script command'

// Most of it is waiting for gateways that start anew, so all of it goes side by side.
describe('token rotate', { concurrency: true, timeout: 120_000 }, () => {
  for (const shape of EXTREMES)
    it(
      `shows a new token once, to one person, and nowhere else: ${shape.name}`,
      { skip: shape.skip },
      async () => {
        const system = await startSystem(shape, { LOG_LEVEL: 'debug' })
        try {
          const { gatewayToken } = await system.fly.deployOpenclaw()
          await system.fly.untilLog('my-openclaw', /\[gateway\] ready/)
          const first = await onDiscord(system)
          assert.notEqual(first, gatewayToken)
          const second = await onTelegram(system)
          assert.notEqual(second, first)
          const third = await failing(system)
          const traces = await tracesOf(system)
          assert.ok(traces.size > 5)
          assert.deepEqual(findIn(traces, gatewayToken), new Map())
          assert.deepEqual(findIn(traces, third), new Map())
          const [told, direct] = [findIn(traces, first), findIn(traces, second)]
          for (const place of told.keys()) assert.match(place, /Discord$/)
          for (const place of direct.keys()) assert.match(place, /Telegram$/)
          assert.deepEqual([told.get('messages in Discord'), direct.size], [1, 1])
        } finally {
          await system.stop()
        }
      },
    )

  it(
    'shows the new token once on a terminal, and never in a pipe or as JSON',
    { skip: noScript },
    async () => {
      const fly = await startFakeFly({ runtime: 'process' })
      const dir = await tempDir()
      const env = {
        OPS_APPS: 'my-openclaw',
        OPS_OWNERS: 'discord:123456789012345678',
        OPS_STATE_DIR: dir.path,
        FLY_API_TOKEN: fly.token,
        FLY_API_URL: fly.url,
        FLY_PLATFORM_URL: fly.platformUrl,
      }
      const times = (text: string) =>
        text.split(fly.app('my-openclaw').secrets.get(NAME)?.value ?? '').length - 1
      const words = ['src/cli.ts', 'token', 'rotate', '--yes']
      try {
        await fly.deployOpenclaw()
        await fly.untilLog('my-openclaw', /\[gateway\] ready/)
        const piped = await runEntry('src/cli.ts', { args: [...words.slice(1), '--json'], env })
        assert.equal(piped.code, 0, piped.stdout + piped.stderr)
        assert.equal(times(piped.stdout + piped.stderr), 0)
        const line = [process.execPath, ...words].join(' ')
        const child = spawn('script', ['-qec', line, '/dev/null'], {
          env: { ...BASE, ...env },
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        let shown = ''
        child.stdout.on('data', (part: Buffer) => (shown += part.toString()))
        await once(child, 'close')
        assert.equal(times(shown), 1, shown)
      } finally {
        await fly.close()
        await dir.remove()
      }
    },
  )
})

async function onDiscord(system: System): Promise<string> {
  const { discord, owner } = system
  const guild = discord.guild()
  const channel = discord.channel(guild)
  const person = discord.user({ id: owner.discord })
  const trust = await discord.slash(person, channel, '/ops access trust')
  assert.ok(trust.message)
  await discord.press(trust.message, 'Confirm', person)
  await discord.message((message) => textOf(message).includes('is trusted'))

  await discord.slash(person, channel, '/openclaw token rotate')
  const card = await discord.message((message) => textOf(message).includes('Rotate the gateway'))
  const { modal } = await discord.press(card, 'Confirm', person)
  await discord.submitModal(
    modal,
    { answer: 'my-openclaw', reason: 'it leaked' },
    { user: person, source: card },
  )
  const done = await discord.message((message) => textOf(message).includes('is rotated'))
  assert.match(textOf(done), /takes the new token, refuses the old one/)
  const shown = await discord.press(done, 'Reveal', person)
  const seen = await discord.message(
    (message) => message.id === shown.message?.id && textOf(message).includes(secretOf(system)),
  )
  assert.equal(seen.only, person.id, 'only the asker sees it')
  const again = await discord.press(done, 'Reveal', person)
  const no = await discord.message(
    (message) => message.id === again.message?.id && textOf(message) !== '',
  )
  assert.ok(!textOf(no).includes(secretOf(system)))
  return secretOf(system)
}

/** The person never opened the private chat: the group gets a link that gives it to them alone. */
async function onTelegram(system: System): Promise<string> {
  const { telegram, owner } = system
  const person = telegram.user({ id: Number(owner.telegram) })
  const group = telegram.group()
  const say = (text: string) =>
    telegram.say(person, group, text.replace(' ', `@${telegram.bot.username} `))
  say('/ops access trust')
  const question = await telegram.message(group, ({ buttons }) => buttons.length > 0)
  telegram.press(question, 'Confirm', person)
  await telegram.message(group, ({ text }) => text.includes('is trusted'))

  say('/token rotate')
  const card = await telegram.message(group, ({ text }) => text.includes('Rotate the gateway'))
  telegram.press(card, 'Confirm', person)
  const typed = await telegram.message(group, ({ ask }) => ask !== undefined)
  telegram.reply(person, typed, 'my-openclaw because it leaked')
  const done = await telegram.message(group, ({ text }) => text.includes('is rotated'))
  telegram.press(done, 'Reveal', person)
  const link = await telegram.message(group, ({ buttons }) =>
    buttons.flat().some(({ url }) => url?.includes('start=')),
  )
  const url = link.buttons.flat().find((button) => button.url?.includes('start='))?.url ?? ''
  telegram.start(person, new URL(url).searchParams.get('start') ?? '')
  await telegram.message(telegram.private(person), ({ text }) => text.includes(secretOf(system)))
  assert.ok(!telegram.messages(group).some(({ text }) => text.includes(secretOf(system))))
  return secretOf(system)
}

/** The gateway never comes up with the new token: the old one is put back, and the new one was told to nobody. */
async function failing(system: System): Promise<string> {
  const { telegram, owner, fly } = system
  const person = telegram.user({ id: Number(owner.telegram) })
  const chat = telegram.private(person)
  const old = secretOf(system)
  fly.fault({
    kind: 'answer',
    status: 409,
    body: {
      error: 'aborted: could not reserve resource for machine: insufficient memory available',
    },
    method: 'POST',
    path: /machines\/[^/]+$/,
  })
  telegram.say(person, chat, '/token rotate')
  const card = await telegram.message(chat, ({ text }) => text.includes('Rotate the gateway'))
  telegram.press(card, 'Confirm', person)
  const typed = await telegram.message(chat, ({ ask }) => ask !== undefined)
  telegram.reply(person, typed, 'my-openclaw because it leaked')
  await telegram.message(
    chat,
    ({ text }) => /did not|failed|room|memory/i.test(text) && text.includes('❌'),
  )
  assert.equal(secretOf(system), old)
  const values = fly
    .app('my-openclaw')
    .vault.flatMap(({ values: all }) => all.get(NAME)?.value ?? [])
  const tried = values.at(-2)
  assert.ok(tried !== undefined && tried !== old)
  return tried
}
