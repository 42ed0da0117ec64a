import { z } from 'zod'
import { say, tr, type Text } from '../core/text.ts'

/** Ends the reading of a value with what is wrong with it. */
export type Refuse = (problem: Text) => never

class Refusal {
  readonly text: Text
  constructor(text: Text) {
    this.text = text
  }
}
const refuse: Refuse = (problem) => {
  throw new Refusal(problem)
}

/** A schema that reads text. */
export type Form<T> = z.ZodPipe<z.ZodString, z.ZodTransform<T, string>>

/** How one variable is read: from its text to its value, or a sentence on what is wrong with it. */
export const form = <T>(read: (value: string, refuse: Refuse) => T): Form<T> =>
  z.string().transform((value, context): T => {
    try {
      return read(value, refuse)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const { text } = error
      context.addIssue({ code: 'custom', message: say(text, 'en'), params: { text } })
      return z.NEVER
    }
  })

/**
 * What may be repeated of a value that is no secret by its name: short, and in letters that pasted sentences and
 * quoted tokens rarely keep to. Everything else may be a secret in the wrong variable.
 */
export const quoted = (value: string): string =>
  /^[\w.:*@-]{1,24}$/.test(value) ? `"${value}"` : '…'

/** One of a few words. */
export const oneOf = <T extends string>(words: readonly T[]) =>
  form(
    (value, refuse): T =>
      words.find((word) => word === value) ??
      refuse(
        tr(
          `${quoted(value)} is not one of ${words.join(', ')}`,
          `${quoted(value)} 不在可用的值之中：${words.join('、')}`,
        ),
      ),
  )

const ON = ['on', '1', 'true', 'yes']
const OFF = ['off', '0', 'false', 'no']

/** Yes or no, in the words that people use for it. */
export const onOff = form((value, refuse): boolean => {
  const word = value.toLowerCase()
  if (ON.includes(word) || OFF.includes(word)) return ON.includes(word)
  return refuse(
    tr(`${quoted(value)} is neither on nor off`, `${quoted(value)} 既不是 on 也不是 off`),
  )
})

/** A TCP port; 0, which means any free one, only where `min` allows it. */
export const port = (min: 0 | 1) =>
  form((value, refuse): number => {
    const number = /^\d{1,5}$/.test(value) ? Number(value) : -1
    if (number >= min && number <= 65_535) return number
    return refuse(
      tr(
        `${quoted(value)} is not a port between ${min} and 65535`,
        `${quoted(value)} 不是 ${min} 到 65535 之間的連接埠`,
      ),
    )
  })

/** Text of one shape. */
export const matching = (pattern: RegExp, problem: Text) =>
  form((value, refuse): string => (pattern.test(value) ? value : refuse(problem)))

/** A number of days, up to ten years. */
export const days = form((value, refuse): number => {
  const number = /^\d{1,4}$/.test(value) ? Number(value) : 0
  if (number >= 1 && number <= 3650) return number
  return refuse(
    tr(
      `${quoted(value)} is not a number of days from 1 to 3650`,
      `${quoted(value)} 不是 1 到 3650 的天數`,
    ),
  )
})
