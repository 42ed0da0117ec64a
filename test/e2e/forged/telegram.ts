import assert from 'node:assert/strict'
import type { Oddity } from '../../fakes/telegram/senders.ts'
import type { FakeChat, FakeMessage, FakeUser } from '../../fakes/telegram/world.ts'
import type { Stage } from './stage.ts'

async function ask({ telegram }: Stage, by: FakeUser, chat: FakeChat, line: string) {
  const known = new Set(telegram.messages(chat).map(({ id }) => id))
  telegram.say(by, chat, line)
  return telegram.message(chat, ({ id, buttons }) => !known.has(id) && buttons.length > 0)
}
const wish = (stage: Stage, chat: FakeChat) =>
  ask(
    stage,
    stage.people.telegram.operator,
    chat,
    '/ops access elevate role=admin reason="to see what is wrong"',
  )

const dataOf = ({ buttons }: FakeMessage, label: string): string =>
  buttons.flat().find((one) => one.label === label)?.data ?? assert.fail(`no button ${label}`)

/** Callback data that a changed client makes up or carries elsewhere: answered by an alert, and nothing comes of it. */
export async function forgedCallbacks(stage: Stage): Promise<void> {
  const { telegram, people, groups } = stage
  const { admin, operator, viewer } = people.telegram
  const [here, there] = groups
  const asked = await wish(stage, here)
  const another = await wish(stage, here)
  const far = await wish(stage, there)
  const data = dataOf(asked, 'Approve')
  const made = [
    'x',
    `${'A'.repeat(22)}.0`,
    'x'.repeat(64),
    `${data}9`,
    ':',
    `${data.slice(1)}:#${'B'.repeat(22)}`,
  ]
  const cases = [
    ...made.map((one) => ({ on: asked, data: one, by: telegram.user(), detail: 'expired' })),
    { on: asked, data, by: telegram.user(), detail: 'subject' },
    { on: asked, data: `${data}:my-openclaw because`, by: telegram.user(), detail: 'subject' },
    { on: asked, data, by: viewer, detail: 'role' },
    { on: asked, data, by: operator, detail: 'second' },
    { on: another, data, by: admin, detail: 'foreign' },
    { on: far, data, by: admin, detail: 'foreign' },
  ]
  for (const { on, data: sent, by, detail } of cases) {
    const what = `${detail}: ${sent.slice(0, 30)}`
    const before = stage.refusals(`telegram:${by.id}`).length
    await stage.unchanged(what, async () => {
      const pressed = telegram.pressRaw(on, sent, by)
      const { alert, text } = await telegram.answered(pressed)
      assert.ok(alert && text.length > 20, what)
    })
    assert.deepEqual(stage.refusals(`telegram:${by.id}`).slice(before), [detail], what)
  }
}

/** Senders that are nobody: what they say under an owner's or admin's name runs nothing. */
export async function fakeSenders(stage: Stage): Promise<void> {
  const { telegram, owner } = stage
  const chief = telegram.user({ id: Number(owner.telegram) })
  const odd: readonly Oddity[] = [
    'anonymous_admin',
    'as_channel',
    'auto_forward',
    'forwarded',
    'via_bot',
    'no_sender',
  ]
  for (const as of odd)
    await stage.unchanged(as, async () => {
      const chat = telegram.group()
      telegram.say(chief, chat, '/ops access trust', { as })
      telegram.say(chief, chat, '/ops freeze reason="a joke"', { as })
      if (as !== 'no_sender') await telegram.message(chat)
      await settled(stage, chief)
      const said = telegram.messages(chat)
      assert.equal(said.length, as === 'no_sender' ? 0 : 1, `${as}: told once, or nobody is there`)
      assert.ok(said.every(({ buttons }) => buttons.length === 0))
    })
  await stage.unchanged('posts of channels, and what was edited into a command', async () => {
    const chat = telegram.group()
    const post = {
      message_id: 1,
      date: 1,
      chat: { id: -1_001, type: 'channel' },
      text: '/ops access trust',
    }
    telegram.updates.push('channel_post', post)
    telegram.edit(telegram.say(chief, chat, 'hello @openclaw_ops_bot'), '/ops access trust')
    await settled(stage, chief)
    assert.deepEqual(telegram.messages(chat), [])
  })
}

/** Everything sent before has been dealt with when this is answered. */
async function settled({ telegram }: Stage, chief: FakeUser): Promise<void> {
  const chat = telegram.private(chief)
  const before = telegram.messages(chat).length
  telegram.say(chief, chat, '/ops ping')
  await telegram.message(chat, () => telegram.messages(chat).length > before)
}

/** An answer to a question that was put to somebody else is none, and an update that comes again does nothing again. */
export async function repliesAndReplays(stage: Stage): Promise<void> {
  const { telegram, owner, people, groups } = stage
  const [here] = groups
  const chief = telegram.user({ id: Number(owner.telegram) })
  const typed = await ask(stage, chief, here, '/ops access untrust')
  telegram.press(typed, 'Confirm', chief)
  const prompt = await telegram.message(here, ({ ask: open }) => open !== undefined)
  await stage.unchanged('the answer of another', async () => {
    for (const by of [people.telegram.admin, telegram.user()])
      telegram.reply(by, prompt, 'my-openclaw')
    await settled(stage, chief)
  })
  const asked = await wish(stage, here)
  const press = telegram.press(asked, 'Approve', people.telegram.admin)
  await telegram.message(here, ({ id, text }) => id === asked.id && text.includes('Elevated'))
  assert.equal((await stage.grants()).filter(isElevation).length, 1, 'the true press counts')
  await stage.unchanged('the same updates again', async () => {
    for (let n = 0; n < 3; n++) telegram.updates.repeat(press.update)
    await settled(stage, chief)
  })
}
const isElevation = ({ elevation, scope }: { elevation?: object; scope: { platform: string } }) =>
  elevation !== undefined && scope.platform === 'telegram'

/** A group became a supergroup: what was asked in the old one is over, and said to be. */
export async function movedGroup(stage: Stage): Promise<void> {
  const { telegram, people, groups, endpoint } = stage
  const [, group] = groups
  const asked = await wish(stage, group)
  const moved = telegram.migrate(group)
  const space = String(moved.id)
  const isThere = () => endpoint.access.snapshot()?.trusted.some((place) => place.space === space)
  await stage.until(() => isThere() === true)
  const chat = telegram.private(people.telegram.admin)
  await telegram.message(chat, ({ text }) => text.includes('A group has a new id'))
  await stage.unchanged('a button of before', async () => {
    const pressed = telegram.press(asked, 'Approve', people.telegram.admin)
    const { alert, text } = await telegram.answered(pressed)
    assert.ok(alert && text.length > 20)
  })
  assert.ok(stage.refusals(`telegram:${people.telegram.admin.id}`).includes('place'))
  await wish(stage, moved)
}
