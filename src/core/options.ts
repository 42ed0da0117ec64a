import { z } from 'zod'
import type { Locale, Text } from './text.ts'

/** The options of a command: one zod object from which menus, parser, help and the check in the worker all follow. */
export type Options = z.ZodObject<Record<string, z.ZodType>>

/** What an option may offer while it is typed. */
export type Completion = 'app' | 'machine' | 'size' | 'name' | 'id' | 'command'

/** One option as parser and menus need to know it. */
export interface OptionSpec {
  readonly name: string
  readonly about: Text
  readonly type: 'string' | 'integer' | 'number' | 'boolean'
  readonly required: boolean
  readonly choices: readonly string[]
  readonly min?: number
  readonly max?: number
  readonly complete?: Completion
  /** Takes all words that are left: a reason, a note. */
  readonly rest?: boolean
}

interface Property {
  readonly type?: string
  readonly about?: Text
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly complete?: Completion
  readonly rest?: boolean
}
const TYPES = ['string', 'integer', 'number', 'boolean'] as const

/** Reads the options off the schema by way of JSON Schema, so that nothing looks inside zod. Throws for one that no menu could show. */
export function describeOptions(options: Options): readonly OptionSpec[] {
  const schema = z.toJSONSchema(options, { io: 'input' })
  const required = new Set(schema.required)
  return Object.entries(schema.properties ?? {}).map(([name, value]) =>
    describe(name, value as Property, required.has(name)),
  )
}

function describe(name: string, property: Property, required: boolean): OptionSpec {
  const { about, minimum, maximum, complete, rest } = property
  const type = TYPES.find((known) => known === property.type)
  if (about === undefined) throw new Error(`option "${name}" has no meta({ about })`)
  if (type === undefined) throw new Error(`option "${name}" is a ${property.type}`)
  const bounded = (bound: number | undefined) =>
    bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER
  return {
    name,
    about,
    type,
    required,
    choices: property.enum ?? [],
    ...(bounded(minimum) && { min: minimum as number }),
    ...(bounded(maximum) && { max: maximum as number }),
    ...(complete !== undefined && { complete }),
    ...(rest && { rest }),
  }
}

type Checked<O extends Options> =
  | { readonly ok: true; readonly value: z.output<O> }
  | { readonly ok: false; readonly problem: Text }

/** Checks input against the schema; what is wrong comes as one sentence that names the option. */
export function checkOptions<O extends Options>(options: O, input: unknown): Checked<O> {
  const strict = options.strict()
  const english = strict.safeParse(input, { error: z.locales.en().localeError })
  if (english.success) return { ok: true, value: english.data as z.output<O> }
  const chinese = strict.safeParse(input, { error: z.locales.zhTW().localeError })
  return {
    ok: false,
    problem: {
      en: firstIssue(english.error, 'en'),
      'zh-TW': firstIssue(chinese.error ?? english.error, 'zh-TW'),
    },
  }
}

function firstIssue(error: z.ZodError, locale: Locale): string {
  const issue = error.issues[0]
  const option = issue?.path.join('.') ?? ''
  const message = locale === 'en' ? bySay(issue) : (issue?.message ?? '')
  return option === '' ? `${message}${message.endsWith('.') ? '' : '.'}` : `${option}: ${message}`
}
const bySay = (issue: z.core.$ZodIssue | undefined): string => issue?.message ?? 'Invalid input'

/** Options that several commands share. */
export const option = {
  app: () =>
    z
      .string()
      .regex(/^(\*|[a-z0-9][a-z0-9-]{0,62})$/, 'an app name: small letters, digits and hyphens')
      .meta({
        about: {
          en: 'Fly app; the first managed one if left out',
          'zh-TW': 'Fly 應用程式；省略時為第一個',
        },
        complete: 'app' satisfies Completion,
      }),
}
