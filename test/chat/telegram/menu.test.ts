import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { menuCommands } from '../../../src/chat/telegram/menu.ts'
import { MENU, startRig } from './rig.ts'

const ENGLISH = [
  { command: 'status', description: 'How it is' },
  { command: 'restart', description: 'Start it anew' },
  { command: 'token', description: 'rotate: Make a new token · check: Compare the token' },
  { command: 'oncall', description: 'alerts: What is wrong' },
  { command: 'help', description: 'What I can do' },
  { command: 'ops', description: 'ping: Whether I am here' },
]

suite('Telegram menu', { timeout: 60_000 }, () => {
  test('lists short names, with a group as one', () => {
    assert.deepEqual(menuCommands(MENU, 'en'), ENGLISH)
    assert.equal(menuCommands(MENU, 'zh-TW')[2]?.description, 'rotate: 換新權杖 · check: 比對權杖')
  })

  test('a group that says too much lists its verbs', () => {
    const entries = ['list', 'set', 'unset'].map((verb) => ({
      path: `openclaw secrets ${verb}`,
      about: { en: 'x'.repeat(100), 'zh-TW': '字' },
      options: [],
    }))
    assert.deepEqual(menuCommands(entries, 'en'), [
      { command: 'secrets', description: 'list · set · unset' },
    ])
  })

  test('is written where it differs, in every scope and language', async (t) => {
    const { fake, telegram } = await startRig(t, { start: false })
    assert.equal(await telegram.register(), 'registered')
    assert.equal(fake.calls('setMyCommands').length, 6)
    assert.deepEqual(fake.menu('all_group_chats'), ENGLISH)
    assert.deepEqual(fake.menu('default', 'zh'), menuCommands(MENU, 'zh-TW'))
    assert.equal(await telegram.register(), 'unchanged')
    assert.equal(fake.calls('setMyCommands').length, 6)
  })
})
