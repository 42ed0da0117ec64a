import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConsole } from '../../../src/chat/console/index.ts'
import type { Address } from '../../../src/core/invocation.ts'
import { reply, type SaidReply } from '../../../src/core/reply.ts'
import { localise } from '../../../src/core/localise.ts'
import { createReadWords } from '../../../src/core/parse-line.ts'
import { createWorld } from '../../helpers/world.ts'

const LOCAL: Address = { platform: 'console', chat: 'local', user: 'local', private: true }

test('cards of whoever sits here are shown, with a message of their own; older ones are nobody’s news', async () => {
  const world = await createWorld({ commands: [] })
  const shown: SaidReply[] = []
  const { chat } = createConsole({
    front: world.front,
    readWords: createReadWords(world.deps.registry),
    jobs: world.deps.jobs,
    clock: world.clock,
    locale: 'en',
    surface: 'console',
    session: 's1',
    onProgress: (said) => shown.push(said),
  })
  const now = world.clock.now()
  assert.deepEqual(
    [now - 1, now].map((putAt) => chat.serves?.(LOCAL, putAt)),
    [false, true],
  )
  assert.equal(chat.serves?.({ ...LOCAL, chat: 's2-1' }, now), false)
  const card = localise(reply.info('Test alert'), 'en')
  const first = await chat.deliver(LOCAL, card, undefined)
  const again = await chat.deliver(LOCAL, card, first)
  const other = await chat.deliver(LOCAL, card, undefined)
  assert.deepEqual([first.message, again.message, other.message], ['local-1', 'local-1', 'local-2'])
  assert.equal(shown.length, 3)
})
