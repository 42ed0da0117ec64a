import { record } from './content.ts'
import { bad } from './errors.ts'
import type { Method } from './methods.ts'
import type { Updates } from './updates.ts'
import type { World } from './world.ts'

/** Key under which a menu is kept: scope, with the chat and the person where it has them, and language. */
export function menuKey(scope: unknown, language: unknown): string {
  const { type, chat_id: chat, user_id: user } = record(scope) ?? {}
  const whose = [chat, user].filter((id) => typeof id === 'number').map((id) => ` ${String(id)}`)
  return `${word(type) || 'default'}${whose.join('')}/${word(language)}`
}

const word = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The methods about the bot itself: who it is, its menu, its webhook. */
export function accountMethods(updates: Updates): Readonly<Record<string, Method>> {
  return {
    getMe: ({ world }) => ({
      ...world.bot,
      can_join_groups: true,
      can_read_all_group_messages: false,
      supports_inline_queries: false,
    }),
    getMyCommands: ({ world }, params) =>
      world.commands.get(menuKey(params['scope'], params['language_code'])) ?? [],
    setMyCommands: ({ world }, params) =>
      setCommands(world, menuKey(params['scope'], params['language_code']), params['commands']),
    deleteMyCommands: ({ world }, params) => {
      world.commands.delete(menuKey(params['scope'], params['language_code']))
      return true
    },
    setWebhook: (_, params) => {
      const { url, secret_token: secret, allowed_updates: allowed } = params
      if (typeof url !== 'string' || !url.startsWith('https://'))
        throw bad('bad webhook: HTTPS url must be provided for webhook')
      if (secret !== undefined && !/^[\w-]{1,256}$/.test(word(secret)))
        throw bad('secret token contains unallowed characters')
      const kept = secret === undefined ? undefined : word(secret)
      updates.setWebhook({ url, secret: kept }, allowed)
      return true
    },
    deleteWebhook: () => {
      updates.setWebhook(undefined, undefined)
      return true
    },
    getWebhookInfo: () => ({
      url: updates.webhook()?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: updates.pending(),
    }),
  }
}

function setCommands(world: World, key: string, commands: unknown): true {
  if (!Array.isArray(commands) || commands.length > 100) throw bad('too many commands')
  for (const one of commands) {
    const { command, description } = record(one) ?? {}
    if (!/^[a-z0-9_]{1,32}$/.test(String(command))) throw bad('BOT_COMMAND_INVALID')
    if (!/^[^]{1,256}$/.test(String(description))) throw bad('BOT_COMMAND_DESCRIPTION_INVALID')
  }
  world.commands.set(key, commands)
  return true
}
