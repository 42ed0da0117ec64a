import { z } from 'zod'
import { defineCommand } from '#core/command.ts'
import { fields, reply } from '#core/reply.ts'
import { tr } from '#core/text.ts'

/** Done when: the store answered, and the time it took is the time that was measured. */
export default defineCommand({
  name: 'ping',
  description: tr(
    'Whether I am here, and how long a word takes',
    '確認我在線上，以及回應所需的時間',
  ),
  examples: ['ping'],
  options: z.object({}),
  role: 'known',
  where: 'chat',

  async run({ store, clock, askedAt }) {
    const before = clock.now()
    const health = await store.health()
    const after = clock.now()
    return { store: health, storeMs: after - before, sinceAskedMs: Math.max(0, before - askedAt) }
  },

  render: ({ store, storeMs, sinceAskedMs }) =>
    reply[store.ok ? 'ok' : 'error'](tr('Pong', 'Pong，我在'), [
      fields(
        [tr('From you to me', '你到我'), `${sinceAskedMs} ms`],
        [tr('Store', '儲存'), store.ok ? `${storeMs} ms` : store.detail],
      ),
    ]),
})
