import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { SHAPES, startSystem, type System } from '../helpers/system.ts'

/*
 * A live log as people see it: one message that is edited, over a restart of the process that reads, until somebody presses Stop; a
 * stranger can't.
 */
for (const shape of SHAPES.filter(({ name }) => name !== 'Redis, one process')) {
  describe(shape.name, { skip: shape.skip, timeout: 60_000 }, () => {
    it('follows in one message over a restart until Stop', async () => {
      const system = await startSystem(shape)
      try {
        const { machine } = await system.fly.deployOpenclaw()
        await system.fly.untilLog('my-openclaw', /\[gateway\] ready/)
        await onDiscord(system, machine.id)
        await onTelegram(system)
      } finally {
        await system.stop()
      }
    })
  })
}

async function onDiscord(system: System, machine: string): Promise<void> {
  const { discord, fly, owner } = system
  const channel = discord.channel(discord.guild())
  const person = discord.user({ id: owner.discord })
  const trust = await discord.slash(person, channel, '/ops access trust')
  assert.ok(trust.message)
  await discord.press(trust.message, 'Confirm', person)
  await discord.message((message) => textOf(message).includes('is trusted'))

  const shown = await discord.slash(person, channel, '/openclaw logs', { follow: 'true' })
  const id = shown.message?.id
  const words = (part: RegExp) =>
    discord.message((message) => message.id === id && part.test(textOf(message)))
  await words(/Following my-openclaw/)
  fly.log('my-openclaw', machine, { message: 'written while it is shown' })
  await words(/written while it is shown/)

  await system.worker.stop()
  fly.log('my-openclaw', machine, { message: 'written while nobody read' })
  await system.restart('worker')
  const live = await words(/written while nobody read/)
  assert.doesNotMatch(textOf(live), /Not read/)

  const stranger = discord.user()
  const no = await discord.press(live, 'Stop', stranger)
  assert.equal(no.message?.only, stranger.id, 'refused, and only they see it')
  await discord.press(live, 'Stop', person)
  const ended = await words(/Followed my-openclaw/)
  assert.match(textOf(ended), /Stopped by/)
}

async function onTelegram({ telegram, owner }: System): Promise<void> {
  const person = telegram.user({ id: Number(owner.telegram) })
  const chat = telegram.private(person)
  telegram.start(person)
  telegram.say(person, chat, '/logs lines=3')
  const answer = await telegram.message(chat, ({ text }) =>
    /Logs of my-openclaw: 3 lines/.test(text),
  )
  assert.match(answer.text, /\d\d:\d\d:\d\d/)
}
