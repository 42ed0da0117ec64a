import type { Action } from '../../core/reply.ts'
import type { Answer } from './answer.ts'
import { chosen, hintOf, isNo, wanted } from './choose.ts'
import type { Console } from './index.ts'
import type { Lines } from './lines.ts'
import { renderConsole } from './render.ts'

export interface Repl {
  /** Handles one line as a person types it; false when something was refused, failed, or asked and left unanswered. */
  readonly line: (typed: string) => Promise<boolean>
  /** Handles all of standard input; resolves at its end or at `exit` with whether everything succeeded. */
  readonly run: () => Promise<boolean>
}

/** Lines in, answers out: a number presses a button of the last answer (and the next line is what that wants typed), `yes` and `no` its question. */
export function createRepl(deps: {
  readonly talk: Console
  readonly write: (text: string) => void
  readonly lines: Lines
  /** Words of the surroundings, such as the demo's; gives what to print, or nothing when the line is a command. */
  readonly extra?: (words: string) => Promise<string | undefined>
}): Repl {
  const { talk, write, lines, extra } = deps
  let last: Answer | undefined
  let asked: Action<string> | undefined

  const print = (answer: Answer): void => {
    const said = answer.rest ?? answer.reply
    if (!said) return
    const hint = hintOf(said)
    write(hint === undefined ? renderConsole(said) : `${renderConsole(said)}\n${hint}`)
  }
  const shown = (answer: Answer): Answer => {
    print(answer)
    last = answer
    return answer
  }
  const press = async (from: Answer, action: Action<string>, text?: string): Promise<boolean> => {
    const answer = await talk.press(from, action, text)
    print(answer)
    // What was mistyped may be typed again: the question still stands.
    if (text === undefined || answer.ending !== 'refused') last = answer
    return answer.ending !== 'refused' && answer.ending !== 'failed'
  }
  /** A line that is meant for the last answer; nothing when it is not. */
  const answered = async (from: Answer, words: string): Promise<boolean | undefined> => {
    const waiting = asked
    asked = undefined
    if (waiting && !isNo(words)) return press(from, waiting, words)
    const { actions = [], locale = 'en' } = from.reply ?? {}
    const { action, text } = chosen(actions, words) ?? {}
    if (action === undefined) return waiting && true
    const want = text === undefined ? wanted(action, locale) : undefined
    if (want === undefined) return press(from, action, text)
    write(want)
    const isNumber = /^\d/.test(words)
    if (isNumber) asked = action
    return isNumber
  }
  const handle = async (typed: string): Promise<boolean> => {
    const words = typed.trim()
    const open = last?.ending === 'confirm'
    const pressed = last && (await answered(last, words))
    if (pressed !== undefined) return pressed
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
