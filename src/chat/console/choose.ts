import type { Action, SaidReply } from '../../core/reply.ts'
import { type Locale, say, tr } from '../../core/text.ts'

/** Words that mean the button that was asked for. */
const YES = /^(yes|y|ok|confirm|approve)$/i
const NO = /^(no|n|cancel)$/i

export const isNo = (words: string): boolean => NO.test(words)

/** The button that a typed line stands for: by its number, by yes or no, or by the name that the question wants typed. */
export function chosen(
  actions: ReadonlyArray<Action<string>>,
  words: string,
): { readonly action: Action<string>; readonly text?: string } | undefined {
  if (/^\d{1,2}$/.test(words)) return wrapped(actions[Number(words) - 1])
  const typed = typedConfirm(actions)
  if (typed && words.split(/\s+/)[0] === typed.ask.placeholder)
    return { action: typed, text: words }
  const intent = YES.test(words) ? 'confirm' : isNo(words) ? 'decline' : undefined
  return wrapped(actions.find(({ intent: its }) => intent !== undefined && its?.do === intent))
}

const wrapped = (action: Action<string> | undefined) => action && { action }

type Asking = Action<string> & { readonly ask: NonNullable<Action<string>['ask']> }

const typedConfirm = (actions: ReadonlyArray<Action<string>>): Asking | undefined =>
  actions.find((action): action is Asking => action.ask !== undefined && isConfirm(action))

const isConfirm = ({ intent }: Action<string>): boolean => intent?.do === 'confirm'

/** What a button wants typed before it counts; nothing for those that want nothing. */
export function wanted({ ask, choices }: Action<string>, locale: Locale): string | undefined {
  if (choices !== undefined) return say(oneOf(choices.map(({ value }) => value)), locale)
  if (ask?.reason === undefined) return ask?.label
  return say(withReason(ask.label, ask.placeholder ?? ''), locale)
}

const oneOf = (values: readonly string[]) =>
  tr(`Type one of: ${values.join(', ')}`, `請輸入其中之一：${values.join('、')}`)

const withReason = (label: string, name: string) =>
  tr(`${label}, and say why: ${name} because …`, `${label}並說明原因：${name} 因為…`)

/** What stands under a question that takes more than a number. */
export function hintOf({ actions = [], locale }: SaidReply): string | undefined {
  const typed = typedConfirm(actions)
  return typed && wanted(typed, locale)
}
