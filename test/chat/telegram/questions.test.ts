import assert from 'node:assert/strict'
import { suite, test, type TestContext } from 'node:test'
import { confirmReply, type Pending } from '../../../src/core/confirm.ts'
import type { Question } from '../../../src/core/front.ts'
import { localise } from '../../../src/core/localise.ts'
import { reply } from '../../../src/core/reply.ts'
import { request } from '../../helpers/people.ts'
import { type Rig, saying, startRig } from './rig.ts'

const QUESTION: Question = {
  kind: 'question',
  token: 'tok.0',
  title: 'Restart <app>',
  label: 'Type the name of the app',
  placeholder: 'my-openclaw',
  secret: false,
}

/** A question for a second person, where there is none. */
const ALONE: Pending = {
  id: 'p1',
  draft: {
    invocation: request('openclaw token rotate'),
    app: 'my-openclaw',
    options: {},
    phase: 'run',
    lane: 'app-my-openclaw',
  },
  confirm: 'typed',
  reason: true,
  until: 0,
}
const REASON_EN = {
  card: 'A second person would have to approve this; nobody else here may. So type my-openclaw and say why: my-openclaw because … Stands for 2 min.',
  prompt:
    '❓ Run /openclaw token rotate?\nType my-openclaw to confirm\nWhy? It is written down. Both in one message: my-openclaw because …\nBo',
  hint: 'my-openclaw because …',
}
const REASON_ZH = {
  card: '此操作須由第二人核准，但此處沒有其他人有權限。因此請輸入 my-openclaw 並說明原因：my-openclaw 因為… 有效時間：2 分。',
  prompt:
    '❓ 要執行 /openclaw token rotate 嗎？\n輸入 my-openclaw 以確認\n原因？會留下紀錄。 請寫在同一則訊息：my-openclaw 因為…\nBo',
  hint: 'my-openclaw 因為…',
}

/** A card whose button asks; the answer is shown as the reply. */
async function withQuestion(t: TestContext, question: Partial<Question> = {}) {
  const rig = await startRig(t)
  const { fake, script } = rig
  const { admit } = script
  const ana = fake.user({ first_name: 'Ana' })
  const group = fake.group({ topics: true })
  const topic = fake.topic(group)
  script.admit = () =>
    saying(reply.warn('Sure?', [], { actions: [{ label: 'Go', token: 'tok.0', style: 'danger' }] }))
  script.press = ({ answer }) =>
    answer === undefined
      ? { ...QUESTION, ...question }
      : saying(reply.ok(`typed ${answer.length}`), { mode: 'update' })
  fake.say(ana, group, '/restart', { topic })
  const card = await fake.message(group)
  script.admit = admit
  return { ...rig, ana, group, topic, card }
}
const prompt = ({ fake }: Rig, chat: Parameters<Rig['fake']['message']>[0]) =>
  fake.message(chat, (one) => one.ask !== undefined)

suite('Telegram questions', { timeout: 60_000 }, () => {
  test('are asked by a forced reply, and the answer is the press with its text', async (t) => {
    const rig = await withQuestion(t)
    const { fake, script, ana, group, card, topic } = rig
    fake.press(card, 'Go', ana)
    const asked = await prompt(rig, group)
    assert.equal(asked.text, '❓ Restart <app>\nType the name of the app\nAna')
    assert.deepEqual(asked.ask, { placeholder: 'my-openclaw', selective: true })
    assert.equal(asked.topic, topic)
    const { update } = fake.reply(ana, asked, 'my-openclaw')
    await fake.message(group, (one) => one.text === '✅ typed 11')
    const answer = script.presses.at(-1)
    assert.equal(answer?.token, 'tok.0')
    assert.equal(answer.answer, 'my-openclaw')
    assert.equal(answer.id, `t-${update}`)
    assert.equal(answer.surface, 'modal')
    assert.equal(card.text, '✅ typed 11')
  })

  for (const [language_code, words] of [
    ['en', REASON_EN],
    ['zh-hant', REASON_ZH],
  ] as const)
    test(`where nobody else may approve: the name and why, in ${language_code}`, async (t) => {
      const locale = language_code === 'en' ? 'en' : 'zh-TW'
      const { blocks, actions = [], title } = localise(confirmReply(ALONE, undefined), locale)
      const { ask } = actions[0] ?? {}
      assert.ok(ask?.reason)
      assert.equal(
        blocks.flatMap((one) => (one.type === 'text' ? one.text : [])).at(-1),
        words.card,
      )
      const { reason, label, placeholder = '' } = ask
      const rig = await withQuestion(t, { title, label, placeholder, reason })
      const { fake, script, group, card } = rig
      const bo = fake.user({ first_name: 'Bo', language_code })
      fake.press(card, 'Go', bo)
      const asked = await prompt(rig, group)
      assert.equal(asked.text, words.prompt)
      assert.deepEqual(asked.ask, { placeholder: words.hint, selective: true })
      fake.reply(bo, asked, 'my-openclaw because it leaked')
      await fake.message(group, (one) => one.text === '✅ typed 29')
      assert.equal(script.presses.at(-1)?.answer, 'my-openclaw because it leaked')
    })

  test('of one person are not answered by another, nor twice', async (t) => {
    const rig = await withQuestion(t)
    const { fake, script, ana, group, card } = rig
    fake.press(card, 'Go', ana)
    const asked = await prompt(rig, group)
    fake.reply(fake.user(), asked, 'mine')
    fake.reply(ana, asked, 'first')
    await fake.message(group, (one) => one.text === '✅ typed 5')
    fake.reply(ana, asked, 'again')
    await fake.message(group, (one) => one.text.includes('This question is over'))
    assert.deepEqual(
      script.presses.flatMap(({ answer }) => answer ?? []),
      ['first'],
    )
  })

  test('survive a restart between question and answer', async (t) => {
    const rig = await withQuestion(t)
    const { fake, ana, group, card, telegram, again } = rig
    fake.press(card, 'Go', ana)
    const asked = await prompt(rig, group)
    await telegram.stop(1_000)
    await again().start()
    fake.reply(ana, asked, 'my-openclaw')
    await fake.message(group, (one) => one.text === '✅ typed 11')
  })

  test('are over after a while, and the button asks anew', async (t) => {
    const rig = await withQuestion(t)
    const { fake, ana, group, card, clock } = rig
    fake.press(card, 'Go', ana)
    const asked = await prompt(rig, group)
    clock.advance(16 * 60_000)
    fake.reply(ana, asked, 'late')
    await fake.message(group, (one) => one.text.includes('This question is over'))
    fake.press(card, 'Go', ana)
    await fake.message(group, (one) => one.ask !== undefined && one.id > asked.id)
  })

  test('for a secret are asked in private, count where they were pressed, and the answer is removed', async (t) => {
    const rig = await withQuestion(t, { secret: true })
    const { fake, script, ana, group, topic, card } = rig
    fake.start(ana)
    fake.press(card, 'Go', ana)
    const asked = await prompt(rig, fake.private(ana))
    const { message } = fake.reply(ana, asked, 'hunter2')
    await fake.message(group, (one) => one.text === '✅ typed 7')
    await fake.called('deleteMessage', (call) => call.status === 200 || message.deleted)
    const answer = script.presses.at(-1)
    assert.deepEqual(answer?.place, {
      platform: 'telegram',
      space: String(group.id),
      room: String(topic),
      private: false,
    })
    assert.equal(
      fake.messages(group).some((one) => one.ask),
      false,
    )
  })

  test('for a secret without a private chat say how to open one', async (t) => {
    const { fake, ana, group, card } = await withQuestion(t, { secret: true })
    fake.press(card, 'Go', ana)
    const told = await fake.message(group, (one) => one.text.includes('in private'))
    assert.equal(told.buttons[0]?.[0]?.url, `https://t.me/${fake.bot.username}?start`)
    fake.start(ana)
    fake.press(card, 'Go', ana)
    await fake.message(fake.private(ana), (one) => one.ask !== undefined)
  })
})
