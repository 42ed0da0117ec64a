import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { code, reply } from '../../../src/core/reply.ts'
import { saying, startRig } from './rig.ts'

suite('Telegram answers', { timeout: 60_000 }, () => {
  test('too long an answer comes with the whole of it as a file', async (t) => {
    const { fake, script } = await startRig(t)
    const ana = fake.user()
    const chat = fake.private(ana)
    const lines = Array.from({ length: 900 }, (_, n) => `line ${n} <&>`).join('\n')
    script.admit = () => saying(reply.ok('Logs', [code(lines)]))
    fake.say(ana, chat, '/status')
    const file = await fake.message(chat, (one) => one.document !== undefined)
    const [answer] = fake.messages(chat)
    assert.equal(file.document?.name, 'reply.txt')
    assert.ok(file.document?.content.includes(lines))
    assert.equal(file.replyTo, answer?.id)
    assert.match(answer?.text ?? '', /line 899 <&>\n\n✂️ \d+ characters do not fit/)
    assert.equal(answer?.entities.at(-1)?.type, 'expandable_blockquote')
  })

  test('a file that Telegram refuses is told in the answer', async (t) => {
    const { fake, script, clock } = await startRig(t)
    const ana = fake.user()
    const chat = fake.private(ana)
    const slow = { code: 429, description: 'retry after 3', parameters: { retry_after: 3 } }
    fake.fail('sendDocument', { kind: 'error', ...slow })
    fake.fail('sendDocument', { kind: 'error', code: 413, description: 'Request Entity Too Large' })
    const file = { type: 'file', name: 'all.json', content: '{}', about: 'All of it' } as const
    script.admit = () => saying(reply.ok('Found', [file]))
    fake.say(ana, chat, '/status')
    await clock.pass(3000)
    const { text } = await fake.message(chat, (one) => one.text.includes('missing'))
    assert.match(text, /^✅ Found\n\n⚠️ The file all\.json was not taken by this chat/)
  })

  test('a fault of ours is told, and the next command works', async (t) => {
    const { fake, script, log } = await startRig(t)
    const ana = fake.user()
    const chat = fake.private(ana)
    const { admit } = script
    script.admit = () => {
      throw new Error('broken')
    }
    fake.say(ana, chat, '/status')
    const answer = await fake.message(chat)
    assert.match(answer.text, /Something went wrong on my side/)
    assert.ok(log.some(({ level }) => level === 'error'))
    script.admit = admit
    fake.say(ana, chat, '/status')
    await fake.message(chat, (one) => one.text.includes('ran openclaw status'))
  })

  test('wait out a rate limit without holding anybody up', async (t) => {
    const { fake, clock } = await startRig(t)
    const [ana, ben] = [fake.user(), fake.user()]
    fake.fail('sendMessage', {
      kind: 'error',
      code: 429,
      description: 'Too Many Requests: retry after 7',
      parameters: { retry_after: 7 },
    })
    fake.say(ana, fake.private(ana), '/status')
    await fake.called('sendMessage', (call) => call.status === 429 || call.status === 0)
    fake.say(ben, fake.private(ben), '/status')
    await fake.message(fake.private(ben))
    assert.equal(fake.messages(fake.private(ana)).length, 0)
    await clock.pass(7_000)
    await fake.message(fake.private(ana))
  })
})
