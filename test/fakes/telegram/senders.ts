import { chatJson, type FakeChat, type FakeUser, type World } from './world.ts'

/** Who a message claims to be from, where that is not simply the person who wrote it. */
export type Oddity =
  'anonymous_admin' | 'as_channel' | 'auto_forward' | 'forwarded' | 'via_bot' | 'no_sender'

const CHANNEL = { id: -1_001_000_000_099, type: 'channel', title: 'News' }
const fake = (id: number, first_name: string, is_bot: boolean): FakeUser => ({
  id,
  first_name,
  is_bot,
})

/** Fields and sender of an unusual message; the fake senders are those that Telegram's server sets itself. */
export function oddSender(
  world: World,
  kind: Oddity | undefined,
  { user, chat }: { user: FakeUser; chat: FakeChat },
): { from: FakeUser | undefined; odd: Readonly<Record<string, unknown>> } {
  const date = Math.floor(world.now() / 1000)
  switch (kind) {
    case undefined:
      return { from: user, odd: {} }
    case 'anonymous_admin':
      return {
        from: fake(1_087_968_824, 'Group', true),
        odd: { sender_chat: chatJson(chat, world) },
      }
    case 'as_channel':
      return { from: fake(136_817_688, 'Channel', true), odd: { sender_chat: CHANNEL } }
    case 'auto_forward':
      return {
        from: fake(777_000, 'Telegram', false),
        odd: {
          sender_chat: CHANNEL,
          is_automatic_forward: true,
          forward_origin: { type: 'channel', chat: CHANNEL, message_id: 5, date },
        },
      }
    case 'forwarded':
      return {
        from: user,
        odd: {
          forward_origin: { type: 'user', sender_user: fake(5, 'Somebody', false), date },
        },
      }
    case 'via_bot':
      return { from: user, odd: { via_bot: fake(6, 'Inline', true) } }
    case 'no_sender':
      return { from: undefined, odd: {} }
    default:
      return kind satisfies never
  }
}
