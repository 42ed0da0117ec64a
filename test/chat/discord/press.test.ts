import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDiscord } from '../../../src/chat/discord/discord.ts'
import type { Action } from '../../../src/core/reply.ts'
import { textOf } from '../../fakes/discord/fake-discord.ts'
import { admitted, connected, said } from './harness.ts'

const button: Action<string> = { label: 'Restart', style: 'primary', token: 'tok.0' }
const select: Action<string> = {
  label: 'Silence for',
  style: 'neutral',
  token: 'tok.1',
  choices: [
    { label: '30 minutes', value: '30m' },
    { label: '4 hours', value: '4h' },
  ],
}
const question = {
  kind: 'question',
  token: 'tok.0',
  title: 'Restart my-openclaw',
  label: 'Type the name of the app',
  placeholder: 'my-openclaw',
  secret: false,
} as const

async function withButtons(t: Parameters<typeof connected>[0]) {
  const all = await connected(t)
  const { fake, stub, channel, user } = all
  stub.admit = () => admitted(said('Sure?', { actions: [button, select] }))
  const { message } = await fake.slash(user, channel, '/openclaw status')
  return { ...all, card: message! }
}

test('a press replaces the message it belongs to', async (t) => {
  const { fake, stub, user, card } = await withButtons(t)
  stub.press = async () => admitted(said('Restarting'), { mode: 'update' })
  const shown = await fake.press(card, 'Restart', user)
  assert.equal(shown.ack, 6)
  assert.equal(shown.message?.id, card.id)
  assert.match(textOf(card), /Restarting/)
  assert.deepEqual(card.components, [])
  const [press] = stub.presses
  assert.equal(press?.token, 'tok.0')
  assert.equal(press?.surface, 'button')
  assert.equal(press?.address.message, card.id)
  assert.deepEqual(press?.actor.roles, user.roles)
})

test('a press may be answered beside the message, or refused privately', async (t) => {
  const { fake, stub, card } = await withButtons(t)
  const other = fake.user()
  stub.press = async () => admitted(said('Logs'), { audience: 'author' })
  const beside = await fake.press(card, 'Restart', other)
  assert.notEqual(beside.message?.id, card.id)
  assert.equal(beside.message?.only, other.id)
  stub.press = async () => ({ kind: 'refused', reply: said('Not yours') })
  const refused = await fake.press(card, 'Restart', other)
  assert.deepEqual([refused.ack, refused.message?.only], [4, other.id])
  assert.match(textOf(card), /Sure\?/)
})

test('words for one person do not replace a public message', async (t) => {
  const { fake, stub, user, card } = await withButtons(t)
  stub.press = async () => admitted(said('Secret'), { mode: 'update', audience: 'author' })
  const shown = await fake.press(card, 'Restart', user)
  assert.equal(shown.message?.only, user.id)
  assert.match(textOf(card), /Sure\?/)
})

test('a notice leaves the pressed message as it is', async (t) => {
  const { fake, stub, user, card } = await withButtons(t)
  stub.press = async () =>
    admitted(said(''), {
      mode: 'update',
      run: async () => ({ kind: 'notice', reply: said('Already done') }),
    })
  void fake.press(card, 'Restart', user)
  const notice = await fake.message((message) => textOf(message).includes('Already done'))
  assert.equal(notice.only, user.id)
  assert.match(textOf(card), /Sure\?/)
})

test('a question is a modal; what is typed comes back with the same token', async (t) => {
  const { fake, stub, user, card } = await withButtons(t)
  stub.press = async ({ answer }) =>
    answer === undefined ? question : admitted(said(`typed ${answer}`), { mode: 'update' })
  const { ack, modal } = await fake.press(card, 'Restart', user)
  assert.deepEqual([ack, modal?.title], [9, 'Restart my-openclaw'])
  await fake.submitModal(modal, 'my-openclaw', { user, source: card })
  assert.match(textOf(card), /typed my-openclaw/)
  assert.deepEqual(
    stub.presses.map(({ token, surface }) => [token, surface]),
    [
      ['tok.0', 'button'],
      ['tok.0', 'modal'],
    ],
  )
})

test('the chosen entry of a select is the answer', async (t) => {
  const { fake, stub, user, card } = await withButtons(t)
  stub.press = async ({ answer }) => admitted(said(`for ${answer}`), { mode: 'update' })
  await fake.choose(card, '4 hours', user)
  assert.match(textOf(card), /for 4h/)
})

test('a press works after the bot was started anew', async (t) => {
  const { fake, stub, user, card, discord, deps } = await withButtons(t)
  await discord.stop(60_000)
  const anew = createDiscord(deps)
  t.after(() => anew.stop(60_000))
  await anew.start()
  stub.press = async () => admitted(said('Restarting'), { mode: 'update' })
  await fake.press(card, 'Restart', user)
  assert.match(textOf(card), /Restarting/)
})

test('a press whose record cannot be read is told, not thrown', async (t) => {
  const { fake, stub, user, card } = await withButtons(t)
  stub.press = () => Promise.reject(new Error('store is away'))
  const shown = await fake.press(card, 'Restart', user)
  assert.match(textOf(shown.message!), /Internal error/)
})

test('completion offers what the front knows, within the limits, and nothing when it fails', async (t) => {
  const { fake, stub, channel, user } = await connected(t)
  stub.complete = async ({ option, typed, input, command }) => [
    { name: `${command}/${option}/${typed}/${JSON.stringify(input)}`, value: 'first' },
    ...Array.from({ length: 40 }, (_, i) => ({ name: `n${i}`.padEnd(150, 'x'), value: `v${i}` })),
    { name: 'too long', value: 'x'.repeat(101) },
  ]
  const offered = await fake.autocomplete(user, channel, '/openclaw status', { app: 'my' }, 'app')
  assert.equal(offered.length, 25)
  assert.deepEqual(offered[0], { name: 'openclaw status/app/my/{}', value: 'first' })
  stub.complete = () => Promise.reject(new Error('broken'))
  assert.deepEqual(
    await fake.autocomplete(user, channel, '/openclaw status', { app: '' }, 'app'),
    [],
  )
})
