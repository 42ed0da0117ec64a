import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../../src/core/ports.ts'
import { menuKey } from './account.ts'
import { createPeople, type People, type Pressed } from './driver.ts'
import type { Faults } from './faults.ts'
import { createLimits, type Limits } from './limits.ts'
import { type ApiServer, type Call, createApiServer } from './server.ts'
import { createUpdates, type Updates } from './updates.ts'
import { createWorld, type Callback, type FakeChat, type FakeMessage, type World } from './world.ts'

export interface FakeTelegramOptions {
  readonly clock?: Pick<Clock, 'now'>
  readonly limits?: Partial<Limits>
  /** Where a webhook's public URL really listens. */
  readonly reach?: (url: string) => string
  /** First pause before a webhook delivery is repeated, in ms. */
  readonly webhookRetryMs?: number
}

/** A Bot API on loopback with the rules of the real one, and the people who use it. */
export interface FakeTelegram extends People, Pick<Faults, 'fail'> {
  readonly url: string
  readonly token: string
  readonly bot: World['bot']
  /** Requests so far, of one method or all. */
  readonly calls: (method?: string) => readonly Call[]
  /** Waits until a request of this method was seen that satisfies the predicate. */
  readonly called: (method: string, predicate?: (call: Call) => boolean) => Promise<Call>
  /** Waits until the bot's messages in the chat include one that satisfies the predicate as it stands now. */
  readonly message: (
    chat: FakeChat,
    predicate?: (message: FakeMessage) => boolean,
  ) => Promise<FakeMessage>
  /** The bot's messages in the chat, without those deleted. */
  readonly messages: (chat: FakeChat) => readonly FakeMessage[]
  readonly answered: (press: Pressed) => Promise<NonNullable<Callback['answer']>>
  /** The menu of a scope and language. */
  readonly menu: (scope: string, language?: string) => readonly unknown[]
  readonly updates: Pick<Updates, 'repeat' | 'webhook' | 'pending' | 'polling' | 'push'>
  /** What the bot should not have asked for; `close` rejects when there is any. */
  readonly unexpected: readonly string[]
  readonly close: () => Promise<void>
}

const TOKEN = '7000000001:test-token-of-the-double'

/** Starts the double on a free port of 127.0.0.1. */
export async function startFakeTelegram(options: FakeTelegramOptions = {}): Promise<FakeTelegram> {
  const now = options.clock?.now ?? (() => Date.now())
  const world = createWorld(now)
  const reach = options.reach ?? ((url: string) => url)
  const updates = createUpdates({ reach, retryMs: options.webhookRetryMs ?? 5 })
  const pace = createLimits({ perGroupMinute: 20, privateBurst: 30, ...options.limits }, now)
  const api = createApiServer({ deps: { world, pace }, updates, token: TOKEN })
  api.server.listen(0, '127.0.0.1')
  await once(api.server, 'listening')
  const { port } = api.server.address() as AddressInfo
  const closing = new AbortController()
  const until = <T>(event: string, find: () => T | undefined) =>
    waitFor({ world, event, find, signal: closing.signal })
  const messages = (chat: FakeChat) =>
    world.messages.filter((one) => one.chat === chat && one.from === world.bot && !one.deleted)
  const calls = (method?: string) =>
    api.calls.filter((call) => method === undefined || call.method === method)

  return {
    ...createPeople(world, updates),
    fail: api.faults.fail,
    url: `http://127.0.0.1:${port}`,
    token: TOKEN,
    bot: world.bot,
    calls,
    called: (method, predicate = () => true) => until('call', () => calls(method).find(predicate)),
    message: (chat, predicate = () => true) =>
      until('change', () => messages(chat).find(predicate)),
    messages,
    answered: (press) => until('change', () => press.answer),
    menu: (scope, language) => world.commands.get(menuKey({ type: scope }, language ?? '')) ?? [],
    updates,
    unexpected: api.unexpected,
    close: () => {
      closing.abort(new Error('the double was closed while somebody waited'))
      updates.close()
      return closeServer(api)
    },
  }
}

async function closeServer({ server, unexpected }: ApiServer): Promise<void> {
  server.closeAllConnections()
  if (server.listening) await new Promise((done) => server.close(done))
  if (unexpected.length > 0)
    throw new Error(`unexpected requests to Telegram:\n${unexpected.join('\n')}`)
}

interface Wait<T> {
  readonly world: World
  readonly event: string
  readonly find: () => T | undefined
  readonly signal: AbortSignal
}

/** Resolves with what `find` gives, looked for now and after each event. */
async function waitFor<T>({ world, event, find, signal }: Wait<T>): Promise<T> {
  for (;;) {
    const found = find()
    if (found !== undefined) return found
    await once(world.events, event, { signal })
  }
}
