import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SaidReply } from '../../../src/core/reply.ts'
import { CONSOLE, LOCAL, RESPONDER } from '../../helpers/people.ts'
import { deskWorld } from './desk-world.ts'

const TWO = { people: 'Ana=discord:400,Ben=telegram:42', from: '17:30 Europe/Berlin' }
const all = (said: SaidReply): string => JSON.stringify(said)

test('page: by direct message and by mention in the room, with the ids the platforms gave', async () => {
  const one = await deskWorld()
  await one.confirmed('oncall schedule set', TWO)
  const said = await one.say('oncall page', { text: 'it burns' }, { actor: RESPONDER })
  assert.equal(said.title, 'Ana paged')
  const paged = one.spoken.filter(({ reply }) => reply.title.endsWith('pages you'))
  assert.deepEqual(
    paged.map(({ platform, chat, private: alone, reply }) => [
      platform,
      chat,
      alone,
      reply.mention,
    ]),
    [
      ['discord', '400', true, undefined],
      ['discord', '910', false, [{ platform: 'discord', id: '400', name: 'Ana' }]],
    ],
  )
  assert.match(all(said), /Direct message to Ana.*delivered, message m\d/)
  assert.match(all(said), /Mention in .*delivered, message m\d/)
})

test('page: who can’t be reached is said, with what they have to do', async () => {
  const one = await deskWorld()
  one.closed.add('42')
  const told = await one.say(
    'oncall page',
    { people: 'Ben=telegram:42', text: 'x' },
    {
      actor: LOCAL,
      place: CONSOLE,
    },
  )
  assert.equal(told.title, 'Ben could not be reached')
  assert.match(all(told), /refused by the platform.*\/start/)
})

test('page: nobody on call means owners and admins; a gap loses nothing', async () => {
  const one = await deskWorld()
  const said = await one.say('oncall page', { text: 'x' })
  assert.equal(said.title, 'discord:100, telegram:100, discord:200 paged')
  assert.deepEqual(
    one.spoken.filter(({ private: alone }) => alone).map(({ chat }) => chat),
    ['100', '100', '200'],
  )
})
