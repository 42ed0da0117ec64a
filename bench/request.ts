import type { Invocation } from '../src/core/invocation.ts'
import { reply, text } from '../src/core/reply.ts'

/** A command as a chat hands it in. */
export const requestOf = (id: string, chat: string): Invocation => ({
  id: `bench-${id}`,
  command: 'ops noop',
  input: {},
  actor: { platform: 'console', id: 'local', name: 'bench', roles: [] },
  place: { platform: 'console', space: 'bench', private: true },
  address: { platform: 'console', chat, user: 'local', private: true },
  surface: 'console',
  locale: 'en',
  at: Date.now(),
})

/** What it is answered with. */
export const ANSWER = reply.ok('Done', [text('Nothing was to be done, and it was.')])
