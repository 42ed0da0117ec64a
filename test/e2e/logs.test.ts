import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { textOf } from '../fakes/discord/fake-discord.ts'
import { realClock } from '../fakes/fly/clock.ts'
import { noDelays } from '../fakes/fly/delays.ts'
import { EXTREMES, startSystem, type System } from '../helpers/system.ts'

/*
 * Live logs as people see them: messages that are edited in their places, over restarts of the processes that read and write, until
 * somebody who may presses Stop, or what they stand on is gone.
 */
for (const shape of EXTREMES) {
  describe(shape.name, { skip: shape.skip, timeout: 90_000, concurrency: true }, () => {
    it('follows in one message each, over restarts, until it may not or shall not go on', async () => {
      const system = await startSystem(shape, {}, { clock: realClock(), delays: noDelays })
      const { fly, discord, telegram } = system
      try {
        const { app, machine } = await fly.deployOpenclaw()
        const log = (message: string) => fly.log(app, machine.id, { message })
        const room = await discordRoom(system)
        const forum = await telegramForum(system)

        const [own, granted] = [await room.follow(room.owner), await room.follow(room.responder)]
        const inTopic = await forum.follow()
        const inPrivate = await forum.privately('/logs follow=true')
        const all = (words: RegExp) =>
          Promise.all([own, granted, inTopic, inPrivate].map((one) => one.shows(words)))
        await all(/Following my-openclaw/)
        log('written while it is shown')
        await all(/written while it is shown/)
        await system.worker.stop()
        log('written while nobody read')
        await system.restart('worker')
        await all(/written while nobody read/)
        await system.bot.stop()
        log('written while nobody spoke')
        await system.restart('bot')
        for (const text of await all(/written while nobody spoke/))
          assert.doesNotMatch(text, /Not read/)

        const no = await own.press(discord.user())
        assert.match(no, /You have no role here/)
        await own.press(room.responder)
        assert.match(await own.shows(/Followed my-openclaw/), /Stopped by user-/)
        forum.stop()
        assert.match(await inTopic.shows(/Followed my-openclaw/), /Stopped by/)
        await room.ask('/ops access deny', { who: `<@${room.responder.id}>` }, /Denied/)
        assert.match(await granted.shows(/Followed my-openclaw/), /access rules of this place/)
        await gone(system)
        assert.match(await inPrivate.shows(/Followed my-openclaw/), /Fly has no app my-openclaw/)

        assert.deepEqual(system.discord.requests.filter(isRefused), [], 'edits kept the pace')
        assert.deepEqual(telegram.calls().filter(isRefused), [], 'edits kept the pace')
        assert.equal(forum.answers(), 1, 'one message in the topic, and none elsewhere')
      } finally {
        await system.stop()
      }
    })
  })
}

const isRefused = ({ status }: { readonly status: number }): boolean => status === 429

/** A trusted guild with a responder in it. */
async function discordRoom({ discord, owner: { discord: id } }: System) {
  const channel = discord.channel(discord.guild())
  const owner = discord.user({ id })
  const responder = discord.user()
  const ask = async (line: string, values: object, done: RegExp) => {
    const { message } = await discord.slash(owner, channel, line, { ...values })
    await discord.press(message ?? assert.fail(), 'Confirm', owner)
    await discord.message((one) => one.id === message?.id && done.test(textOf(one)))
  }
  await ask('/ops access trust', {}, /is trusted/)
  await ask('/ops access allow', { who: `<@${responder.id}>`, role: 'responder' }, /Allowed/)
  return {
    owner,
    responder,
    ask,
    async follow(by: typeof owner) {
      const { message } = await discord.slash(by, channel, '/openclaw logs', { follow: true })
      const now = (words: RegExp) =>
        discord.message(({ id: one, ...rest }) => one === message?.id && shows(rest, words))
      return {
        shows: async (words: RegExp) => textOf(await now(words)),
        press: async (who: typeof owner) => {
          const shown = await discord.press(await now(/Following/), 'Stop', who)
          assert.equal(shown.message?.only, who.id, 'only they see the answer')
          return textOf(shown.message)
        },
      }
    },
  }
}
type Message = Parameters<typeof textOf>[0]
const shows = (message: Omit<Message, 'id'>, words: RegExp) =>
  words.test(textOf({ ...message, id: '' }))

/** A trusted group with topics, and the owner's private chat. */
async function telegramForum({ telegram, owner: { telegram: id } }: System) {
  const owner = telegram.user({ id: Number(id) })
  const group = telegram.group({ topics: true })
  const alone = telegram.private(owner)
  const topic = telegram.topic(group)
  telegram.start(owner)
  telegram.say(owner, group, '/ops access trust', { topic })
  const question = await telegram.message(group, ({ buttons }) => buttons.length > 0)
  telegram.press(question, 'Confirm', owner)
  await telegram.message(group, ({ text }) => text.includes('is trusted'))
  const followed = () => telegram.messages(group).filter(({ text }) => /Follow(ing|ed)/.test(text))
  const begin = async (chat: typeof group, line: string, options: object) => {
    telegram.say(owner, chat, line, options)
    const shows = async (words: RegExp) =>
      (await telegram.message(chat, ({ text }) => /Follow/.test(text) && words.test(text))).text
    await shows(/Following/)
    return { shows }
  }
  return {
    follow: () => begin(group, '/logs follow=true', { topic }),
    privately: (line: string) => begin(alone, line, {}),
    stop() {
      const [message] = followed()
      assert.equal(message?.topic, topic)
      telegram.press(message ?? assert.fail(), 'Stop', owner)
    },
    answers: () => followed().length,
  }
}

async function gone({ fly }: System): Promise<void> {
  const headers = { authorization: fly.token }
  const { status } = await fetch(`${fly.url}/v1/apps/my-openclaw`, {
    method: 'DELETE',
    headers,
  })
  assert.equal(status, 202)
}
