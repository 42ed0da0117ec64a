import type { AcceptDeps } from './accept-deps.ts'
import type { Question } from './front.ts'
import type { Invocation } from './invocation.ts'
import type { PrivateOption } from './private.ts'
import { say, tr } from './text.ts'

/** A command that waits for its value. */
export interface Asked {
  readonly invocation: Invocation
  readonly until: number
}

export const ASKED = 'private-ask'
const PREFIX = 'p-'
/** Long enough to find a key in another window, short enough that an open question is not forgotten. */
const ASK_MS = 10 * 60_000

/** Whether a token stands for a question of ours and not for a button. */
export const isAskToken = (token: string): boolean => token.startsWith(PREFIX)

/** The question that a command waits for; what it stands for is written down when it is put, for nothing may stand before it. */
export function askPrivately(
  deps: Pick<AcceptDeps, 'store' | 'sealer' | 'clock' | 'log'>,
  invocation: Invocation,
  hidden: PrivateOption<never>,
): Question {
  const { store, sealer, clock, log } = deps
  const token = `${PREFIX}${sealer.digest(`ask ${invocation.id}`)}`
  const begin = async (): Promise<void> => {
    const asked: Asked = { invocation, until: clock.now() + ASK_MS }
    try {
      await store.put(ASKED, token, asked, { ttlMs: ASK_MS })
    } catch (error) {
      log.warn({ err: error, request: invocation.id }, 'a private question was not written down')
    }
  }
  return privateQuestion({ token, invocation, hidden, begin })
}

/** The words of the question; asked again, it is begun already. */
export function privateQuestion({
  token,
  invocation: { command, locale },
  hidden: { ask, lines = false },
  begin = () => Promise.resolve(),
}: {
  readonly token: string
  readonly invocation: Pick<Invocation, 'command' | 'locale'>
  readonly hidden: PrivateOption<never>
  readonly begin?: () => Promise<void>
}): Question {
  return {
    kind: 'question',
    token,
    title: `/${command}`,
    label: say(ask, locale),
    placeholder: undefined,
    secret: true,
    value: {
      lines,
      file: { label: say(OR_FILE, locale), rule: say(FILE_RULE, locale) },
      forMs: ASK_MS,
      begin,
    },
  }
}

const OR_FILE = tr('Or a file that holds it', '或是內容為該值的檔案')
const FILE_RULE = tr(
  'Text in UTF-8, 64 KiB at most; a line feed at its end is left out.',
  'UTF-8 文字，最大 64 KiB；結尾的換行會略去。',
)
