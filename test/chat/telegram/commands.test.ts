import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { reply, text } from '../../../src/core/reply.ts'
import { admitted, refusing, saying, startRig } from './rig.ts'

const FORMS = [
  ['/openclaw restart app=x', 'openclaw restart', { app: 'x' }],
  ['/restart app=x', 'openclaw restart', { app: 'x' }],
  ['/Restart app=x', 'openclaw restart', { app: 'x' }],
  ['/restart@openclaw_ops_bot app=x', 'openclaw restart', { app: 'x' }],
  ['/token rotate app=x', 'openclaw token rotate', { app: 'x' }],
  ['/openclaw@OpenClaw_Ops_Bot token rotate', 'openclaw token rotate', {}],
  ['/oncall alerts', 'oncall alerts', {}],
  ['/ops ping', 'ops ping', {}],
  ['/help', 'ops help', {}],
  ['/help restart', 'ops help restart', {}],
  ['/start', 'ops help', {}],
  ['/start@openclaw_ops_bot', 'ops help', {}],
] as const

suite('Telegram commands', { timeout: 60_000 }, () => {
  test('are read in all their forms, in groups and in private', async (t) => {
    const { fake, script } = await startRig(t, { fake: { limits: { perGroupMinute: 100 } } })
    const ana = fake.user()
    for (const chat of [fake.group(), fake.private(ana)])
      for (const [words, command, input] of FORMS) {
        const { message } = fake.say(ana, chat, words)
        await fake.message(chat, (one) => one.replyTo === message.id)
        const got = script.invocations.at(-1)
        assert.equal(got?.command, command, words)
        assert.deepEqual(got?.input, input)
      }
  })

  test('carry who asked, where, when, and where to answer', async (t) => {
    const { fake, script, clock } = await startRig(t)
    const ana = fake.user({ language_code: 'zh-hant', first_name: 'Ana' })
    const forum = fake.group({ topics: true })
    const topic = fake.topic(forum)
    const { message, update } = fake.say(ana, forum, '/status', { topic })
    const answer = await fake.message(forum)
    assert.deepEqual(script.invocations, [
      {
        id: `t-${update}`,
        command: 'openclaw status',
        input: {},
        actor: { platform: 'telegram', id: String(ana.id), name: 'Ana', roles: [] },
        place: {
          platform: 'telegram',
          space: String(forum.id),
          room: String(topic),
          private: false,
        },
        address: {
          platform: 'telegram',
          chat: String(forum.id),
          topic: String(topic),
          user: String(ana.id),
          private: false,
          replyTo: String(message.id),
        },
        surface: 'text',
        locale: 'zh-TW',
        at: Math.floor(clock.now() / 1000) * 1000,
      },
    ])
    assert.equal(answer.topic, topic)
    assert.equal(answer.replyTo, message.id)
    assert.equal(answer.text, '✅ ran openclaw status')
    await fake.called('sendChatAction')
  })

  test('run in the order they came in', async (t) => {
    const { fake, script } = await startRig(t)
    const ana = fake.user()
    const chat = fake.private(ana)
    for (let n = 0; n < 10; n += 1) fake.say(ana, chat, `/restart n=${n}`)
    await fake.message(chat, () => fake.messages(chat).length === 10)
    assert.deepEqual(
      script.invocations.map(({ input }) => input['n']),
      ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    )
  })

  test('to other bots, plain talk and edits are nothing', async (t) => {
    const { fake, script } = await startRig(t)
    const ana = fake.user()
    const loud = fake.group({ admin: true })
    fake.say(ana, loud, '/restart@other_bot')
    fake.say(ana, loud, '/weather')
    fake.say(ana, loud, 'restart it')
    fake.say(ana, loud, 'see /restart')
    const first = fake.say(ana, loud, '/status')
    await fake.message(loud)
    fake.edit(first, '/restart')
    fake.say(ana, loud, '/ping@openclaw_ops_bot')
    await fake.message(loud, ({ text: now }) => now.includes('ping'))
    assert.deepEqual(
      script.invocations.map(({ command }) => command),
      ['openclaw status', 'openclaw ping'],
    )
  })

  test('plain talk in a private chat is told once a minute that nothing came of it', async (t) => {
    const { fake, script, clock } = await startRig(t)
    const ana = fake.user()
    const chat = fake.private(ana)
    fake.say(ana, chat, 'my-openclaw')
    const hint = await fake.message(chat)
    assert.match(
      hint.text,
      /Nothing was done\. If this answers a question of mine, send it as a reply/,
    )
    fake.say(ana, chat, 'hello?')
    fake.say(ana, chat, '/status')
    await fake.message(chat, ({ text }) => text.includes('ran openclaw status'))
    assert.equal(fake.messages(chat).length, 2)
    clock.advance(60_000)
    fake.say(ana, chat, 'my-openclaw')
    await fake.message(chat, ({ id, text }) => id !== hint.id && text === hint.text)
    assert.equal(script.invocations.length, 1)
  })

  test('that cannot be read get one sentence and nothing runs', async (t) => {
    const { fake, script } = await startRig(t)
    const ana = fake.user({ language_code: 'zh' })
    fake.say(ana, fake.private(ana), '/status bad')
    const answer = await fake.message(fake.private(ana))
    assert.match(answer.text, /沒有 bad 這個選項/)
    assert.equal(script.invocations.length, 0)
  })

  test('older than a minute are answered and not run', async (t) => {
    const { fake, script } = await startRig(t)
    const ana = fake.user()
    const chat = fake.group()
    fake.say(ana, chat, '/restart', { agoMs: 61_000 })
    const answer = await fake.message(chat)
    assert.equal(answer.text, '⚠️ Too old, send it again')
    assert.equal(script.invocations.length, 0)
    fake.say(ana, chat, '/restart', { agoMs: 59_000 })
    await fake.message(chat, (one) => one.text.includes('ran'))
  })

  test('refused: the reason goes to the private chat', async (t) => {
    const { fake, script } = await startRig(t)
    const ana = fake.user()
    const group = fake.group()
    fake.start(ana)
    await fake.message(fake.private(ana))
    script.admit = () => refusing(reply.error('No grant here', [text('Ask for r in place -42.')]))
    fake.say(ana, group, '/restart')
    const told = await fake.message(fake.private(ana), (one) => one.text.includes('No grant'))
    assert.match(told.text, /place -42/)
    assert.equal(fake.messages(group).length, 0)
  })

  test('refused where no private chat is open: nothing but the refusal is shown', async (t) => {
    const { fake, script } = await startRig(t)
    const ana = fake.user()
    const group = fake.group()
    script.admit = () => refusing(reply.error('No grant here', [text('Ask for r in place -42.')]))
    fake.say(ana, group, '/restart')
    const answer = await fake.message(group)
    assert.match(answer.text, /You may not do that here/)
    assert.doesNotMatch(answer.text, /-42|grant/)
  })

  test('queued ones and duplicates are left to the outbox', async (t) => {
    const { fake, script } = await startRig(t)
    const ana = fake.user()
    const group = fake.group()
    script.admit = ({ command }) => {
      if (command === 'openclaw restart')
        return admitted(() => ({ kind: 'queued', job: 'J-ABC123' }))
      if (command === 'openclaw memory') return admitted(() => ({ kind: 'duplicate' }))
      return saying(reply.ok('third'))
    }
    for (const words of ['/restart', '/openclaw memory', '/status']) fake.say(ana, group, words)
    await fake.message(group)
    assert.deepEqual(
      fake.messages(group).map((one) => one.text),
      ['✅ third'],
    )
  })
})
