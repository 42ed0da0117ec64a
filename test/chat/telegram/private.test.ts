import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { type Block, reply } from '../../../src/core/reply.ts'
import type { FakeMessage } from '../../fakes/telegram/world.ts'
import { said, saying, startRig } from './rig.ts'

const SECRET: Block = { type: 'secret', label: 'Token', value: 'deadbeef'.repeat(8) }
const tokenOf = (message: FakeMessage) =>
  new URL(message.buttons[0]?.[0]?.url ?? '').searchParams.get('start') ?? ''

async function withSecret(t: TestContext) {
  const rig = await startRig(t)
  const { fake, script } = rig
  const { admit } = script
  const ana = fake.user()
  const group = fake.group()
  script.admit = (invocation) =>
    invocation.command === 'openclaw connect'
      ? saying(reply.ok('Yours', [SECRET]), { audience: 'author' })
      : admit(invocation)
  return { ...rig, ana, group }
}
const isSecret = (one: FakeMessage) => one.text.includes('deadbeef')

suite('Telegram answers for one person', { timeout: 60_000 }, () => {
  test('go to the private chat when it is open', async (t) => {
    const { fake, ana, group } = await withSecret(t)
    fake.start(ana)
    fake.say(ana, group, '/connect@openclaw_ops_bot')
    const answer = await fake.message(fake.private(ana), isSecret)
    assert.equal(answer.entities.at(-1)?.type, 'code')
    assert.equal(fake.messages(group).length, 0)
  })

  test('wait behind a link for this person, once', async (t) => {
    const { fake, ana, group, store } = await withSecret(t)
    fake.say(ana, group, '/connect@openclaw_ops_bot')
    const notice = await fake.message(group)
    assert.ok(!isSecret(notice))
    const token = tokenOf(notice)
    assert.match(token, /^[\w-]{1,64}$/)
    assert.ok(store.size() > 0)

    const ben = fake.user()
    fake.start(ben, token)
    await fake.message(fake.private(ben), (one) => one.text.includes('no longer works'))
    fake.start(ana, token)
    await fake.message(fake.private(ana), isSecret)
    fake.start(ana, token)
    await fake.message(fake.private(ana), (one) => one.text.includes('no longer works'))
    assert.equal(fake.messages(fake.private(ana)).filter(isSecret).length, 1)
    assert.ok(!fake.messages(group).some(isSecret))
  })

  test('survive a restart, but not ten minutes', async (t) => {
    const { fake, ana, group, telegram, again, clock } = await withSecret(t)
    fake.say(ana, group, '/connect@openclaw_ops_bot')
    fake.say(ana, group, '/connect@openclaw_ops_bot')
    await fake.message(group, () => fake.messages(group).length === 2)
    const [first, second] = fake.messages(group).map(tokenOf)
    await telegram.stop(1_000)
    await again().start()
    fake.start(ana, first)
    await fake.message(fake.private(ana), isSecret)
    clock.advance(10 * 60_000)
    fake.start(ana, second)
    await fake.message(fake.private(ana), (one) => one.text.includes('no longer works'))
  })

  test('a link with a button’s token is a press', async (t) => {
    const { fake, ana, script } = await withSecret(t)
    fake.start(ana, 'reveal-1')
    await fake.message(fake.private(ana), (one) => one.text === '✅ pressed reveal-1')
    assert.equal(script.presses[0]?.place.private, true)
  })

  test('from the outbox: private by address, or by a secret in it', async (t) => {
    const { fake, ana, group, telegram } = await withSecret(t)
    const address = {
      platform: 'telegram',
      chat: String(group.id),
      user: String(ana.id),
      private: false,
    } as const
    const progress = await telegram.chat.deliver(address, said(reply.pending('Working')), undefined)
    const linked = await telegram.chat.deliver(address, said(reply.ok('Done', [SECRET])), progress)
    assert.deepEqual(linked, progress)
    const [card] = fake.messages(group)
    assert.ok(card)
    fake.start(ana, tokenOf(card))
    await fake.message(fake.private(ana), isSecret)

    const direct = await telegram.chat.deliver(address, said(reply.ok('Again', [SECRET])), progress)
    assert.equal(direct.private, true)
    assert.match(card.text, /Sent privately/)
    await telegram.chat.deliver({ ...address, private: true }, said(reply.ok('Other')), undefined)
    await fake.message(fake.private(ana), (one) => one.text === '✅ Other')
    assert.equal(fake.messages(group).length, 1)
  })

  test('sendPrivate says when the person has to write first', async (t) => {
    const { fake, telegram } = await withSecret(t)
    const ben = fake.user()
    const send = () => telegram.chat.sendPrivate({ id: String(ben.id) }, said(reply.info('Hello')))
    await assert.rejects(send, { name: 'ChatError', kind: 'forbidden' })
    fake.private(ben)
    await assert.rejects(send, { kind: 'forbidden' })
    fake.start(ben)
    assert.equal((await send()).private, true)
    fake.block(ben)
    await assert.rejects(send, { kind: 'forbidden' })
  })
})
