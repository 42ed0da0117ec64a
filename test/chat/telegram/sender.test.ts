import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startRig } from './rig.ts'

const ODD = ['anonymous_admin', 'as_channel', 'auto_forward', 'forwarded', 'via_bot'] as const

suite('Telegram senders', { timeout: 60_000 }, () => {
  for (const as of ODD)
    test(`${as}: nothing runs, and the chat is told once`, async (t) => {
      const { fake, script } = await startRig(t)
      const ana = fake.user()
      const group = fake.group()
      fake.say(ana, group, '/restart', { as })
      fake.say(ana, group, '/restart', { as })
      fake.say(ana, group, '/status')
      await fake.message(group, (one) => one.text.includes('ran'))
      assert.deepEqual(
        script.invocations.map(({ command }) => command),
        ['openclaw status'],
      )
      const told = fake.messages(group).filter((one) => one.text.includes('cannot tell who sent'))
      assert.equal(told.length, 1)
    })

  test('no sender and channel posts: nobody is answered', async (t) => {
    const { fake, script } = await startRig(t)
    const ana = fake.user()
    const group = fake.group()
    fake.say(ana, group, '/restart', { as: 'no_sender' })
    fake.say(ana, group, '/status')
    await fake.message(group, (one) => one.text.includes('ran'))
    assert.equal(fake.messages(group).length, 1)
    assert.equal(script.invocations.length, 1)
  })

  test('an answer to a question by an unclear sender is none', async (t) => {
    const { fake, script } = await startRig(t)
    const ana = fake.user()
    const group = fake.group()
    fake.say(ana, group, '/status')
    const answer = await fake.message(group)
    fake.reply(ana, answer, 'hello', { as: 'anonymous_admin' })
    fake.reply(ana, answer, 'hello')
    fake.say(ana, group, '/memory@openclaw_ops_bot')
    await fake.message(group, (one) => one.text.includes('memory'))
    assert.equal(fake.messages(group).length, 2)
    assert.equal(script.presses.length, 0)
  })
})
