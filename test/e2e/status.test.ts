import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { SHAPES, startSystem, type System } from '../helpers/system.ts'

/*
 * What a person can do: an owner trusts a guild and a group, and asks for the status in Discord and in Telegram; the answer is
 * true, and came through the queue and a worker from Fly and from inside the machine.
 */
for (const shape of SHAPES) {
  describe(shape.name, { skip: shape.skip }, () => {
    it('answers status on Discord and Telegram', async () => {
      const system = await startSystem(shape)
      try {
        const { machine } = await system.fly.deployOpenclaw()
        await system.fly.untilLog('my-openclaw', /\[gateway\] ready/)
        await onDiscord(system, machine.id)
        await onTelegram(system, machine.id)
        await isHealthy(system)
        assert.equal(await system.bot.stop(), 0)
      } finally {
        await system.stop()
      }
    })
  })
}

async function onDiscord({ discord, fly, owner }: System, machine: string): Promise<void> {
  const guild = discord.guild()
  const channel = discord.channel(guild)
  const person = discord.user({ id: owner.discord })
  const refused = await discord.slash(person, channel, '/openclaw status')
  assert.equal(refused.ack, 4, 'an untrusted guild is refused at once')
  assert.equal(refused.message?.only, person.id, 'and only the asker sees it')

  const question = await discord.slash(person, channel, '/ops access trust')
  assert.ok(question.message)
  await discord.press(question.message, 'Confirm', person)
  await discord.message((message) => textOf(message).includes('is trusted'))

  const before = fly.calls.length
  const shown = await discord.slash(person, channel, '/openclaw status')
  assert.equal(shown.ack, 5, 'acknowledged before any work')
  const status = await discord.message(
    (message) => message.id === shown.message?.id && !message.loading,
  )
  const words = textOf(status)
  assert.match(words, /the gateway is ready/)
  assert.match(words, new RegExp(machine))
  assert.match(words, /2026\.9\.6/)
  assert.match(words, /J-[0-9A-Z]{6}/)
  assert.ok(fly.calls.length - before <= 6, `${fly.calls.length - before} Fly calls`)
  assert.ok(fly.calls.every(({ authScheme }) => authScheme === 'FlyV1'))

  const stranger = discord.user()
  const no = await discord.slash(stranger, channel, '/openclaw status')
  assert.equal(no.message?.only, stranger.id)
  assert.match(
    textOf(no.message ?? assert.fail()),
    new RegExp(stranger.id),
    'it names the id to grant',
  )
}

async function onTelegram({ telegram, owner }: System, machine: string): Promise<void> {
  const person = telegram.user({ id: Number(owner.telegram) })
  const chat = telegram.private(person)
  telegram.start(person)
  telegram.say(person, chat, '/status')
  const answer = await telegram.message(chat, ({ text }) => text.includes('the gateway is ready'))
  assert.match(answer.text, new RegExp(machine))

  const group = telegram.group()
  telegram.say(person, group, `/openclaw status@${telegram.bot.username}`)
  telegram.say(person, group, `/status@${telegram.bot.username}`)
  await telegram.message(chat, ({ text }) => text.includes('not trusted'))
}

async function isHealthy({ bot, worker }: System): Promise<void> {
  for (const { url } of [bot, worker]) {
    assert.equal((await fetch(`${url}/healthz`)).status, 200)
    const ready = await fetch(`${url}/readyz`)
    assert.equal(ready.status, 200, await ready.text())
    const metrics = await (await fetch(`${url}/metrics`)).text()
    assert.match(metrics, /openclaw_ops_/)
  }
}
