import type { Action } from '../../core/reply.ts'
import type { Answer } from './answer.ts'
import type { Console } from './index.ts'
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
    const said = answer.rest ?? answer.reply
    if (said) write(renderConsole(said))
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
  /** The line that was typed while something live went on, which it has ended; nothing when none was read. At the end of the input it goes on. */
  const stoppedBy = async (handled: Promise<boolean>): Promise<string | undefined> => {
    const over = handled.then((): typeof OVER => OVER)
    const first = await Promise.race([over, talk.live()])
    if (first === OVER) return undefined
    const next = lines.next('')
    const typed = await Promise.race([over, next])
    // It ended by itself: the line that is being waited for is the next command.
    if (typed === OVER) return next
    if (typed === undefined) return undefined
    await talk.stop()
    await handled
    return STOP.test(typed.trim()) ? undefined : typed
  }
  return {
    line: handle,
    async run() {
      let good = true
      let typed = await lines.next(PROMPT)
      while (typed !== undefined && !/^(exit|quit)$/i.test(typed.trim())) {
        const words = typed.trim()
        const handled = words === '' || words.startsWith('#') ? undefined : handle(words)
        const early = handled && (await stoppedBy(handled))
        good = ((await handled) ?? true) && good
        typed = early ?? (await lines.next(PROMPT))
      }
      lines.close()
      return good && last?.ending !== 'confirm'
    },
  }
}

/** What only ends a live message; any other line ends it too, and is then done. */
const STOP = /^(?:stop|停止|\d{1,2})?$/i

const PROMPT = '› '
const OVER: unique symbol = Symbol('over')

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
