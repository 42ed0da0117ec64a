import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textOf } from '../../fakes/discord/fake-discord.ts'
import { CANARY, TOKEN, valueQuestion } from '../value-question.ts'
import { admitted, connected, said } from './harness.ts'

const wanted = (begun: string[], lines = false) =>
  valueQuestion(() => void begun.push('begun'), { lines })

test('a command that wants a value opens a modal as its first answer, and goes on with what is typed', async (t) => {
  const { fake, stub, lines, channel, user } = await connected(t)
  const begun: string[] = []
  stub.admit = () => wanted(begun)
  const { ack, modal } = await fake.slash(user, channel, '/openclaw status')
  assert.deepEqual([ack, modal?.title], [9, '/openclaw secrets set'])
  assert.deepEqual(begun, ['begun'])
  stub.press = async () => admitted(said('Set it?'))
  const shown = await fake.submitModal(modal, CANARY, { user, channel })
  assert.match(textOf(shown.message!), /Set it\?/)
  const [press] = stub.presses
  assert.deepEqual([press?.token, press?.answer], [TOKEN, CANARY])
  assert.equal(press?.surface, 'modal')
  assert.ok(!JSON.stringify([fake.requests, lines]).includes(CANARY), 'sent back or logged')
})

test('a button may ask for one, in several lines', async (t) => {
  const { fake, stub, channel, user } = await connected(t)
  const begun: string[] = []
  const action = { label: 'Set', style: 'primary', token: 'tok.0' } as const
  stub.admit = () => admitted(said('Secrets', { actions: [action] }))
  const { message } = await fake.slash(user, channel, '/openclaw status')
  stub.press = async () => wanted(begun, true)
  const { ack, modal } = await fake.press(message!, 'Set', user)
  assert.equal(ack, 9)
  assert.match(JSON.stringify(modal?.components), /"style":2/)
  stub.press = async () => admitted(said('Set it?'))
  const shown = await fake.submitModal(modal, `${CANARY}\n2`, { user, source: message! })
  assert.notEqual(shown.message?.id, message?.id, 'the pressed message stays as it is')
  assert.equal(stub.presses.at(-1)?.answer, `${CANARY}\n2`)
})

test('a value that is refused is refused to the person alone', async (t) => {
  const { fake, stub, channel, user } = await connected(t)
  stub.admit = () => wanted([])
  const { modal } = await fake.slash(user, channel, '/openclaw status')
  stub.press = async () => ({ kind: 'refused', reply: said('That looks wrong') })
  const shown = await fake.submitModal(modal, CANARY, { user, channel })
  assert.equal(shown.message?.only, user.id)
})
