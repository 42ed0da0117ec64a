import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { EXTREMES, startSystem, type System } from '../helpers/system.ts'

/* What was done on two platforms and by two processes is one chain, which an admin reads and checks where nobody else sees it. */
for (const shape of EXTREMES) {
  describe(shape.name, { skip: shape.skip }, () => {
    it('keeps one record of it all', async () => {
      const system = await startSystem(shape)
      try {
        await system.fly.deployOpenclaw()
        await system.fly.untilLog('my-openclaw', /\[gateway\] ready/)
        await recordAndCheck(system)
      } finally {
        await system.stop()
      }
    })
  })
}

async function recordAndCheck({ discord, telegram, owner }: System): Promise<void> {
  const guild = discord.guild()
  const channel = discord.channel(guild)
  const person = discord.user({ id: owner.discord })
  const question = await discord.slash(person, channel, '/ops access trust')
  assert.ok(question.message)
  await discord.press(question.message, 'Confirm', person)
  await discord.message((message) => textOf(message).includes('is trusted'))

  const asked = telegram.user({ id: Number(owner.telegram) })
  const chat = telegram.private(asked)
  telegram.start(asked)
  telegram.say(asked, chat, '/status')
  await telegram.message(chat, ({ text }) => text.includes('the gateway is ready'))

  const answerTo = async (line: string): Promise<string> => {
    const shown = await discord.slash(person, channel, line)
    const message = await discord.message(({ id, loading }) => id === shown.message?.id && !loading)
    assert.equal(message.only, person.id, 'for the asker alone')
    return textOf(message)
  }
  const list = await answerTo('/ops audit list')
  for (const word of [`telegram:${owner.telegram}`, 'openclaw status', 'started', 'approved'])
    assert.ok(list.includes(word), `${word}: ${list}`)
  assert.match(await answerTo('/ops audit verify'), /The record is whole/)
}
