import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

type Input = NodeJS.ReadStream

/** The lines of an input, one at a time. */
export interface Lines {
  /** Nothing at the end of the input. The prompt is for a terminal only. */
  readonly next: (prompt: string) => Promise<string | undefined>
  /** A line that a terminal does not show while it is typed; of a pipe, simply the next one. Nothing when it was left by Ctrl-C. */
  readonly hidden: (prompt: string) => Promise<string | undefined>
  readonly close: () => void
}

export function createLines(input: Input): Lines {
  const open = () => {
    const reader = createInterface({ input, terminal: false })
    return { reader, lines: reader[Symbol.asyncIterator]() }
  }
  let current: ReturnType<typeof open> | undefined
  const close = () => {
    current?.reader.close()
    current = undefined
  }
  const next = async (prompt: string): Promise<string | undefined> => {
    if (input.isTTY) process.stdout.write(prompt)
    current ??= open()
    const { done, value } = await current.lines.next()
    return done === true ? undefined : value
  }
  return {
    next,
    close,
    hidden: async (prompt) => {
      if (!input.isTTY) return next(prompt)
      // two readers on one terminal would both get what is typed
      close()
      return readHidden(input, prompt)
    },
  }
}

/**
 * One line from a terminal that does not show it; nothing when it was left by Ctrl-C or Ctrl-D. The prompt goes to standard error, so that
 * the answer alone can be piped on, and only once the terminal has stopped to echo.
 */
export async function readHidden(input: Input, prompt: string): Promise<string | undefined> {
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() })
  const reader = createInterface({ input, output: mute, terminal: true, historySize: 0 })
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  reader.once('line', resolve)
  reader.once('SIGINT', () => resolve(undefined))
  reader.once('close', () => resolve(undefined))
  process.stderr.write(prompt)
  const line = await promise
  reader.close()
  process.stderr.write('\n')
  return line
}
