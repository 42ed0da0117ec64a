import { type DocumentNode, evaluate, parse, type ValueNode } from '@humanwhocodes/momoa'
import { type Text, tr } from '../text.ts'

/** A JSON5 text taken apart: what it means, and where everything stands. */
export interface Parsed {
  readonly ok: true
  readonly value: unknown
  readonly root: ValueNode
  readonly tokens: NonNullable<DocumentNode['tokens']>
}
/** Where it stops being JSON5. */
interface Unparsed {
  readonly ok: false
  readonly at: number
  readonly what: Text
}

interface ParseError {
  readonly offset: number
  readonly message: string
}

const isParseError = (error: unknown): error is ParseError =>
  error instanceof Error && 'offset' in error && typeof error.offset === 'number'

/** Reads JSON5. Never throws: what is nested too deeply is no config either. */
export function parseConfig(text: string): Parsed | Unparsed {
  try {
    const { body, tokens = [] } = parse(text, { mode: 'json5', ranges: true, tokens: true })
    return { ok: true, value: evaluate(body), root: body, tokens }
  } catch (error) {
    if (!isParseError(error)) return { ok: false, at: 0, what: TOO_DEEP }
    return { ok: false, at: error.offset, what: wordsFor(error.message) }
  }
}

const TOO_DEEP = tr('It is nested too deeply to be read.', '巢狀層數太深，無法讀取。')

/** The library's words name kinds of its own; ours name the signs. The text itself is never quoted: it may be part of a secret. */
const SIGNS: Readonly<Record<string, string>> = {
  Comma: ',',
  Colon: ':',
  LBrace: '{',
  RBrace: '}',
  LBracket: '[',
  RBracket: ']',
}

export const ENDS = tr(
  'The file ends too early: a bracket or quote is not closed.',
  '檔案提早結束：有括號或引號沒有關閉。',
)
export const notHere = (sign: string): Text =>
  tr(
    `“${sign}” is not expected here. Look for a missing comma, quote or bracket just before.`,
    `這裡不應出現「${sign}」。請檢查前面是否少了逗號、引號或括號。`,
  )

function wordsFor(message: string): Text {
  if (/end of input/i.test(message)) return ENDS
  const sign = SIGNS[/^Unexpected token (\w+)/.exec(message)?.[1] ?? '']
  if (sign !== undefined) return notHere(sign)
  return tr(
    'This is no JSON5 here. Look for a missing comma, quote or bracket just before.',
    '此處不是有效的 JSON5。請檢查前面是否少了逗號、引號或括號。',
  )
}

/** Line and column of an offset, both from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.max(0, offset)).split(/\r\n|[\n\r]/)
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
