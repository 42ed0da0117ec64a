import assert from 'node:assert/strict'
import { test } from 'node:test'
import commands from '../../../commands/oncall/alerts.ts'
import { renderConsole } from '../../../src/chat/console/render.ts'
import type { ChatContext } from '../../../src/core/context.ts'
import { createDelivery } from '../../../src/core/delivery.ts'
import { type Chat, ChatError } from '../../../src/core/ports.ts'
import { createSealer } from '../../../src/store/sealing.ts'
import { createScene, ROOM } from '../../helpers/incidents.ts'
import { OPERATOR } from '../../helpers/people.ts'
import { runChat } from '../../helpers/run-command.ts'
import { createTestLog } from '../../helpers/test-log.ts'

const command = commands.find(({ name }) => name === 'test') ?? assert.fail()

/** `/oncall test` in a room of a platform that does this with the card; time passes while somebody waits. */
async function tested(deliver: Chat['deliver']) {
  const { parts, clock, store } = createScene()
  const delivery = createDelivery({
    store,
    chats: new Map([
      [
        'discord',
        {
          platform: 'discord',
          editIntervalMs: 0,
          deliver,
          remove: () => assert.fail(),
          sendPrivate: () => assert.fail(),
        },
      ],
    ]),
    sealer: createSealer(Buffer.alloc(32, 7)),
    clock,
    log: createTestLog([]),
    metrics: { chatSend: () => {} },
    owner: 'one',
    ...parts.delivered,
  })
  await delivery.start()
  const place = { platform: 'discord', space: ROOM.space, room: '910', private: false } as const
  const context: Partial<ChatContext> = {
    oncall: parts.oncall,
    clock,
    store,
    actor: OPERATOR,
    place,
  }
  const running = runChat(command, {}, context)
  let over = false
  void running.finally(() => (over = true))
  while (!over) await clock.advance(250)
  delivery.stop()
  const { en } = await running
  const [{ id } = assert.fail(), ...more] = await parts.oncall.list()
  assert.deepEqual(more, [])
  return { said: renderConsole(en), id }
}

test('test: the platform’s own id of the message, where the card arrived', async () => {
  const { said, id } = await tested(async ({ chat }) => ({ chat, message: '4711', private: false }))
  assert.match(said, new RegExp(`arrived[^]*${id} is message 4711 of discord`))
})

test('test: the platform’s own words, where it was refused', async () => {
  const why = 'Discord answered 403 (50013): Missing Permissions'
  const { said } = await tested(() => Promise.reject(new ChatError('forbidden', why)))
  assert.ok(said.includes(`discord refused it: ${why}.`), said)
})

test('test: what was neither taken nor refused is said after ten seconds', async () => {
  const { said } = await tested(() => Promise.reject(new ChatError('network', 'reset')))
  assert.match(said, /did not arrive[^]*has not taken it within 10 seconds/)
})
