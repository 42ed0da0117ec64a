import type { MenuEntry } from '../../core/front.ts'
import type { Handlers } from './bot.ts'
import { createAttachments } from './attachments.ts'
import { answer, inLocale, type Kit, requestOf } from './kit.ts'
import { menuNames } from './menu.ts'
import { onMessage } from './messages.ts'
import { createClaims } from './claims.ts'
import { createOutbound } from './outbound.ts'
import { onCallback } from './presses.ts'
import { createPrivate } from './private.ts'
import { createQuestions } from './questions.ts'
import { createSeen } from './seen.ts'
import { type Sent, senderOf } from './sender.ts'
import { FAULT } from './sentences.ts'
import type { Tasks } from './tasks.ts'

/** What the kit is made of; the rest of it is made here. */
export interface Parts extends Omit<
  Kit,
  | 'outbound'
  | 'inPrivate'
  | 'seen'
  | 'claims'
  | 'unclear'
  | 'hinted'
  | 'refusals'
  | 'known'
  | 'accepted'
> {
  readonly menu: readonly MenuEntry[]
  readonly tasks: Tasks
}

const DAY_MS = 86_400_000
const UNCLEAR_MS = 600_000
const HINTED_MS = 60_000
/** How long somebody who was refused before all is not refused there again. */
const REFUSED_MS = 60_000
/** More than a busy day brings, in a few megabytes. */
const SEEN_MAX = 50_000

export function createKit(parts: Parts): Kit {
  const { clock, menu } = parts
  const outbound = createOutbound({ ...parts, attach: createAttachments(parts) })
  return {
    ...parts,
    outbound,
    inPrivate: createPrivate({ ...parts, outbound }),
    // updates wait at Telegram for a day at most
    seen: createSeen({ ttlMs: DAY_MS, max: SEEN_MAX, clock }),
    claims: createClaims(parts),
    unclear: createSeen({ ttlMs: UNCLEAR_MS, max: 1_000, clock }),
    hinted: createSeen({ ttlMs: HINTED_MS, max: 1_000, clock }),
    refusals: createSeen({ ttlMs: REFUSED_MS, max: 1_000, clock }),
    known: menuNames(menu),
    accepted: () => {},
  }
}

/** What is done with updates: handed to a task, so that telegraf is never kept waiting. */
export function createHandlers(kit: Kit, tasks: Tasks): Omit<Handlers, 'membership'> {
  const questions = createQuestions(kit)
  const apologise = async (message: Asking, surface: 'text' | 'button'): Promise<void> => {
    const sender = senderOf(message)
    if (sender.kind !== 'person') return
    const { person } = sender
    const request = requestOf(kit, { id: 'fault', person, message, surface, at: kit.clock.now() })
    await answer(kit, request, inLocale(request, FAULT))
  }
  return {
    message: (received) =>
      tasks.run(
        (accepted) => onMessage({ ...kit, accepted }, questions, received),
        () => apologise(received.message, 'text'),
      ),
    press: (pressed) =>
      tasks.run(
        (accepted) => onCallback({ ...kit, accepted }, questions, pressed),
        async () => {
          const { query } = pressed
          // the message is the bot's own, the press is the person's
          if (query.message)
            await apologise({ ...plain(query.message), from: query.from }, 'button')
        },
      ),
  }
}

type Asking = Sent & { readonly message_id: number }

/** Where a message lies, without who wrote it. */
const plain = ({ chat, message_id, message_thread_id, is_topic_message }: Asking): Asking => ({
  chat,
  message_id,
  ...(message_thread_id !== undefined && { message_thread_id }),
  ...(is_topic_message !== undefined && { is_topic_message }),
})
