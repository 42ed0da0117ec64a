import { Telegraf } from 'telegraf'
import type { Update } from 'telegraf/types'
import type { Log } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import type { Me, Received } from './messages.ts'
import type { Callback } from './presses.ts'

/** Handlers return at once; what they start is theirs. */
export interface Handlers {
  readonly message: (received: { message: Received; update: number; me: Me }) => void
  readonly press: (pressed: { query: Callback; update: number }) => void
  /** The bot itself came, left or was made something else in a chat. */
  readonly membership: (chat: string) => void
}

/** Longer than any handler here takes: they only hand over. */
const HANDLER_TIMEOUT_MS = 5_000

/** telegraf with what makes it safe to build on: own API root, no answers inside webhook responses, no throwing out. */
export function createBot(token: Secret, apiUrl: string): Telegraf {
  return new Telegraf(token.reveal(), {
    handlerTimeout: HANDLER_TIMEOUT_MS,
    telegram: {
      // without the slash the last part of a path is lost
      apiRoot: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`,
      webhookReply: false,
    },
  })
}

/** Connects the handlers, and gives the one way for updates into them. */
export function wireBot(
  bot: Telegraf,
  handlers: Handlers,
  log: Log,
): (update: Update) => Promise<void> {
  bot.on('message', ({ message, update, botInfo }) =>
    handlers.message({ message, update: update.update_id, me: botInfo }),
  )
  bot.on('callback_query', ({ callbackQuery, update }) =>
    handlers.press({ query: callbackQuery, update: update.update_id }),
  )
  bot.on('my_chat_member', ({ myChatMember }) => handlers.membership(String(myChatMember.chat.id)))
  bot.catch((error) => log.error({ err: error }, 'a Telegram handler failed'))
  return (update) => bot.handleUpdate(update)
}
