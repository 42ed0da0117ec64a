import { randomBytes } from 'node:crypto'
import type { App } from './app.ts'
import type { Answer } from './chat/console/answer.ts'
import { type AskPrivately, type Console, createConsole } from './chat/console/index.ts'
import { renderConsole } from './chat/console/render.ts'
import type { Clock } from './core/ports.ts'
import type { Action } from './core/reply.ts'

/** A console chat on an app, for the local owner. */
export function openSession(
  app: App,
  options: {
    readonly clock: Clock
    readonly surface: 'console' | 'cli'
    readonly onProgress: Parameters<typeof createConsole>[0]['onProgress']
    readonly askPrivately?: AskPrivately
  },
): Console {
  const { front, readWords, jobs, config } = app
  const session = `${Date.now().toString(36)}${randomBytes(4).toString('hex')}`
  const talk = createConsole({
    front,
    readWords,
    jobs,
    locale: config.locale,
    session,
    ...options,
  })
  app.addChat(talk.chat)
  return talk
}

/** Says yes to what an answer asks, typing what it wants typed; the answer itself when it asks nothing. */
export async function confirmed(talk: Console, answer: Answer): Promise<Answer> {
  const yes = confirmAction(answer)
  return yes === undefined ? answer : talk.press(answer, yes, typedFor(yes))
}

/** A reason is wanted where nobody else looks at it; at a shell there is no more to say than this. */
const typedFor = ({ ask }: Action<string>): string | undefined =>
  ask?.reason === undefined ? ask?.placeholder : `${ask.placeholder} because ${CONFIRMED}`
const CONFIRMED = 'it was confirmed at the shell (--yes)'

const confirmAction = ({ reply }: Answer) =>
  reply?.actions?.find(({ intent }) => intent?.do === 'confirm')

/** Takes the one look at a secret that an answer offers; nothing when it offers none. */
export async function revealed(talk: Console, answer: Answer): Promise<Answer | undefined> {
  const action = answer.reply?.actions?.find(({ intent }) => intent?.do === 'reveal')
  return action && talk.press(answer, action)
}

export const written = ({ reply, rest = reply }: Answer): string =>
  rest === undefined ? '' : renderConsole(rest)
