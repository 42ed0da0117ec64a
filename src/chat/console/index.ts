import type { Admission, Front, Outcome, Question, ReadWords } from '../../core/front.ts'
import type { Address, Invocation, Press } from '../../core/invocation.ts'
import type { JobRecord, Jobs } from '../../core/jobs.ts'
import { localise } from '../../core/localise.ts'
import type { Chat, Clock } from '../../core/ports.ts'
import { reply, type Action, type SaidReply } from '../../core/reply.ts'
import { type Locale, tr } from '../../core/text.ts'

/** How one line ended; the exit codes of CONTRACT §1 follow from it. */
export type Ending = 'done' | 'failed' | 'refused' | 'confirm'

export interface Answer {
  readonly ending: Ending
  readonly command: string
  readonly reply: SaidReply | undefined
  readonly job: string | null
  readonly result: unknown
}

export interface Console {
  readonly chat: Chat
  /** Runs one line of words and resolves with the last word about it. */
  readonly say: (line: string) => Promise<Answer>
  /** Presses a button of an answer; a typed confirmation takes its text. */
  readonly press: (answer: Answer, action: Action<string>, text?: string) => Promise<Answer>
}

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
  /** Words that are not the last ones about a request. */
  readonly onProgress: (said: SaidReply) => void
  /** Asks for a value that nobody else may read; nothing when none is given. */
  readonly askPrivately?: (question: Question) => Promise<string | undefined>
}): Console {
  const { askPrivately = () => Promise.resolve(undefined) } = deps
  const { front, readWords, jobs, clock, locale, surface, session } = deps
  const waiting = new Map<string, (said: SaidReply) => void>()
  let requests = 0

  const begin = (): Omit<Invocation, 'command' | 'input'> => {
    const chat = `${session}-${++requests}`
    const address: Address = { platform: 'console', chat, user: 'local', private: true }
    return {
      id: `l-${chat}`,
      actor: { platform: 'console', id: 'local', name: 'local', roles: [] },
      place: { platform: 'console', space: 'local', private: true },
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
      return await answerOf(jobs, command, await admission.run(), said.promise)
    } finally {
      waiting.delete(chat)
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
    const answer = await askPrivately(admission)
    if (answer === undefined) return refused(command, localise(NOTHING, locale))
    const request = begin()
    const next = await front.press({ ...request, token: admission.token, answer })
    if (next.kind === 'question') return refused(command, localise(NOTHING, locale))
    return finish(command, request.address.chat, next)
  }

  return {
    chat: {
      platform: 'console',
      editIntervalMs: 200,
      deliver: async ({ chat }, said) => {
        if (said.tone === 'pending') deps.onProgress(said)
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

const NOTHING = reply.warn(
  tr('No value was given, so nothing was done.', '沒有提供值，因此沒有執行任何動作。'),
)

const refused = (command: string, said: SaidReply): Answer => ({
  ending: 'refused',
  command,
  reply: said,
  job: null,
  result: null,
})

async function answerOf(
  jobs: Jobs,
  command: string,
  outcome: Outcome,
  last: Promise<SaidReply>,
): Promise<Answer> {
  if (outcome.kind === 'duplicate')
    return { ending: 'refused', command, reply: undefined, job: null, result: null }
  if (outcome.kind !== 'queued') {
    const result = outcome.kind === 'reply' ? (outcome.result ?? null) : null
    return { ending: endingOf(outcome), command, reply: outcome.reply, job: null, result }
  }
  const said = await last
  const job = await ended(jobs, outcome.job)
  return {
    ending: job === undefined ? 'failed' : ENDINGS[job.state],
    command,
    reply: said,
    job: outcome.job,
    result: job?.result ?? null,
  }
}

/** The last words come a moment before the job is marked as over. */
async function ended(jobs: Jobs, id: string): Promise<JobRecord | undefined> {
  const over = Promise.withResolvers<void>()
  const stop = jobs.onEnd((ending) => {
    if (ending === id) over.resolve()
  })
  try {
    const job = await jobs.get(id)
    if (job === undefined || ENDED.has(job.state)) return job
    await over.promise
    return await jobs.get(id)
  } finally {
    stop()
  }
}

const ENDED: ReadonlySet<JobRecord['state']> = new Set([
  'done',
  'failed',
  'refused',
  'cancelled',
  'asked',
])
const ENDINGS: Readonly<Record<JobRecord['state'], Ending>> = {
  queued: 'failed',
  running: 'failed',
  done: 'done',
  failed: 'failed',
  refused: 'refused',
  cancelled: 'failed',
  asked: 'confirm',
}

const REFUSED: ReadonlySet<string> = new Set(['bad_input', 'forbidden', 'not_found'])

function endingOf(outcome: Exclude<Outcome, { kind: 'queued' | 'duplicate' }>): Ending {
  const { actions = [], tone } = outcome.reply
  if (actions.some(({ intent }) => intent?.do === 'confirm')) return 'confirm'
  const failure = outcome.kind === 'reply' ? outcome.failure : undefined
  if (failure !== undefined) return REFUSED.has(failure) ? 'refused' : 'failed'
  return outcome.kind === 'notice' ? 'refused' : tone === 'error' ? 'failed' : 'done'
}
