import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import type { Address } from '../../../src/core/invocation.ts'
import type { Chat, MessageRef } from '../../../src/core/ports.ts'
import { type Block, reply, type SaidReply } from '../../../src/core/reply.ts'
import type { FakeChat, FakeUser } from '../../fakes/telegram/world.ts'
import { said, startRig } from './rig.ts'

const file = (name: string, content: string): Block => ({
  type: 'file',
  name,
  content,
  about: 'All of it',
})

const to = (chat: FakeChat, user: FakeUser, rest: Partial<Address> = {}): Address => ({
  platform: 'telegram',
  chat: String(chat.id),
  user: String(user.id),
  private: chat.type === 'private',
  ...rest,
})

/** Says it and sends what follows, as the outbox does. */
async function deliverAll(chat: Chat, address: Address, what: SaidReply, ref?: MessageRef) {
  const there = await chat.deliver(address, what, ref)
  for (const { send } of chat.filesOf?.(address, what, there) ?? []) await send()
  return there
}

async function withGroup(t: TestContext) {
  const rig = await startRig(t)
  const ana = rig.fake.user()
  return { ...rig, ana, group: rig.fake.group({ topics: true }), chat: rig.telegram.chat }
}

suite('Telegram delivery', { timeout: 60_000 }, () => {
  test('sends once, then edits; the same words again are no failure', async (t) => {
    const { fake, ana, group, chat } = await withGroup(t)
    const { message } = fake.say(ana, group, '/later')
    const address = to(group, ana, { replyTo: String(message.id) })
    const first = await chat.deliver(address, said(reply.pending('Queued')), undefined)
    const second = await chat.deliver(address, said(reply.ok('Done')), first)
    const third = await chat.deliver(address, said(reply.ok('Done')), second)
    assert.deepEqual([second, third], [first, first])
    const [answer, ...more] = fake.messages(group)
    assert.deepEqual(answer?.history, ['⏳ Queued', '✅ Done'])
    assert.equal(answer.replyTo, message.id)
    assert.equal(more.length, 0)
  })

  test('replaces a message that was pressed, and writes anew what is gone', async (t) => {
    const { fake, ana, group, chat } = await withGroup(t)
    const card = await chat.deliver(to(group, ana), said(reply.warn('Card')), undefined)
    const address = to(group, ana, { message: card.message })
    const same = await chat.deliver(address, said(reply.pending('Going')), undefined)
    assert.equal(same.message, card.message)
    await chat.remove(same)
    await chat.remove(same)
    const fresh = await chat.deliver(address, said(reply.ok('Done')), same)
    assert.notEqual(fresh.message, same.message)
    assert.deepEqual(
      fake.messages(group).map((one) => one.text),
      ['✅ Done'],
    )
  })

  test('a picture follows its words as a photo, and one that is not there as words alone', async (t) => {
    const { fake, ana, group, chat } = await withGroup(t)
    const { message } = fake.say(ana, group, '/later')
    const png =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const about = 'Memory at most 2043 of 2048 MB'
    const picture = (data: string): Block => ({
      type: 'picture',
      name: 'I-4F8H2K-memory.png',
      png: data,
      about,
    })
    const address = to(group, ana, { replyTo: String(message.id), thread: 'I-4F8H2K', quiet: true })
    const first = await deliverAll(chat, address, said(reply.info('Found', [picture(png)])))
    const photo = await fake.message(group, ({ document }) => document !== undefined)
    assert.equal(photo.document?.name, 'I-4F8H2K-memory.png')
    assert.equal(photo.text, about)
    assert.equal(String(photo.replyTo), first.message)
    const [words] = fake.messages(group)
    assert.equal(words?.replyTo, message.id)
    assert.match(words.text, /📈 Memory at most 2043/)
    await deliverAll(chat, address, said(reply.info('Bare', [picture('')])))
    assert.equal(fake.messages(group).filter(({ document }) => document).length, 1)
  })

  test('keeps to the topic', async (t) => {
    const { fake, ana, group, chat } = await withGroup(t)
    const topic = String(fake.topic(group))
    const ref = await chat.deliver(to(group, ana, { topic }), said(reply.ok('Here')), undefined)
    assert.equal(ref.topic, topic)
    assert.equal(fake.messages(group)[0]?.topic, Number(topic))
    const gone = to(group, ana, { topic: '99999' })
    await assert.rejects(chat.deliver(gone, said(reply.ok('Here')), undefined), { kind: 'gone' })
  })

  test('a reply in General is answered without its thread id, which is no topic', async (t) => {
    const { fake, ana, group } = await withGroup(t)
    fake.say(ana, group, '/status', { extra: { message_thread_id: 7 } })
    const answer = await fake.message(group)
    assert.equal(answer.topic, undefined)
  })

  test('files are messages of their own that refer to the words, known by what they hold', async (t) => {
    const { fake, ana, group, chat } = await withGroup(t)
    const done = said(reply.ok('Done', [file('fly.toml', 'app = "x"\n'), file('../ö "q".txt', '')]))
    const first = await chat.deliver(to(group, ana), said(reply.pending('Soon')), undefined)
    const there = await deliverAll(chat, to(group, ana), done, first)
    const [words, ...files] = fake.messages(group)
    assert.equal(String(words?.id), there.message)
    assert.deepEqual(
      files.map(({ document }) => document),
      [
        { name: 'fly.toml', content: 'app = "x"\n' },
        { name: '..____q_.txt', content: '\n' },
      ],
    )
    assert.ok(files.every((one) => String(one.replyTo) === first.message))
    const ids = () => chat.filesOf?.(to(group, ana), done, first).map(({ id }) => id)
    assert.deepEqual(ids(), ids())
    assert.equal(new Set(ids()).size, 2)
  })

  test('of what waits behind a link nothing is sent into the group', async (t) => {
    const { fake, ana, group, chat } = await withGroup(t)
    const hidden = to(group, ana, { private: true })
    await deliverAll(chat, hidden, said(reply.ok('Yours', [file('a.txt', 'a')])))
    assert.deepEqual(
      fake.messages(group).map(({ document }) => document),
      [undefined],
    )
  })

  test('markup that Telegram refuses is sent as plain text', async (t) => {
    const { fake, ana, group, chat, log } = await withGroup(t)
    const refused = {
      kind: 'error',
      code: 400,
      description: "Bad Request: can't parse entities: Unsupported start tag",
    } as const
    fake.fail('sendMessage', refused)
    const ref = await chat.deliver(to(group, ana), said(reply.ok('a <b> & c')), undefined)
    assert.equal(fake.messages(group)[0]?.text, '✅ a <b> & c')
    fake.fail('editMessageText', refused)
    await chat.deliver(to(group, ana), said(reply.ok('d <i>')), ref)
    assert.equal(fake.messages(group)[0]?.text, '✅ d <i>')
    assert.equal(log.filter(({ level }) => level === 'warn').length, 2)
  })

  test('a group that became a supergroup is followed, and told of once', async (t) => {
    const { fake, telegram, moves } = await startRig(t)
    const ana = fake.user()
    const old = fake.group()
    const { chat } = telegram
    const first = await chat.deliver(to(old, ana), said(reply.pending('Going')), undefined)
    const moved = fake.migrate(old, { silent: true })
    const second = await chat.deliver(to(old, ana), said(reply.ok('Done')), first)
    assert.equal(second.chat, String(moved.id))
    await chat.deliver(to(old, ana), said(reply.ok('More')), undefined)
    assert.deepEqual(
      fake.messages(moved).map((one) => one.text),
      ['✅ Done', '✅ More'],
    )
    assert.deepEqual(moves, [`${old.id} > ${moved.id}`])
  })

  test('the service message tells of a move, too', async (t) => {
    const { fake, script, moves } = await startRig(t)
    const ana = fake.user()
    const old = fake.group()
    const moved = fake.migrate(old)
    fake.say(ana, moved, '/status')
    await fake.message(moved)
    assert.deepEqual(moves, [`${old.id} > ${moved.id}`])
    assert.equal(script.invocations[0]?.place.space, String(moved.id))
  })
})
