import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { reply } from '../../../src/core/reply.ts'
import { localise } from '../../../src/core/localise.ts'
import { refusing, saying, startRig } from './rig.ts'

const NO = reply.error('No grant here')

suite('Telegram, of too many requests', { timeout: 15_000 }, () => {
  test('a group reads one refusal a minute of somebody without a private chat', async (t) => {
    const limits = { perGroupMinute: 100 }
    const { fake, script, clock } = await startRig(t, { fake: { limits } })
    const [ana, bo] = [fake.user(), fake.user()]
    const group = fake.group()
    script.admit = ({ command }) =>
      command === 'ops ping' ? saying(reply.ok('Here')) : refusing(NO)
    const refusals = () =>
      fake.messages(group).filter(({ text }) => text.includes('You may not do that here')).length
    const round = async (times: number, who = ana) => {
      for (let i = 0; i < times; i++) fake.say(who, group, '/restart')
      const { message } = fake.say(who, group, '/ops ping')
      await fake.message(group, (one) => one.replyTo === message.id)
    }
    await round(6)
    assert.equal(refusals(), 1)
    await round(2, bo)
    await round(1)
    assert.equal(refusals(), 2, 'each person by themselves')
    clock.advance(60_000)
    await round(2)
    assert.equal(refusals(), 3)
  })

  test('what was said already is not said again, neither in a chat nor on a button', async (t) => {
    const { fake, script } = await startRig(t)
    const ana = fake.user()
    const chat = fake.private(ana)
    fake.start(ana)
    await fake.message(chat)
    const before = fake.messages(chat).length
    const silent = { ...refusing(reply.warn('Slow down')), silent: true } as const
    script.admit = ({ command }) => (command === 'ops ping' ? saying(reply.ok('Here')) : silent)
    for (let i = 0; i < 5; i++) fake.say(ana, chat, '/restart')
    const { message } = fake.say(ana, chat, '/ops ping')
    const answer = await fake.message(chat, (one) => one.replyTo === message.id)
    assert.equal(fake.messages(chat).length, before + 1, answer.text)
  })

  test('a quiet place gets its messages without a sound, trouble with one', async (t) => {
    const { fake, telegram } = await startRig(t)
    const group = fake.group()
    const address = {
      platform: 'telegram',
      chat: String(group.id),
      user: '1',
      private: false,
      quiet: true,
    } as const
    for (const tone of ['info', 'error'] as const)
      await telegram.chat.deliver(address, localise(reply[tone](tone), 'en'), undefined)
    const sent = fake.calls('sendMessage').map(({ params }) => params['disable_notification'])
    assert.deepEqual(sent, [true, undefined])
  })
})
