import type { Action } from '../../core/reply.ts'
import type { Answer, Console } from './index.ts'
import type { Lines } from './lines.ts'
import { renderConsole } from './render.ts'

export interface Repl {
  /** Handles one line as a person types it; false when something was refused, failed, or asked and left unanswered. */
  readonly line: (typed: string) => Promise<boolean>
  /** Handles all of standard input; resolves at its end or at `exit` with whether everything succeeded. */
  readonly run: () => Promise<boolean>
}

/** Words that mean the button that was asked for. */
const YES = /^(yes|y|ok|confirm|approve)$/i
const NO = /^(no|n|cancel)$/i

/** Lines in, answers out: a number presses a button of the last answer, `yes` and `no` its question. */
export function createRepl(deps: {
  readonly talk: Console
  readonly write: (text: string) => void
  readonly lines: Lines
  /** Words of the surroundings, such as the demo's; gives what to print, or nothing when the line is a command. */
  readonly extra?: (words: string) => Promise<string | undefined>
}): Repl {
  const { talk, write, lines, extra } = deps
  let last: Answer | undefined

  const shown = (answer: Answer): Answer => {
    if (answer.reply) write(renderConsole(answer.reply))
    last = answer
    return answer
  }
  const handle = async (typed: string): Promise<boolean> => {
    const words = typed.trim()
    const open = last?.ending === 'confirm'
    const pressed = last && (await press(talk, last, words))
    if (pressed) return shown(pressed).ending !== 'refused' && pressed.ending !== 'failed'
    const own = await extra?.(words)
    if (own !== undefined) {
      write(own)
      return true
    }
    const { ending } = shown(await talk.say(words))
    return ending !== 'refused' && ending !== 'failed' && !open
  }
  return {
    line: handle,
    async run() {
      let good = true
      let typed = await lines.next(PROMPT)
      while (typed !== undefined && !/^(exit|quit)$/i.test(typed.trim())) {
        const words = typed.trim()
        if (words !== '' && !words.startsWith('#')) good = (await handle(words)) && good
        typed = await lines.next(PROMPT)
      }
      lines.close()
      return good && last?.ending !== 'confirm'
    },
  }
}

const PROMPT = '› '

/** A number, yes, no, or the text that the open question wants; nothing when the line is none of them. */
async function press(talk: Console, last: Answer, words: string): Promise<Answer | undefined> {
  const actions = last.reply?.actions ?? []
  const chosen = choose(actions, words)
  if (chosen) {
    if (chosen.ask) return talk.press(last, chosen, words)
    return talk.press(last, chosen)
  }
  const asking = actions.find(({ ask, intent }) => ask && intent?.do === 'confirm')
  return asking && words.split(/\s+/)[0] === asking.ask?.placeholder
    ? talk.press(last, asking, words)
    : undefined
}

function choose(actions: ReadonlyArray<Action<string>>, words: string): Action<string> | undefined {
  if (/^\d{1,2}$/.test(words)) return actions[Number(words) - 1]
  const intent = YES.test(words) ? 'confirm' : NO.test(words) ? 'decline' : undefined
  return actions.find(
    (action) => action.intent?.do === intent && !(action.ask && intent === 'confirm'),
  )
}
