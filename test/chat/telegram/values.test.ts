import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { reply } from '../../../src/core/reply.ts'
import { CANARY, TOKEN, valueQuestion } from '../value-question.ts'
import { type Rig, said, saying, startRig } from './rig.ts'

/** A command that wants a value: what was begun, and what came. */
async function withValue(t: TestContext, opened = true) {
  const rig = await startRig(t)
  const { fake, script } = rig
  const ana = fake.user({ first_name: 'Ana' })
  const group = fake.group({ admin: true })
  let begun = 0
  const question = valueQuestion(() => void (begun += 1))
  if (opened) fake.start(ana)
  if (opened) await fake.message(fake.private(ana))
  script.admit = () => question
  script.press = ({ answer }) =>
    answer === undefined ? question : saying(reply.ok(`took ${answer.length}`))
  return { ...rig, ana, group, home: fake.private(ana), begun: () => begun }
}
const asked = ({ fake }: Rig, chat: Parameters<Rig['fake']['message']>[0]) =>
  fake.message(chat, (one) => one.text.includes('The value'))
const clean = (rig: Rig): void => {
  assert.ok(!JSON.stringify(rig.fake.calls()).includes(CANARY), 'sent back')
  assert.ok(!JSON.stringify(rig.log).includes(CANARY), 'logged')
}

suite('A value for a command', { timeout: 60_000 }, () => {
  test('is asked for in the private chat; the next message is it, and is deleted', async (t) => {
    const rig = await withValue(t)
    const { fake, script, ana, group, home } = rig
    fake.say(ana, group, '/openclaw secrets set name=A')
    const prompt = await asked(rig, home)
    assert.equal(rig.begun(), 1)
    assert.match(prompt.text, /next message in this chat/)
    const there = await fake.message(group, (one) => one.text.includes('our private chat'))
    assert.match(there.text, /Do not write it here/)
    const { message } = fake.say(ana, home, CANARY)
    await fake.message(group, (one) => one.text.includes(`took ${CANARY.length}`))
    assert.equal(message.deleted, true)
    await fake.message(home, (one) => one.text.includes('I deleted your message'))
    const press = script.presses.at(-1)
    assert.equal(press?.answer, CANARY)
    assert.equal(press?.place.space, String(group.id), 'it counts where it was asked')
    clean(rig)
    assert.equal(rig.store.size() > 0, true)
  })

  test('may be given as a reply, and is taken once', async (t) => {
    const rig = await withValue(t)
    const { fake, script, ana, home } = rig
    fake.say(ana, home, '/secrets set name=A')
    const prompt = await asked(rig, home)
    fake.reply(ana, prompt, CANARY)
    await fake.message(home, (one) => one.text.includes('took'))
    const presses = script.presses.length
    fake.reply(ana, prompt, CANARY)
    await fake.message(home, (one) => one.text.includes('question is over'))
    assert.equal(script.presses.length, presses)
  })

  test('without a private chat comes by a link that asks there, for this person alone', async (t) => {
    const rig = await withValue(t, false)
    const { fake, script, ana, group, home } = rig
    fake.say(ana, group, '/openclaw secrets set name=A')
    const link = await fake.message(group, (one) => one.buttons.length > 0)
    const url = new URL(link.buttons[0]?.[0]?.url ?? '')
    assert.equal(url.searchParams.get('start'), TOKEN)
    fake.start(ana, url.searchParams.get('start') ?? '')
    await asked(rig, home)
    const { message } = fake.say(ana, home, CANARY)
    await fake.message(home, (one) => one.text.includes('took'))
    assert.equal(message.deleted, true)
    assert.equal(script.presses.at(-1)?.answer, CANARY)
    clean(rig)
  })

  test('can be left by /cancel; commands and other words go their own way', async (t) => {
    const rig = await withValue(t)
    const { fake, script, ana, home } = rig
    fake.say(ana, home, '/secrets set name=A')
    await asked(rig, home)
    script.admit = () => saying(reply.ok('looked'))
    fake.say(ana, home, '/status')
    await fake.message(home, (one) => one.text.includes('looked'))
    fake.say(ana, home, '/cancel')
    await fake.message(home, (one) => one.text.includes('Cancelled'))
    fake.say(ana, home, 'nothing to do with it')
    fake.say(ana, home, '/status')
    await fake.message(home, (one) => one.text.includes('looked') && one.text !== '')
    assert.deepEqual(script.presses, [])
  })

  test('that begins with a slash is a value all the same', async (t) => {
    const rig = await withValue(t)
    const { fake, script, ana, home } = rig
    fake.say(ana, home, '/secrets set name=A')
    await asked(rig, home)
    fake.say(ana, home, '/data')
    await fake.message(home, (one) => one.text.includes('took 5'))
    assert.equal(script.presses.at(-1)?.answer, '/data')
  })

  test('that comes too late, or in pieces, is deleted and not taken', async (t) => {
    const rig = await withValue(t)
    const { fake, script, ana, home, clock } = rig
    fake.say(ana, home, '/secrets set name=A')
    await asked(rig, home)
    clock.advance(600_000)
    const late = fake.say(ana, home, CANARY)
    await fake.message(home, (one) => one.text.includes('after the ten minutes'))
    assert.equal(late.message.deleted, true)
    fake.say(ana, home, '/secrets set name=A')
    await fake.called(
      'sendMessage',
      () => fake.messages(home).filter((one) => one.ask).length === 2,
    )
    const long = fake.say(ana, home, 'x'.repeat(4096))
    await fake.message(home, (one) => one.text.includes('too long for one message'))
    assert.equal(long.message.deleted, true)
    assert.deepEqual(script.presses, [])
  })

  test('of one person is not another’s', async (t) => {
    const rig = await withValue(t)
    const { fake, script, ana, home } = rig
    const ben = fake.user({ first_name: 'Ben' })
    fake.say(ana, home, '/secrets set name=A')
    await asked(rig, home)
    fake.say(ben, fake.private(ben), CANARY)
    fake.say(ana, home, 'mine')
    await fake.message(home, (one) => one.text.includes('took 4'))
    assert.equal(script.presses.length, 1)
  })

  test('is still answered after a restart in between', async (t) => {
    const rig = await withValue(t)
    const { fake, telegram, again, ana, home } = rig
    fake.say(ana, home, '/secrets set name=A')
    await asked(rig, home)
    await fake.called('sendMessage')
    await telegram.stop(1_000)
    await again().start()
    fake.say(ana, home, CANARY)
    await fake.message(home, (one) => one.text.includes('took'))
  })
})

suite('A value typed into a command', { timeout: 60_000 }, () => {
  const burnt = () => ({ kind: 'refused', burnt: true, reply: said(reply.error('burnt')) }) as const

  test('is deleted where the bot may, and said so', async (t) => {
    const rig = await withValue(t)
    const { fake, script, ana, group, home } = rig
    script.admit = burnt
    const { message } = fake.say(ana, group, `/openclaw secrets set value=${CANARY}`)
    await fake.message(group, (one) => one.text.includes('I deleted your message'))
    await fake.message(home, (one) => one.text.includes('burnt'))
    assert.equal(message.deleted, true)
    clean(rig)
  })

  test('is told of where it may not be deleted, to the group when nothing else is open', async (t) => {
    const rig = await withValue(t, false)
    const { fake, script, ana } = rig
    const group = fake.group()
    script.admit = burnt
    const { message } = fake.say(ana, group, `/openclaw secrets set value=${CANARY}`)
    await fake.message(group, (one) => one.text.includes('Delete it yourself'))
    await fake.message(group, (one) => one.text.includes('burnt'))
    assert.equal(message.deleted ?? false, false)
    clean(rig)
  })
})
