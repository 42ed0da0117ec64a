import type { Admission, Front, Question, ReadWords } from '../../core/front.ts'
import type { Address, GivenFile, Invocation, Press } from '../../core/invocation.ts'
import type { Jobs } from '../../core/jobs.ts'
import { localise } from '../../core/localise.ts'
import type { Chat, Clock } from '../../core/ports.ts'
import { reply, type Action, type SaidReply } from '../../core/reply.ts'
import { type Locale, tr } from '../../core/text.ts'
import { type Answer, answerOf, refused } from './answer.ts'
import { createLiveText } from './live.ts'

export interface Console {
  readonly chat: Chat
  /** Runs one line of words and resolves with the last word about it. */
  readonly say: (line: string) => Promise<Answer>
  /** Presses a button of an answer; a typed confirmation takes its text. */
  readonly press: (answer: Answer, action: Action<string>, text?: string) => Promise<Answer>
  /** Resolves when an answer that goes on by itself has begun to be shown. */
  readonly live: () => Promise<void>
  /** Ends what goes on by itself; false when nothing does. */
  readonly stop: () => Promise<boolean>
}

/** Asks for a value that nobody else may read; nothing when none is given. */
export type AskPrivately = (question: Question) => Promise<string | GivenFile | undefined>

/** The local owner's chat: no platform in between, the same front door and the same queue. */
export function createConsole(deps: {
  readonly front: Front
  readonly readWords: ReadWords
  readonly jobs: Jobs
  readonly clock: Clock
  readonly locale: Locale
  readonly surface: 'console' | 'cli'
  /** Makes request ids unique across processes. */
  readonly session: string
  /** Words that are not the last ones about a request; of a live message only its new lines, and only when there are some. */
  readonly onProgress: (said: SaidReply, lines?: readonly string[]) => void
  readonly askPrivately?: AskPrivately
}): Console {
  const { askPrivately = () => Promise.resolve(undefined) } = deps
  const { front, readWords, jobs, clock, locale, surface, session } = deps
  const waiting = new Map<string, (said: SaidReply) => void>()
  let live = createLiveText()
  let begun = Promise.withResolvers<void>()
  let requests = 0
  let cards = 0
  const since = clock.now()

  const begin = (): Omit<Invocation, 'command' | 'input'> => {
    const chat = `${session}-${++requests}`
    const address: Address = { platform: 'console', chat, user: LOCAL, private: true }
    return {
      id: `l-${chat}`,
      actor: { platform: 'console', id: LOCAL, name: LOCAL, roles: [] },
      place: { platform: 'console', space: LOCAL, private: true },
      address,
      surface,
      locale,
      at: clock.now(),
    }
  }
  const finish = async (command: string, chat: string, admission: Admission): Promise<Answer> => {
    if (admission.kind === 'refused') return refused(command, admission.reply)
    const said = Promise.withResolvers<SaidReply>()
    waiting.set(chat, said.resolve)
    try {
      const answer = await answerOf(jobs, command, await admission.run(), said.promise)
      return answer.reply === undefined ? answer : { ...answer, rest: live.rest(answer.reply) }
    } finally {
      waiting.delete(chat)
      live = createLiveText()
      begun = Promise.withResolvers()
    }
  }
  /** The value is asked for at once, and the command goes on with it. */
  const withValue = async (
    command: string,
    chat: string,
    admission: Admission | Question,
  ): Promise<Answer> => {
    if (admission.kind !== 'question') return finish(command, chat, admission)
    await admission.value?.begin()
    const given = await askPrivately(admission)
    if (given === undefined) return refused(command, localise(NOTHING, locale))
    const request = begin()
    const value = typeof given === 'string' ? { answer: given } : { file: given }
    const next = await front.press({ ...request, token: admission.token, ...value })
    if (next.kind === 'question') return refused(command, localise(NOTHING, locale))
    return finish(command, request.address.chat, next)
  }

  const progress = (said: SaidReply) => {
    const lines = live.fresh(said)
    if (lines === undefined) return deps.onProgress(withoutLog(said))
    begun.resolve()
    if (lines.length > 0) deps.onProgress(said, lines)
  }

  return {
    live: () => begun.promise,
    async stop() {
      const token = live.stop()?.token
      if (token === undefined) return false
      const admission = await front.press({ ...begin(), token })
      if (admission.kind === 'admitted') await admission.run()
      return admission.kind === 'admitted'
    },
    chat: {
      platform: 'console',
      editIntervalMs: 200,
      // Another console on the same store waits for its own answers; what was said here before is nobody's news.
      serves: ({ chat }, putAt) =>
        chat.startsWith(`${session}-`) || (chat === LOCAL && putAt >= since),
      deliver: async ({ chat }, said, ref) => {
        if (chat === LOCAL) {
          deps.onProgress(said)
          return ref ?? { chat, message: `${LOCAL}-${++cards}`, private: true }
        }
        if (said.tone === 'pending') progress(said)
        else waiting.get(chat)?.(said)
        return { chat, message: chat, private: true }
      },
      remove: async () => {},
      sendPrivate: async (_, said) => {
        deps.onProgress(said)
        return { chat: session, message: session, private: true }
      },
    },
    async say(line) {
      const read = readWords(line)
      if ('problem' in read) return refused('', localise(reply.error(read.problem), locale))
      const request = begin()
      return withValue(read.command, request.address.chat, front.admit({ ...request, ...read }))
    },
    async press(answer, { token = '' }, text) {
      const request: Press = { ...begin(), token, ...(text !== undefined && { answer: text }) }
      const admission = await front.press(request)
      if (admission.kind === 'question' && !admission.value) return { ...answer, ending: 'confirm' }
      return withValue(answer.command, request.address.chat, admission)
    },
  }
}

/** What was found so far would be found again by the answer: how far it is says enough. */
const withoutLog = (said: SaidReply): SaidReply => ({
  ...said,
  blocks: said.blocks.filter(({ type }) => type !== 'log'),
})

/** Whoever sits here, and where cards go that nobody's command waits for. */
const LOCAL = 'local'

const NOTHING = reply.warn(
  tr('No value was given, so nothing was done.', '沒有提供值，因此沒有執行任何動作。'),
)
