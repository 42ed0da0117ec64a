import assert from 'node:assert/strict'
import { test } from 'node:test'
import { placed } from '../../src/core/under.ts'
import { OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import { PICTURES } from '../../src/core/reply.ts'
import { withPictures } from '../../src/oncall/pictures.ts'
import { alertOf, ANA, createScene, GROUP, ROOM, type Scene } from '../helpers/incidents.ts'

const ana = { key: ANA.key, name: ANA.name }
const below = async (scene: Scene): Promise<readonly OutboxRecord[]> =>
  (await scene.messages()).filter(({ address }) => address.under !== undefined)

async function open() {
  const scene = createScene()
  await scene.parts.intake.take([alertOf()])
  await scene.pass(0)
  const [incident] = await scene.parts.oncall.list()
  assert.ok(incident)
  return { scene, id: incident.id, oncall: scene.parts.oncall }
}

test('what happens is said once below each card, without a sound; the beginning is the card', async () => {
  const { scene, id, oncall } = await open()
  assert.deepEqual(await below(scene), [])
  await oncall.act(id, { do: 'ack', by: ana })
  await oncall.act(id, { do: 'note', by: ana, text: 'raised the memory', id: 'n' })
  await scene.parts.recover()
  const said = await below(scene)
  assert.deepEqual(said.map(({ reply }) => reply.title).toSorted(), [
    'Acknowledged by Ana',
    'Acknowledged by Ana',
    'Ana: raised the memory',
    'Ana: raised the memory',
  ])
  const cards = [`${id}.discord.${ROOM.space}.${ROOM.room}`, `${id}.telegram.${GROUP.space}`]
  const under = new Set(said.map(({ address }) => address.under ?? ''))
  assert.deepEqual([...under].toSorted(), cards)
  for (const { address, reply } of said) {
    assert.equal(address.quiet, true)
    assert.equal(address.thread, `${id} Kernel OOM`)
    assert.equal(reply.mention, undefined)
  }
})

test('a process that dies before it has said so leaves it to the next', async () => {
  const { scene, id } = await open()
  const store = {
    ...scene.store,
    update: (...args: Parameters<typeof scene.store.update>) =>
      args[1].includes('.l') ? Promise.reject(new Error('killed')) : scene.store.update(...args),
  }
  const dying = scene.again(store).oncall
  await dying.act(id, { do: 'ack', by: ana })
  assert.deepEqual(await below(scene), [])
  await scene.again().recover()
  assert.equal((await below(scene)).length, 2)
})

test('words under a card wait for it, then go beside it; without one they stand alone', async () => {
  const { scene, id } = await open()
  const address = {
    platform: 'discord',
    chat: '910',
    user: '',
    private: false,
    under: `${id}.discord.${ROOM.space}.${ROOM.room}`,
    thread: 'I-1',
  } as const
  const { under, thread: _, ...alone } = address
  assert.equal(await placed(scene.store, address), undefined)
  const set = (more: object) =>
    scene.store.update(OUTBOX, under, (now) => ({ ...(now as OutboxRecord), ...more }))
  await set({ ref: { chat: '910', message: '77', private: false } })
  assert.deepEqual(await placed(scene.store, address), { ...alone, replyTo: '77', thread: 'I-1' })
  await set({ ref: undefined, failure: 'forbidden' })
  assert.deepEqual(await placed(scene.store, address), alone)
  await scene.store.remove(OUTBOX, under)
  assert.deepEqual(await placed(scene.store, address), alone)
  assert.deepEqual(await placed(scene.store, alone), alone)
})

test('pictures are filled in where a message can have one', async () => {
  const { store } = createScene()
  await store.put(PICTURES, 'a.png', 'AAAA')
  const put: string[] = []
  const outbox = withPictures(
    {
      put: async ({ reply }) => {
        const [block] = reply.blocks
        put.push(block?.type === 'picture' ? block.png : assert.fail())
      },
      change: () => assert.fail('nothing goes along'),
    },
    store,
  )
  const say = (platform: 'discord' | 'telegram', final: boolean, name = 'a.png') =>
    outbox.put({
      key: 'k',
      address: { platform, chat: '1', user: '', private: false },
      final,
      reply: {
        tone: 'info',
        locale: 'en',
        title: '',
        blocks: [{ type: 'picture', name, png: '', about: 'Memory' }],
      },
    })
  await say('discord', false)
  await say('telegram', false)
  await say('telegram', true)
  await say('discord', true, 'gone.png')
  assert.deepEqual(put, ['AAAA', '', 'AAAA', ''])
})

test('in a card’s thread its incident is meant, in no other room', async () => {
  const { scene, id, oncall } = await open()
  const key = `${id}.discord.${ROOM.space}.${ROOM.room}`
  await scene.store.update(OUTBOX, key, (now) => ({
    ...(now as OutboxRecord),
    ref: { chat: '910', message: '77', private: false },
  }))
  const thread = { platform: 'discord', space: ROOM.space, room: '77', private: false } as const
  assert.equal((await oncall.inThread({ ...thread, parent: '910' }))?.id, id)
  assert.equal(await oncall.inThread({ ...thread, parent: '911' }), undefined)
  assert.equal(await oncall.inThread({ ...thread, room: '78', parent: '910' }), undefined)
  assert.equal(await oncall.inThread(thread), undefined)
})
