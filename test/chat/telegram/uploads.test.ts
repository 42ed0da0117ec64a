import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { reply } from '../../../src/core/reply.ts'
import { CANARY, valueQuestion } from '../value-question.ts'
import { saying, startRig } from './rig.ts'

const FILE = { content: Buffer.from(`${CANARY}\n`) }

/** A command that waits for a value, and what was read of the files that came. */
async function waiting(t: TestContext) {
  const rig = await startRig(t)
  const { fake, script, log, store } = rig
  const ana = fake.user({ first_name: 'Ana' })
  const group = fake.group({ admin: true })
  const home = fake.private(ana)
  fake.start(ana)
  await fake.message(home)
  const got: string[] = []
  script.admit = () => valueQuestion()
  script.press = async ({ file, answer }) => {
    const read = await file?.read(100).catch((error: Error) => Buffer.from(`no: ${error.message}`))
    got.push(answer ?? Buffer.from(read ?? []).toString())
    return saying(reply.ok(`took ${got.length}`))
  }
  fake.say(ana, group, '/openclaw config set path=a')
  const prompt = await fake.message(home, ({ text }) => text.includes('The value'))
  const clean = () => {
    const kept = [fake.calls(), log, store.size() > 0]
    assert.ok(!JSON.stringify(kept).includes(CANARY), 'sent back or logged')
    assert.ok(!JSON.stringify(log).includes(fake.token), 'the token was logged')
  }
  const says = (chat: typeof home, part: string) =>
    fake.message(chat, ({ text }) => text.includes(part))
  return { ...rig, ana, group, home, prompt, got, clean, says }
}

suite('A file for a command', { timeout: 60_000 }, () => {
  test('sent to the private chat is the value; its message is deleted once it was fetched', async (t) => {
    const { fake, ana, group, home, got, clean, says, script, prompt } = await waiting(t)
    assert.match(prompt.text, /a text file of at most 64 KiB/)
    const { message } = fake.send(ana, home, FILE)
    await says(group, 'took 1')
    assert.deepEqual(got, [`${CANARY}\n`])
    assert.equal(message.deleted, true)
    await says(home, 'I deleted your message')
    const press = script.presses.at(-1)
    assert.equal(press?.file?.size, CANARY.length + 1)
    assert.equal(press?.place.space, String(group.id), 'it counts where it was asked')
    const order = fake.calls().map(({ method }) => method)
    assert.ok(order.indexOf('file') < order.indexOf('deleteMessage'))
    clean()
    const again = fake.send(ana, home, FILE)
    fake.say(ana, home, '/ops help')
    await says(home, 'The value')
    assert.equal(again.message.deleted, false, 'what nobody waits for is none of ours')
  })

  test('that Telegram says is too large or empty is not fetched, but deleted', async (t) => {
    const { fake, ana, home, got, says, group } = await waiting(t)
    const { message } = fake.send(ana, home, { ...FILE, size: 65_537 })
    await says(group, 'took 1')
    assert.match(got[0] ?? '', /^no: /)
    assert.equal(message.deleted, true)
    assert.deepEqual(fake.calls('getFile'), [])
  })

  test('whose size is not told is read as far as is wanted', async (t) => {
    const { fake, ana, home, got, says, group } = await waiting(t)
    fake.send(ana, home, { content: Buffer.alloc(70_000, 'x'), size: null })
    await says(group, 'took 1')
    assert.equal(got[0]?.length, 65_537)
  })

  test('that can’t be fetched is told of, and deleted all the same', async (t) => {
    const { fake, ana, home, got, clean, says, group } = await waiting(t)
    fake.fail('file', { kind: 'html', status: 502 })
    const { message } = fake.send(ana, home, FILE)
    await says(group, 'took 1')
    assert.match(got[0] ?? '', /^no: a file was answered 502/)
    assert.equal(message.deleted, true)
    clean()
  })

  test('that comes late is deleted and not fetched', async (t) => {
    const { fake, ana, home, got, says, clock } = await waiting(t)
    clock.advance(600_000)
    const { message } = fake.send(ana, home, FILE)
    await says(home, 'after the ten minutes')
    assert.equal(message.deleted, true)
    assert.deepEqual([got, fake.calls('getFile')], [[], []])
  })

  test('that answers the bot in a group, or a picture, is left alone when nothing is asked any more', async (t) => {
    const { fake, ana, group, home, says, clock, script } = await waiting(t)
    const hint = await says(group, 'our private chat')
    clock.advance(600_000)
    const one = fake.send(ana, group, FILE, { replyTo: hint })
    const two = fake.send(ana, home, { ...FILE, as: 'photo' })
    script.admit = () => saying(reply.ok('looked'))
    fake.say(ana, home, '/ops help')
    await says(home, 'looked')
    assert.deepEqual([one.message.deleted, two.message.deleted], [false, false])
  })

  test('in a group is taken out of it, and the question stands', async (t) => {
    const { fake, ana, group, home, got, says } = await waiting(t)
    const hint = await says(group, 'our private chat')
    const { message } = fake.send(ana, group, FILE, { replyTo: hint })
    await says(group, 'A value does not belong here')
    assert.equal(message.deleted, true)
    const other = fake.send(ana, group, FILE)
    fake.send(ana, home, FILE)
    await says(group, 'took 1')
    assert.equal(other.message.deleted, false, 'files that people show each other are theirs')
    assert.equal(got.length, 1)
  })

  test('forwarded, or a picture, is taken out of the chat, and the question stands', async (t) => {
    const { fake, ana, group, home, got, says } = await waiting(t)
    const origin = { type: 'hidden_user', sender_user_name: 'x', date: 1 }
    const one = fake.send(ana, home, FILE, { extra: { forward_origin: origin } })
    await says(home, 'That was forwarded')
    const two = fake.send(ana, home, { ...FILE, as: 'photo' })
    await says(home, 'A picture is no value')
    assert.deepEqual([one.message.deleted, two.message.deleted], [true, true])
    fake.send(ana, home, FILE)
    await says(group, 'took 1')
    assert.equal(got.length, 1)
  })

  test('of another person is not taken', async (t) => {
    const { fake, ana, group, home, got, says } = await waiting(t)
    const ben = fake.user({ first_name: 'Ben' })
    const his = fake.send(ben, fake.private(ben), { content: Buffer.from('his') })
    fake.send(ana, home, FILE)
    await says(group, 'took 1')
    assert.deepEqual([got, his.message.deleted], [[`${CANARY}\n`], false])
  })
})
