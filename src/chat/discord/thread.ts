import { type RESTPostAPIChannelMessagesThreadsJSONBody, Routes } from 'discord-api-types/v10'
import { ChatError } from '../../core/ports.ts'
import { truncate } from '../../core/text.ts'
import { type Call, unlessGone } from './call.ts'
import { LIMITS } from './limits.ts'
import { isRefusal } from './rest.ts'

/** A thread is folded away after a day without words; the next ones open it again. */
const ARCHIVE_MINUTES = 1440
const HAS_ONE_ALREADY = 160_004
const IS_ARCHIVED = 50_083

export interface ThreadOf {
  readonly channel: string
  /** The message it hangs on, whose id is the thread's, too. */
  readonly message: string
  readonly name: string
}

/**
 * Says something in the thread of a message and makes the thread when it is not there. Gives nothing where there can be none: without
 * the right to, in a room that is a thread itself, in a guild that has too many, in one that was locked.
 */
export async function inThread(
  call: Call,
  thread: ThreadOf,
  say: (channel: string) => Promise<unknown>,
): Promise<unknown> {
  const said = () => unlessRefused(unlessGone(say(thread.message)))
  const first = await said()
  if (first !== undefined) return first === REFUSED ? undefined : first
  if (!(await make(call, thread))) return undefined
  const second = await said()
  return second === REFUSED ? undefined : second
}

const REFUSED = Symbol('refused')

/** What will not be better next time. */
async function unlessRefused(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call
  } catch (error) {
    const lasts = error instanceof ChatError && LASTING.has(error.kind)
    if (lasts) return REFUSED
    throw error
  }
}
const LASTING: ReadonlySet<ChatError['kind']> = new Set(['forbidden', 'invalid', 'gone'])

async function make(call: Call, { channel, message, name }: ThreadOf): Promise<boolean> {
  const body: RESTPostAPIChannelMessagesThreadsJSONBody = {
    name: truncate(name, LIMITS.threadName),
    auto_archive_duration: ARCHIVE_MINUTES,
  }
  const made = call('post', Routes.threads(channel, message), { body }).catch((error: unknown) => {
    // Somebody was faster.
    if (isRefusal(error, HAS_ONE_ALREADY)) return true
    throw error
  })
  return (await unlessRefused(made)) !== REFUSED
}

/** Does it, in a thread that is folded away after opening it; a thread that stays shut counts as gone. */
export async function awake<T>(call: Call, channel: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isRefusal(error, IS_ARCHIVED)) throw error
  }
  const opened = await unlessRefused(
    call('patch', Routes.channel(channel), { body: { archived: false } }),
  )
  if (opened === REFUSED) throw new ChatError('gone', 'the thread is archived and stays so')
  return work()
}
