import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStore, type Place, tempDir } from '../helpers/engines.ts'
import { alertOf, createScene } from '../helpers/incidents.ts'
import { skipRedis, startRedis } from '../helpers/redis.ts'

const ANA = { key: 'discord:400', name: 'Ana' }

/** What incidents need of an engine: updates as one, and many at once that end in one record and one card. */
async function holds(place: Place): Promise<void> {
  const store = await openStore(place)
  try {
    const scene = createScene({ store: () => store })
    const [one, two] = [scene.parts, scene.again()]
    const told = Array.from({ length: 40 }, (_, n) => {
      const { intake } = n % 2 === 0 ? one : two
      return intake.take([alertOf({ key: `k${n % 10}`, at: alertOf().at + n })])
    })
    await Promise.all(told)
    await Promise.all([one.settled(), two.settled()])
    const [incident, ...others] = await scene.parts.oncall.list()
    assert.ok(incident)
    assert.deepEqual([others.length, incident.count], [0, 10])
    await scene.pass(0)
    await scene.parts.oncall.act(incident.id, { do: 'ack', by: ANA })
    const messages = await scene.messages()
    const cards = messages.filter(({ key }) => !/\.(?:p\d|l\d|d$)/.test(key))
    assert.equal(cards.length, 2)
    const after = await scene.parts.oncall.get(incident.id)
    assert.ok(after)
    assert.equal(after.written, after.rev)
    for (const { version, reply } of cards) {
      assert.equal(version, after.rev, 'the newest words are the last ones')
      assert.equal(reply.glyph, '👀')
    }
    assert.equal(new Set(messages.map(({ key }) => key)).size, messages.length)
  } finally {
    await store.close()
  }
}

test('two processes take alerts of one group at once: SQLite', async () => {
  const dir = await tempDir()
  try {
    await holds({ engine: 'sqlite', path: join(dir.path, 'ops.db') })
  } finally {
    await dir.remove()
  }
})

test('two processes take alerts of one group at once: Redis', { skip: skipRedis }, async () => {
  const redis = await startRedis()
  try {
    await holds({ engine: 'redis', url: redis.url })
  } finally {
    await redis.close()
  }
})
