import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { EXTREMES, startSystem, type System } from '../helpers/system.ts'

/*
 * What is accepted is finished or reported, whatever is killed: the bot while a job runs, Redis while people type (worker-kill.test.ts
 * has the worker). And a question asked by one process can be answered to the next.
 */
const READY = /: the gateway is ready/
const TWO = EXTREMES.at(-1)
assert.ok(TWO)

async function trusted(system: System) {
  const { discord, owner } = system
  const channel = discord.channel(discord.guild())
  const person = discord.user({ id: owner.discord })
  const question = await discord.slash(person, channel, '/ops access trust')
  assert.ok(question.message)
  await discord.press(question.message, 'Confirm', person)
  await discord.message((message) => textOf(message).includes('is trusted'))
  return { channel, person }
}

async function deployed({ fly }: System): Promise<void> {
  await fly.deployOpenclaw()
  await fly.untilLog('my-openclaw', /\[gateway\] ready/)
}

describe('kill -9', { concurrency: true }, () => {
  it(
    'of the bot while the worker works: the answer arrives when a bot is back',
    { skip: TWO.skip },
    async () => {
      const system = await startSystem(TWO)
      try {
        await deployed(system)
        const { channel, person } = await trusted(system)
        const { discord, fly } = system
        const slow = fly.nextCall({ path: /\/exec$/ })
        const shown = await discord.slash(person, channel, '/openclaw status')
        await slow
        await system.bot.kill()
        await system.restart('bot')
        await discord.message(
          (message) => message.id === shown.message?.id && READY.test(textOf(message)),
        )
      } finally {
        await system.stop()
      }
    },
  )

  for (const shape of EXTREMES)
    it(
      `of the bot between a question and its answer, the button still works: ${shape.name}`,
      { skip: shape.skip },
      async () => {
        const system = await startSystem(shape)
        try {
          const { discord, owner } = system
          const channel = discord.channel(discord.guild())
          const person = discord.user({ id: owner.discord })
          const question = await discord.slash(person, channel, '/ops access trust')
          assert.ok(question.message)
          await system.bot.kill()
          const back = discord.next('identify')
          await system.restart('bot')
          await back
          await discord.press(question.message, 'Confirm', person)
          await discord.message((message) => textOf(message).includes('is trusted'))
        } finally {
          await system.stop()
        }
      },
    )
})

describe('Redis away', { skip: TWO.skip }, () => {
  it('is told in one sentence, makes the process unready, and heals by itself', async () => {
    const system = await startSystem(TWO)
    try {
      await deployed(system)
      const { channel, person } = await trusted(system)
      const { discord, redis } = system
      assert.ok(redis)
      redis.pause()
      const told = await discord.slash(person, channel, '/openclaw status')
      const sorry = await discord.message(({ id, loading }) => id === told.message?.id && !loading)
      assert.doesNotMatch(textOf(sorry), READY)
      assert.match(textOf(sorry), /Redis does not answer\./)
      assert.doesNotMatch(textOf(sorry), /\/ops/, 'no command helps while none is taken')
      const unready = await fetch(`${system.bot.url}/readyz`)
      assert.equal(unready.status, 503)
      assert.match(await unready.text(), /"queue":\{"ok":false,"detail":"[^"]*Redis[^"]*"/)
      redis.resume()
      const again = await discord.slash(person, channel, '/openclaw status')
      await discord.message(
        (message) => message.id === again.message?.id && READY.test(textOf(message)),
      )
    } finally {
      await system.stop()
    }
  })
})
