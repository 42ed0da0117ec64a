import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { Client, ModalSubmitInteraction } from 'discord.js'
import { textOf } from '../../fakes/discord/fake-discord.ts'
import type { FakeUpload } from '../../fakes/discord/world.ts'
import { CANARY, valueQuestion } from '../value-question.ts'
import { admitted, connected, said } from './harness.ts'

/** A modal that waits for a value, and what is read of the file that it is sent off with. */
async function asking(t: TestContext) {
  const one = await connected(t)
  const { fake, stub, channel, user } = one
  stub.admit = () => valueQuestion(undefined, { lines: true })
  const { modal } = await fake.slash(user, channel, '/openclaw status')
  const got: string[] = []
  stub.press = async ({ file }) =>
    admitted(said('x'), {
      run: async () => {
        const bytes = await file?.read(100).catch((error: Error) => Buffer.from(error.message))
        got.push(Buffer.from(bytes ?? []).toString())
        return { kind: 'notice', reply: said('That looks wrong') }
      },
    })
  const submit = (file: Partial<FakeUpload>, typed = '') =>
    fake.submitModal(modal, typed, {
      user,
      channel,
      file: { name: 'value.txt', content: Buffer.from(CANARY), ...file },
    })
  const fetched = () => fake.requests.filter(({ path }) => path.includes('ephemeral-attachments'))
  return { ...one, modal, got, submit, fetched }
}

test('the modal has a field for a file; neither field has to be filled', async (t) => {
  const { modal, fake, channel, user, stub } = await asking(t)
  const shape = JSON.stringify(modal?.components)
  assert.match(shape, /"type":4,"custom_id":"answer","style":2,"required":false/)
  assert.match(shape, /"label":"Or a file that holds it","description":"Text in UTF-8"/)
  assert.match(shape, /"type":19,"custom_id":"file","required":false,"min_values":0,"max_values":1/)
  await fake.submitModal(modal, CANARY, { user, channel })
  assert.deepEqual([stub.presses[0]?.answer, stub.presses[0]?.file], [CANARY, undefined])
})

test('a file is fetched from where Discord put it, once it is acknowledged, and told of to the person alone', async (t) => {
  const { submit, got, stub, fetched, fake, lines, user } = await asking(t)
  const shown = await submit({})
  assert.deepEqual(got, [CANARY])
  const [press] = stub.presses
  assert.deepEqual([press?.answer, press?.file?.size, press?.surface], ['', 25, 'modal'])
  const paths = fake.requests.map(({ path }) => path)
  const ack = paths.findLastIndex((path) => path.endsWith('/callback'))
  assert.ok(ack < paths.indexOf(fetched()[0]?.path ?? ''), 'fetched before it was acknowledged')
  const refusal = await fake.message((message) => textOf(message).includes('That looks wrong'))
  assert.equal(refusal.only, user.id)
  assert.equal(shown.message?.deleted ?? true, true, 'something stays in the channel')
  assert.ok(!JSON.stringify([fake.requests, lines]).includes(CANARY), 'sent back or logged')
})

const ELSEWHERE: ReadonlyArray<readonly [what: string, file: Partial<FakeUpload>]> = [
  ['another host', { url: 'https://cdn.discordapp.com.example.com/a' }],
  ['another port of this host', { url: 'http://127.0.0.1:1/a' }],
  ['a redirect', { redirect: 'http://127.0.0.1:1/a' }],
  ['a file of this machine', { url: 'file:///etc/hostname' }],
]
for (const [what, file] of ELSEWHERE)
  test(`a file is not fetched from ${what}`, async (t) => {
    const { submit, got } = await asking(t)
    await submit(file)
    assert.equal(got.length, 1)
    assert.match(got[0] ?? '', /elsewhere|could not be fetched/)
  })

test('a file that is longer than Discord said ends one byte behind what is wanted', async (t) => {
  const { submit, got } = await asking(t)
  await submit({ content: Buffer.from('x'.repeat(500)), size: 5 })
  assert.equal(got[0]?.length, 101)
})

test('what the double submits is what discord.js reads', async (t) => {
  const { fake, channel, user, modal } = await asking(t)
  const file = { name: 'value.txt', content: Buffer.from(CANARY) }
  const { raw } = fake.modal(modal, 'typed', { user, channel, file })
  const client = new Client({ intents: [] })
  t.after(() => client.destroy())
  const made: unknown = Reflect.construct(ModalSubmitInteraction, [client, raw])
  assert.ok(made instanceof ModalSubmitInteraction)
  const read = made.fields.getUploadedFiles('file', true).first()
  assert.deepEqual([read?.name, read?.size, read?.ephemeral], ['value.txt', 25, true])
  assert.equal(made.fields.getTextInputValue('answer'), 'typed')
})
