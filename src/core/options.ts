import { z } from 'zod'
import type { Thing } from './complete-things.ts'
import { ownWords, spoken } from './option-words.ts'
import { isGiven } from './private.ts'
import { type Text, tr } from './text.ts'
import { DURATION, DURATION_OR_OFF, PLACE, WHO } from './who.ts'

/** The options of a command: one zod object from which menus, parser, help and the check in the worker all follow. */
export type Options = z.ZodObject<Record<string, z.ZodType>>

/** What an option may offer while it is typed. */
export type Completion = 'app' | 'id' | 'command' | Thing

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
  /** `option` is the one that is wrong, where it is one alone. */
  | { readonly ok: false; readonly problem: Text; readonly option: string }

/** Checks input against the schema; what is wrong comes as one sentence that names the option. */
export function checkOptions<O extends Options>(options: O, input: unknown): Checked<O> {
  const strict = strictOf(options)
  const english = strict.safeParse(input, { error: ENGLISH })
  if (english.success) return { ok: true, value: english.data as z.output<O> }
  const chinese = strict.safeParse(input, { error: CHINESE })
  const problem = { en: english.error, 'zh-TW': chinese.error ?? english.error }
  const own = ownWords(options, input, problem.en)
  const option = String(english.error.issues[0]?.path[0] ?? '')
  return { ok: false, problem: own ?? spoken(problem), option }
}

const ENGLISH = z.locales.en().localeError
const CHINESE = z.locales.zhTW().localeError

/** Making a schema takes zod longer than all checks of one command by it. */
const stricts = new WeakMap<Options, Options>()
function strictOf(options: Options): Options {
  const strict = stricts.get(options) ?? options.strict()
  stricts.set(options, strict)
  return strict
}

/** Options that several commands share. */
export const option = {
  /** For a command's `private` option of kind `secret`: nothing but a reference passes. */
  private: (about: Text) => z.string().refine(isGiven).meta({ about }),
  app: () =>
    z
      .string()
      .regex(/^(\*|[a-z0-9][a-z0-9-]{0,62})$/)
      .meta({
        about: {
          en: 'Fly app; the first managed one if left out',
          'zh-TW': 'Fly 應用程式；省略時為第一個',
        },
        complete: 'app' satisfies Completion,
        form: tr('small letters, digits and hyphens', '小寫英文字母、數字與連字號'),
      }),
  machine: () =>
    z
      .string()
      .min(1)
      .max(63)
      .meta({
        about: tr('Machine id; may be left out when it is clear', '機器 id；明確時可省略'),
        complete: 'machine' satisfies Completion,
      }),
  length: (about: Text, { off = false }: { readonly off?: boolean } = {}) =>
    z
      .string()
      .max(10)
      .regex(off ? DURATION_OR_OFF : DURATION)
      .meta({
        about,
        form: off
          ? tr('90s, 15m, 2h, 1d or off', '90s、15m、2h、1d 或 off')
          : tr('90s, 15m, 2h or 1d', '90s、15m、2h 或 1d'),
      }),
  who: () =>
    z
      .string()
      .max(80)
      .regex(WHO)
      .meta({
        form: tr(
          'a mention, discord:<id>, role:<id> or telegram:<id>; names can be taken over, ids can not',
          '提及、discord:<id>、role:<id> 或 telegram:<id>；名稱可能被冒用，識別碼不會',
        ),
        about: tr(
          'Mention, discord:<id>, role:<id> or telegram:<id>',
          '提及、discord:<id>、role:<id> 或 telegram:<id>',
        ),
      }),
  place: () =>
    z
      .string()
      .max(80)
      .regex(PLACE)
      .meta({
        form: tr(
          'here, guild, a channel mention, discord:<guild>/<channel> or telegram:<chat>/<topic>',
          'here、guild、頻道提及、discord:<guild>/<channel> 或 telegram:<chat>/<topic>',
        ),
        about: tr(
          'here (default), guild, a channel, discord:<guild>/<channel>, telegram:<chat>',
          'here（預設）、guild、頻道、discord:<guild>/<channel>、telegram:<chat>',
        ),
      }),
}
