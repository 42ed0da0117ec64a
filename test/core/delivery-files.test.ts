import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createDelivery } from '../../src/core/delivery.ts'
import type { Address } from '../../src/core/invocation.ts'
import { createOutbox, OUTBOX, type OutboxRecord } from '../../src/core/outbox.ts'
import { type Chat, ChatError } from '../../src/core/ports.ts'
import type { SaidReply } from '../../src/core/reply.ts'
import { createSealer } from '../../src/store/sealing.ts'
import { createTestClock, settle } from '../helpers/clock.ts'
import { createMemoryStore } from '../helpers/memory-store.ts'
import { createTestLog, type Logged } from '../helpers/test-log.ts'

const ADDRESS: Address = { platform: 'telegram', chat: 'c1', user: 'u1', private: false }

const said = (
  title: string,
  names: readonly string[],
  tone: SaidReply['tone'] = 'ok',
): SaidReply => ({
  tone,
  locale: 'en',
  title,
  blocks: names.map((name) => ({ type: 'file', name, content: name, about: '' })),
})

const line = ({ title, blocks }: SaidReply): string =>
  [title, ...blocks.flatMap((one) => (one.type === 'text' ? [one.text] : []))].join('\n')

/** A chat in which files are messages of their own, and as many senders as a test starts. */
function setUp() {
  const clock = createTestClock()
  const store = createMemoryStore(clock)
  const sealer = createSealer(Buffer.alloc(32, 9))
  const outbox = createOutbox({ store, sealer, clock })
  const messages: string[] = []
  const files: string[] = []
  const logged: Logged[] = []
  /** What happens before a file is taken. */
  const faults = new Map<string, () => Promise<void>>()
  const chat: Chat = {
    platform: 'telegram',
    editIntervalMs: 1000,
    async deliver(_, reply, ref) {
      const at = ref === undefined ? messages.length : Number(ref.message)
      messages[at] = line(reply)
      return ref ?? { chat: 'c1', message: String(at), private: false }
    },
    filesOf: (_, { blocks }, { message }) =>
      blocks.flatMap((one) => {
        if (one.type !== 'file') return []
        const send = async () => {
          await faults.get(one.name)?.()
          files.push(`${one.name} under ${message}`)
        }
        return [{ id: `id-${one.name}`, name: one.name, send }]
      }),
    remove: async () => {},
    sendPrivate: () => assert.fail('nothing is private here'),
  }
  const start = async (owner: string) => {
    const delivery = createDelivery({
      store,
      chats: new Map([[chat.platform, chat]]),
      sealer,
      clock,
      log: createTestLog(logged),
      metrics: { chatSend: () => {} },
      owner,
      isDead: (other) => other !== owner,
    })
    await delivery.start()
    await settle()
    return delivery
  }
  const put = async (reply: SaidReply, final = true) => {
    await outbox.put({ key: 'J-1', address: ADDRESS, reply, final })
    await settle()
  }
  const record = async () => (await store.get(OUTBOX, 'J-1')) as OutboxRecord
  return { clock, messages, files, logged, faults, start, put, record }
}

const failing = (kind: ChatError['kind'], retryAfterMs?: number) => () =>
  Promise.reject(new ChatError(kind, 'no', retryAfterMs === undefined ? {} : { retryAfterMs }))

test('files: a message counts as delivered when its files are sent; killed in between, the rest follows', async () => {
  const one = setUp()
  one.faults.set('b.txt', () => new Promise(() => {}))
  const first = await one.start('one')
  await one.put(said('Done', ['a.txt', 'b.txt', 'c.txt']))
  assert.deepEqual(one.files, ['a.txt under 0'])
  const half = await one.record()
  assert.deepEqual([half.delivered, half.rev, half.files?.sent], [0, 1, ['id-a.txt']])
  first.stop()
  one.faults.clear()
  const second = await one.start('two')
  assert.deepEqual(one.files, ['a.txt under 0', 'b.txt under 0', 'c.txt under 0'])
  assert.deepEqual(one.messages, ['Done'])
  assert.equal((await one.record()).delivered, 1)
  second.stop()
})

test('files: a file that is refused is told in the message in one sentence, the others are sent', async () => {
  const one = setUp()
  one.faults.set('b.txt', failing('invalid'))
  const delivery = await one.start('one')
  await one.put(said('Done', ['a.txt', 'b.txt', 'c.txt']))
  assert.deepEqual(one.files, ['a.txt under 0', 'c.txt under 0'])
  assert.deepEqual(one.messages, [
    'Done\n⚠️ The file b.txt was not taken by this chat and is missing here; ask again to have it sent anew.',
  ])
  const { delivered, failure } = await one.record()
  assert.deepEqual([delivered, failure], [1, undefined])
  assert.ok(one.logged.some(({ message }) => message === 'a file was not taken by its chat'))
  delivery.stop()
})

test('files: killed after a refusal, it is told all the same, and not tried again', async () => {
  const one = setUp()
  one.faults.set('a.txt', failing('forbidden'))
  one.faults.set('b.txt', () => new Promise(() => {}))
  const first = await one.start('one')
  await one.put(said('Done', ['a.txt', 'b.txt']))
  first.stop()
  one.faults.clear()
  const second = await one.start('two')
  assert.deepEqual(one.files, ['b.txt under 0'])
  assert.match(one.messages[0] ?? '', /The file a\.txt was not taken/)
  second.stop()
})

test('files: rate limits and outages are waited out without a second file; what fails again and again alone is told', async () => {
  const one = setUp()
  one.faults.set('b.txt', failing('rate_limited', 3000))
  const delivery = await one.start('one')
  await one.put(said('Done', ['a.txt', 'b.txt']))
  one.faults.set('b.txt', failing('network'))
  await one.clock.advance(4000)
  assert.equal((await one.record()).delivered, 0)
  one.faults.clear()
  await one.clock.advance(60_000)
  assert.deepEqual(one.files, ['a.txt under 0', 'b.txt under 0'])
  assert.deepEqual(one.messages, ['Done'])
  one.faults.set('c.txt', failing('network'))
  await one.put(said('More', ['a.txt', 'c.txt']))
  await one.clock.advance(600_000)
  assert.match(one.messages[0] ?? '', /^More\n⚠️ The file c\.txt was not taken/)
  assert.deepEqual(one.files, ['a.txt under 0', 'b.txt under 0'])
  delivery.stop()
})

test('files: they come with the end of progress, each once', async () => {
  const one = setUp()
  const delivery = await one.start('one')
  await one.put(said('Begun', [], 'pending'), false)
  await one.clock.advance(1000)
  await one.put(said('Going', ['a.txt'], 'pending'), false)
  await one.clock.advance(1000)
  assert.deepEqual(one.files, [])
  await one.put(said('Done', ['a.txt']), false)
  await one.clock.advance(1000)
  await one.put(said('Done!', ['a.txt', 'b.txt']))
  await one.clock.advance(1000)
  assert.deepEqual(one.files, ['a.txt under 0', 'b.txt under 0'])
  delivery.stop()
})
