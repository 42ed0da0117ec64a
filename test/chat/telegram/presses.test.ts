import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { type Action, reply, text } from '../../../src/core/reply.ts'
import { admitted, refusing, said, saying, startRig } from './rig.ts'

const button = (label: string, token: string): Action => ({ label, token, style: 'neutral' })
const CARD = reply.warn('Sure?', [text('It takes a minute.')], {
  actions: [
    button('Confirm', 'set0123456789abcdefghi.0'),
    button('Cancel', 'set0123456789abcdefghi.1'),
  ],
})

/** A group with a card of the bot in it, and somebody who can press. */
async function withCard(t: TestContext, card = CARD) {
  const rig = await startRig(t)
  const { fake, script } = rig
  const { admit } = script
  const ana = fake.user()
  const group = fake.group()
  script.admit = () => saying(card)
  fake.say(ana, group, '/restart')
  const message = await fake.message(group)
  script.admit = admit
  return { ...rig, ana, group, message }
}

suite('Telegram presses', { timeout: 60_000 }, () => {
  test('carry the token and who pressed where, and are answered before the work', async (t) => {
    const { fake, script, message, group } = await withCard(t)
    const ben = fake.user()
    const order: string[] = []
    const done = Promise.withResolvers<void>()
    script.press = () =>
      admitted(
        async () => {
          order.push(String(fake.calls('answerCallbackQuery').at(-1)?.status))
          await done.promise
          return { kind: 'reply', reply: said(reply.ok('Done')) }
        },
        { mode: 'update' },
      )
    const press = fake.press(message, 'Confirm', ben)
    assert.deepEqual(await fake.answered(press), { text: '', alert: false })
    done.resolve()
    await fake.message(group, (one) => one.text === '✅ Done')
    assert.deepEqual(order, ['200'])
    assert.equal(message.text, '✅ Done')
    assert.deepEqual(message.buttons, [])
    const [got] = script.presses
    assert.equal(got?.token, 'set0123456789abcdefghi.0')
    assert.equal(got.actor.id, String(ben.id))
    assert.equal(got.surface, 'button')
    assert.match(got.id, /^tp-/)
    assert.equal(got.address.message, String(message.id))
    assert.equal('answer' in got, false)
  })

  test('by an anonymous admin show the real person and count', async (t) => {
    const { fake, script, message, ana } = await withCard(t)
    fake.press(message, 'Cancel', ana)
    await fake.message(message.chat, (one) => one.text.includes('pressed'))
    assert.equal(script.presses[0]?.actor.id, String(ana.id))
  })

  test('made twice at once, or sent again by Telegram, count once', async (t) => {
    const { fake, script, message, ana } = await withCard(t)
    const first = fake.press(message, 'Confirm', ana)
    const second = fake.press(message, 'Confirm', ana)
    await Promise.all([fake.answered(first), fake.answered(second)])
    fake.updates.repeat(first.update)
    const other = fake.press(message, 'Cancel', ana)
    await fake.answered(other)
    await fake.message(message.chat, (one) => one.text.endsWith('.1'))
    assert.deepEqual(
      script.presses.map(({ token }) => token.slice(-1)),
      ['0', '1'],
    )
    assert.equal(second.answer?.text, 'I have that press already; wait for its answer.')
  })

  test('on purpose again, a little later, are another request', async (t) => {
    const { fake, script, message, ana, clock } = await withCard(t)
    await fake.answered(fake.press(message, 'Confirm', ana))
    await fake.message(message.chat, (one) => one.text.includes('pressed'))
    clock.advance(6_000)
    await fake.answered(fake.press(message, 'Confirm', ana))
    await fake.message(message.chat, () => script.ran.length === 2)
    assert.notEqual(script.presses[0]?.id, script.presses[1]?.id)
  })

  test('after a restart, the same update is the same request', async (t) => {
    const { fake, script, message, ana, telegram, again } = await withCard(t)
    const press = fake.press(message, 'Confirm', ana)
    await fake.answered(press)
    await fake.message(message.chat, (one) => one.text.includes('pressed'))
    await telegram.stop(1_000)
    await again().start()
    fake.updates.repeat(press.update)
    fake.say(ana, message.chat, '/status')
    await fake.message(message.chat, (one) => one.text.includes('openclaw status'))
    assert.equal(script.presses[0]?.id, script.presses.at(-1)?.id)
    assert.equal(script.ran.filter((id) => id.startsWith('tp-')).length, 1)
  })

  test('refused: told in an alert, the card stays, and may be pressed again', async (t) => {
    const { fake, script, message, ana } = await withCard(t)
    script.press = () => refusing(reply.error('Not yours', [text('Only the asker confirms.')]))
    const press = fake.press(message, 'Confirm', ana)
    assert.deepEqual(await fake.answered(press), {
      text: 'Not yours\nOnly the asker confirms.',
      alert: true,
    })
    assert.equal(message.history.length, 1)
    script.press = () => saying(reply.ok('Now'), { mode: 'update' })
    fake.press(message, 'Confirm', ana)
    await fake.message(message.chat, (one) => one.text === '✅ Now')
  })

  test('refused at length: the alert is cut, the whole goes to the private chat', async (t) => {
    const { fake, script, message, ana } = await withCard(t)
    fake.start(ana)
    script.press = () => refusing(reply.error('Not yours', [text('Because. '.repeat(60))]))
    const press = fake.press(message, 'Confirm', ana)
    assert.equal((await fake.answered(press)).text.length, 200)
    await fake.message(fake.private(ana), (one) => one.text.length > 500)
  })

  test('answered too late do nothing and may be made again', async (t) => {
    const { fake, script, message, ana, clock } = await withCard(t)
    let isSlow = true
    script.press = () => {
      if (isSlow) clock.advance(20_000)
      isSlow = false
      return saying(reply.ok('Done'), { mode: 'update' })
    }
    fake.press(message, 'Confirm', ana)
    const note = await fake.message(message.chat, (one) => one.text.includes('too late'))
    assert.equal(note.replyTo, message.id)
    assert.equal(message.history.length, 1)
    fake.press(message, 'Confirm', ana)
    await fake.message(message.chat, (one) => one.text === '✅ Done')
  })

  test('a notice goes to the one who pressed', async (t) => {
    const { fake, script, message, ana } = await withCard(t)
    fake.start(ana)
    script.press = () =>
      admitted(() => ({ kind: 'notice', reply: said(reply.info('Too late to stop it')) }), {
        mode: 'update',
      })
    fake.press(message, 'Cancel', ana)
    await fake.message(fake.private(ana), (one) => one.text.includes('Too late to stop'))
    assert.equal(message.history.length, 1)
  })

  test('of a select carry the chosen value, however long', async (t) => {
    const long = `app-${'x'.repeat(50)}`
    const choices = ['30m', '4h', long].map((value) => ({ label: value, value }))
    const select: Action = {
      label: 'Silence',
      token: 'set0123456789abcdefghi.2',
      style: 'neutral',
      choices,
    }
    const { fake, script, message, ana } = await withCard(
      t,
      reply.warn('Alert', [], { actions: [select] }),
    )
    assert.equal(message.buttons.flat().length, 3)
    for (const button of message.buttons.flat()) fake.pressRaw(message, button.data ?? '', ana)
    await fake.message(message.chat, () => script.ran.length === 3)
    assert.deepEqual(
      script.presses.map(({ answer }) => answer),
      ['30m', '4h', long],
    )
    assert.ok(script.presses.every(({ token }) => token === 'set0123456789abcdefghi.2'))
  })

  test('with data no button of ours has are the dispatcher’s to refuse', async (t) => {
    const { fake, script, message, ana } = await withCard(t)
    script.press = () => refusing(reply.warn('That button is gone'))
    const press = fake.pressRaw(message, 'x'.repeat(64), ana)
    assert.equal((await fake.answered(press)).alert, true)
  })
})
