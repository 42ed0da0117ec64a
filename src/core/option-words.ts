import { z } from 'zod'
import { type Locale, say, type Text, tr } from './text.ts'

/** What JSON Schema says of an option's value, as far as it is put into words. */
interface Property {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  /** What a value looks like, said when it does not match the pattern. */
  readonly form?: Text
}

/** What zod can't say well: an option that is missing, and what a value has to look like. */
export function ownWords(
  options: z.ZodObject,
  input: unknown,
  { issues }: z.ZodError,
): Text | undefined {
  const [issue] = issues
  const name = String(issue?.path[0] ?? '')
  if (issue === undefined || name === '') return undefined
  const given = (input as Readonly<Record<string, unknown>> | null)?.[name]
  if (given === undefined) return tr(`The option ${name} is missing.`, `缺少選項 ${name}。`)
  const properties = z.toJSONSchema(options, { io: 'input' }).properties
  const form = formOf((properties?.[name] ?? {}) as Property, issue)
  if (form === undefined) return undefined
  return tr(`${name}: write ${say(form, 'en')}.`, `${name}：請寫${spaced(say(form, 'zh-TW'))}。`)
}

/** What a value has to look like, where the schema says all of it. */
function formOf(property: Property, { code }: z.core.$ZodIssue): Text | undefined {
  const { form, type, enum: choices, minLength, maxLength } = property
  const { minimum = -Infinity, maximum = Infinity } = property
  if (form !== undefined && code !== 'too_big') return form
  if (choices !== undefined) return oneOf(choices)
  if (code === 'too_big' && maxLength !== undefined)
    return tr(`at most ${maxLength} characters`, `最多 ${maxLength} 個字元`)
  if (code === 'too_small' && minLength !== undefined)
    return tr(
      minLength === 1 ? 'something' : `at least ${minLength} characters`,
      minLength === 1 ? '內容' : `至少 ${minLength} 個字元`,
    )
  if (type === 'boolean') return oneOf(['true', 'false'])
  if (type !== 'integer' && type !== 'number') return undefined
  const [en, zh] = type === 'integer' ? ['a whole number', '整數'] : ['a number', '數字']
  if (Math.max(-minimum, maximum) >= Number.MAX_SAFE_INTEGER) return tr(en, zh)
  return tr(`${en} from ${minimum} to ${maximum}`, `${minimum} 到 ${maximum} 的${zh}`)
}

/** Chinese sets a blank before letters and digits. */
const spaced = (text: string): string => (/^\w/.test(text) ? ` ${text}` : text)

const oneOf = (choices: readonly string[]): Text =>
  tr(listed(choices, ', ', ' or '), listed(choices, '、', ' 或 '))

function listed(words: readonly string[], comma: string, or: string): string {
  const [last = '', ...before] = words.toReversed()
  return before.length === 0 ? last : `${before.toReversed().join(comma)}${or}${last}`
}

/** As zod says it, in each language. */
export const spoken = (errors: Readonly<Record<Locale, z.ZodError>>): Text =>
  tr(firstIssue(errors.en, ': ', '.'), firstIssue(errors['zh-TW'], '：', '。'))

function firstIssue({ issues }: z.ZodError, colon: string, stop: string): string {
  const [issue] = issues
  const option = issue?.path.join('.') ?? ''
  return `${option === '' ? '' : `${option}${colon}`}${issue?.message ?? ''}${stop}`
}
