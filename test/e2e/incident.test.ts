import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { SHAPES, startSystem } from '../helpers/system.ts'

/*
 * A card goes the way of every card: into the place through the outbox, edited there when something happens, with buttons on which
 * it is decided about whoever presses.
 */
for (const shape of SHAPES.slice(0, 2)) {
  describe(shape.name, { skip: shape.skip }, () => {
    it('shows one card, edits it in place, and lets nobody press who may not', async () => {
      const system = await startSystem(shape)
      const { discord, telegram, owner } = system
      try {
        const guild = discord.guild()
        const channel = discord.channel(guild)
        const person = discord.user({ id: owner.discord })
        const trust = await discord.slash(person, channel, '/ops access trust')
        await discord.press(trust.message ?? assert.fail(), 'Confirm', person)
        await discord.message((message) => textOf(message).includes('is trusted'))

        const asked = await discord.slash(person, channel, '/oncall test')
        const isCard = (words: RegExp) => (message: Parameters<typeof textOf>[0]) =>
          /TEST · .*I-[0-9A-Z]{6}/.test(textOf(message)) && words.test(textOf(message))
        const card = await discord.message(isCard(/firing/))
        const answer = await discord.message(
          (message) => message.id === asked.message?.id && textOf(message).includes('arrived'),
        )
        assert.match(textOf(answer), new RegExp(card.id), 'the platform’s own id of the card')

        const stranger = discord.user()
        const no = await discord.press(card, 'Acknowledge', stranger)
        assert.equal(no.message?.only, stranger.id, 'refused, and only they see it')

        const viewer = discord.user()
        const allow = { who: `<@${viewer.id}>`, role: 'viewer' }
        const grant = await discord.slash(person, channel, '/ops access allow', allow)
        await discord.press(grant.message ?? assert.fail(), 'Confirm', person)
        await discord.message((message) => textOf(message).includes('Allowed'))
        const neither = await discord.press(card, 'Acknowledge', viewer)
        assert.equal(neither.message?.only, viewer.id, 'seeing is not having')

        await discord.press(card, 'Acknowledge', person)
        const acked = await discord.message(isCard(/acknowledged/))
        assert.equal(acked.id, card.id, 'edited in place')
        // What happens stands in the card's own thread, in which the rules of its channel hold.
        const below = (words: RegExp) =>
          discord.message((one) => one.channel === card.id && words.test(textOf(one)))
        await below(/Acknowledged by/)
        const thread = discord.channels.get(card.id) ?? assert.fail()
        const [, id = ''] = /(I-[0-9A-Z]{6})/.exec(textOf(card)) ?? []
        await discord.slash(person, thread, '/oncall note', { id, text: 'raised the memory' })
        await below(/raised the memory/)
        const nobody = await discord.slash(stranger, thread, '/oncall ack', { id })
        assert.equal(nobody.message?.only, stranger.id, 'a thread opens nothing to anybody')
        await discord.press(acked, 'Resolve', person)
        const over = await discord.message(isCard(/resolved/))
        assert.equal(over.id, card.id)
        await below(/Resolved by/)

        const drill = await discord.slash(person, channel, '/oncall drill', { scenario: 'lock' })
        await discord.press(drill.message ?? assert.fail(), 'Confirm', person)
        const isDrill = (words: RegExp) => (message: Parameters<typeof textOf>[0]) =>
          /DRILL · .*I-[0-9A-Z]{6}/.test(textOf(message)) && words.test(textOf(message))
        const rehearsal = await discord.message(isDrill(/firing/))
        // The picture, too: drawn in another process, and sent as a file.
        await discord.message(
          (one) =>
            one.channel === rehearsal.id &&
            textOf(one).includes('What was found') &&
            one.files.some(({ name }) => name.endsWith('-memory.png')),
        )
        await discord.press(rehearsal, 'Acknowledge', person)
        await discord.message(isDrill(/acknowledged/))
        await discord.press(rehearsal, 'Resolve', person)
        const times = await discord.message(
          (one) => one.channel === rehearsal.id && /The drill is over/.test(textOf(one)),
        )
        assert.match(textOf(times), /DRILL .*acknowledged after .*; recovered after/)

        const me = telegram.user({ id: Number(owner.telegram) })
        const chat = telegram.private(me)
        telegram.start(me)
        telegram.say(me, chat, '/oncall test')
        const shown = await telegram.message(chat, ({ text }) => /TEST · .*firing/s.test(text))
        await telegram.message(chat, ({ text }) => text.includes(`message ${shown.id}`))
        telegram.press(shown, 'Acknowledge', me)
        const line = await telegram.message(chat, ({ text }) => /^👀 .*Acknowledged by/.test(text))
        assert.equal(line.replyTo, shown.id, 'what happens replies to the card')
      } finally {
        await system.stop()
      }
    })
  })
}
