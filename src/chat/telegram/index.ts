import type { Telegraf } from 'telegraf'
import type { Update } from 'telegraf/types'
import type { Census } from '../../core/census.ts'
import type { Front, MenuEntry, ReadWords } from '../../core/front.ts'
import type { OwnMenu } from '../../core/own-menus.ts'
import type { Place } from '../../core/invocation.ts'
import type { Chat, Clock, Health, Log, Metrics, Sealer, Store } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import type { Locale } from '../../core/text.ts'
import { type Api, createApi } from './api.ts'
import { createHandlers, createKit } from './assemble.ts'
import { createBot, wireBot } from './bot.ts'
import { createCensus } from './census.ts'
import { ACCEPT_MS, ALLOWED_UPDATES, createConnection } from './connection.ts'
import { createChat } from './deliver.ts'
import { registerMenu } from './menu.ts'
import { createOwnMenus } from './own-menus.ts'
import { createTasks, type Tasks } from './tasks.ts'
import { createWebhook, type Webhook } from './webhook.ts'

export interface TelegramOptions {
  readonly token: Secret
  readonly apiUrl: string
  readonly front: Front
  readonly menu: readonly MenuEntry[]
  /** What is listed for everybody; all of it when left out. */
  readonly basics?: readonly MenuEntry[]
  /** Who is to have a menu of their own now. */
  readonly ownMenus?: () => Promise<readonly OwnMenu[]>
  readonly readWords: ReadWords
  readonly store: Store
  readonly sealer: Sealer
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: Clock
  readonly defaultLocale: Locale
  /** The language that a place settled on, for those whose own is not known. */
  readonly placeLocale?: ((place: Place) => Locale | undefined) | undefined
  /** Takes updates by webhook in place of long polling. */
  readonly webhook?: { readonly publicUrl: string; readonly secret: Secret }
}

export interface Telegram {
  readonly chat: Chat
  readonly census: Census
  /** Resolves after the first attempt to connect; keeps trying by itself when that failed. */
  readonly start: () => Promise<void>
  /** Takes no more updates, lets what runs finish for at most this long. */
  readonly stop: (deadlineMs: number) => Promise<void>
  readonly health: () => Health
  /** Brings the menus up to date; rejects with `ChatError`. */
  readonly register: () => Promise<'unchanged' | 'registered'>
  /** The same for those of single people; whether there was anything to do. Costs no call as long as nobody may do more or less. */
  readonly tendMenus: () => Promise<boolean>
  readonly webhook?: Webhook
  /** A group became a supergroup: once per move, by the group's own word or by Telegram's answer to a message. */
  readonly onMigration: (listener: (from: string, to: string) => void) => void
  /** What the bot is in a chat has changed: it may have been removed. */
  readonly onMembership: (listener: (chat: string) => void) => void
}

/** Telegram through telegraf. Nothing is sent or taken before `start` or `register`. */
export function createTelegram(options: TelegramOptions): Telegram {
  const { clock, log } = options
  const moves = createMoves(log)
  const stopped = new AbortController()
  const tasks = createTasks(log, clock)
  const bot = createBot(options.token, options.apiUrl)
  const api = createApi({ ...options, telegram: bot.telegram, onMove: moves.tell })
  const whoAmI = async (signal?: AbortSignal) =>
    (bot.botInfo ??= await api.call('getMe', {}, signal && { signal }))
  const username = async () => (await whoAmI()).username
  const kit = createKit({ ...options, api, tasks, signal: stopped.signal, username })
  const memberships = new Set<(chat: string) => void>()
  const membership = (chat: string) => memberships.forEach((listener) => listener(chat))
  const take = wireBot(bot, { ...createHandlers(kit, tasks), membership }, log)
  const { ownMenus: wanted } = options
  const tendMenus = wanted ? createOwnMenus({ ...options, api, wanted }) : async () => false
  const webhook = createEndpoint(options, bot, { take, tasks })
  const prepare = async (signal: AbortSignal) => {
    await whoAmI(signal)
    await setWebhook(api, options, { endpoint: webhook, signal })
  }
  const connection = createConnection({
    api,
    clock,
    log,
    prepare,
    accepted: tasks.accepted,
    ...(!webhook && { take }),
  })

  return {
    chat: createChat(kit),
    census: createCensus(api, async () => (await whoAmI()).id),
    start: connection.start,
    health: connection.health,
    register: async () => {
      const all = await registerMenu(api, options.basics ?? options.menu)
      return (await tendMenus()) ? 'registered' : all
    },
    tendMenus,
    onMigration: moves.listen,
    onMembership: (listener) => void memberships.add(listener),
    ...(webhook && { webhook }),
    stop: async (deadlineMs) => {
      await connection.stop()
      const drained = await tasks.drain(deadlineMs)
      stopped.abort(new Error('Telegram was stopped'))
      if (drained) await connection.confirm()
    },
  }
}

function createMoves(log: Log) {
  const listeners = new Set<(from: string, to: string) => void>()
  return {
    listen: (listener: (from: string, to: string) => void) => void listeners.add(listener),
    tell: (from: string, to: string) => {
      log.info({ from, to }, 'a group has moved')
      for (const listener of listeners) listener(from, to)
    },
  }
}

function createEndpoint(
  { webhook, sealer }: TelegramOptions,
  bot: Telegraf,
  { take, tasks }: { take: (update: Update) => Promise<void>; tasks: Tasks },
): Webhook | undefined {
  if (!webhook) return undefined
  return createWebhook({
    secret: webhook.secret,
    sealer,
    take: async (update) => {
      // telegraf would ask for its own name first, and wait for the answer without end
      if (!bot.botInfo) return false
      await take(update)
      // not written down in time: Telegram is told to send it again, and a double is recognised
      return tasks.accepted(ACCEPT_MS)
    },
  })
}

/** Registers or clears the webhook: polling is refused while one is set, and a set one takes the updates away. */
async function setWebhook(
  api: Api,
  { webhook }: Pick<TelegramOptions, 'webhook'>,
  { endpoint, signal }: { endpoint: Webhook | undefined; signal: AbortSignal },
): Promise<void> {
  if (!webhook || !endpoint) return void (await api.call('deleteWebhook', {}, { signal }))
  const url = new URL(endpoint.path, webhook.publicUrl).href
  const payload = {
    url,
    secret_token: webhook.secret.reveal(),
    allowed_updates: [...ALLOWED_UPDATES],
  }
  await api.call('setWebhook', payload, { signal })
}
