import type { Updates } from './updates.ts'
import { chatJson, type FakeChat, type FakeUser, type World } from './world.ts'

/** Somebody is no longer in a chat; of itself the bot is told. */
export function leave(
  world: World,
  updates: Updates,
  { chat, user }: { chat: FakeChat; user: FakeUser },
): void {
  world.removed.add(`${chat.id} ${user.id}`)
  if (user.id !== world.bot.id) return
  updates.push('my_chat_member', {
    chat: chatJson(chat, world),
    from: { id: 5, is_bot: false, first_name: 'Somebody' },
    date: Math.floor(world.now() / 1000),
    old_chat_member: { user, status: 'member' },
    new_chat_member: { user, status: 'kicked', until_date: 0 },
  })
}

/** The two messages by which Telegram says that a group is a supergroup now. */
export function announceMove(
  world: World,
  updates: Updates,
  { chat, moved }: { chat: FakeChat; moved: FakeChat },
): void {
  const date = Math.floor(world.now() / 1000)
  const from = { id: 1_087_968_824, is_bot: true, first_name: 'Group' }
  const service = (at: FakeChat, extra: object) => ({
    message_id: at.next++,
    date,
    chat: chatJson(at, world),
    from,
    sender_chat: chatJson(at, world),
    ...extra,
  })
  updates.push('message', service(chat, { migrate_to_chat_id: moved.id }))
  updates.push('message', service(moved, { migrate_from_chat_id: chat.id }))
}
