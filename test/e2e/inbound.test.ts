import assert from 'node:assert/strict'
import { it } from 'node:test'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { EXTREMES, startSystem } from '../helpers/system.ts'

/* What an operator can choose: interactions signed over HTTP and updates by webhook, into the same handlers as gateway and polling. */
for (const shape of EXTREMES)
  it(`answers over HTTP on both platforms: ${shape.name}`, { skip: shape.skip }, async () => {
    const system = await startSystem(shape, (discord) => ({
      DISCORD_PUBLIC_KEY: discord.publicKey,
      OPS_PUBLIC_URL: 'https://ops.example',
      TELEGRAM_WEBHOOK_SECRET: 'a-secret-of-the-hook',
    }))
    const { discord, telegram, owner, bot, fly } = system
    try {
      await fly.deployOpenclaw()
      await fly.untilLog('my-openclaw', /\[gateway\] ready/)
      const url = `${bot.url}/discord/interactions`
      const ping = await discord.postInteraction(url, { type: 1 })
      assert.deepEqual([ping.status, await ping.json()], [200, { type: 1 }])
      const unsigned = await fetch(url, { method: 'POST', body: '{"type":1}' })
      assert.equal(unsigned.status, 401)
      const person = discord.user({ id: owner.discord })
      const { exchange, raw } = discord.command(
        person,
        discord.channel(discord.guild()),
        '/openclaw status',
      )
      const taken = await discord.postInteraction(url, raw)
      assert.deepEqual([taken.status, await taken.text()], [202, ''])
      const { message } = await exchange.shown.promise
      assert.ok(message)
      assert.match(textOf(message), /not trusted/)
      assert.equal(discord.gateway.identifies(), 0, 'no gateway session beside the endpoint')

      const someone = telegram.user({ id: Number(owner.telegram) })
      const chat = telegram.private(someone)
      telegram.start(someone)
      telegram.say(someone, chat, '/status')
      await telegram.message(chat, ({ text }) => text.includes(': the gateway is ready'))
      assert.equal(telegram.calls('getUpdates').length, 0, 'no polling beside the webhook')
      assert.equal(
        (await fetch(`${bot.url}/telegram/guess`, { method: 'POST', body: '{}' })).status,
        404,
      )
    } finally {
      await system.stop()
    }
  })
