import fc from 'fast-check'

/** A JSON5 text as people write them, and what it means. */
export interface Written {
  readonly text: string
  readonly value: unknown
  /** Every one of another text. */
  readonly comments: readonly string[]
}

const BLANKS = ['', ' ', '\n', '\n  ', '\t', '\r\n    ']
const bareName = fc
  .stringMatching(/^[A-Za-z_$][A-Za-z0-9_$]{0,8}$/)
  .filter((name) => !/^(?:true|false|null|Infinity|NaN|__proto__)$/.test(name))
const anyName = fc.string({ maxLength: 6, unit: 'binary' }).filter((name) => name !== '__proto__')

export const plainConfig = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    tie('list'),
    tie('block'),
  ),
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer({ min: -1e6, max: 1e6 }),
    fc.string({ maxLength: 8, unit: 'binary' }),
  ),
  list: fc.array(tie('value'), { maxLength: 3 }),
  block: fc.dictionary(fc.oneof(bareName, anyName), tie('value'), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
})).block as fc.Arbitrary<Record<string, unknown>>

/** Writes a value with quotes, escapes, commas, blanks and comments as `choose` has it. */
function createWriter(choose: (most: number) => number) {
  const comments: string[] = []
  const blank = (): string => BLANKS[choose(BLANKS.length)] ?? ''
  const space = (): string => {
    const kind = choose(8)
    if (kind > 1) return blank()
    const words = `c${comments.length} ${['note', 'a: 1', "it's", '{"', '*'][choose(5)] ?? ''}`
    const comment = kind === 0 ? `// ${words}\n` : `/* ${words} */`
    comments.push(comment.trim())
    return blank() + comment + blank()
  }
  const quoted = (word: string): string => {
    const quote = choose(2) === 0 ? '"' : "'"
    const inside = Array.from(word, (sign) => written(sign, quote, choose(6))).join('')
    return quote + inside + quote
  }
  const name = (key: string): string =>
    /^[A-Za-z_$][\w$]*$/.test(key) && choose(2) === 0 ? bare(key, choose(4)) : quoted(key)
  const several = (parts: readonly string[], open: string, close: string): string => {
    const tail = parts.length > 0 && choose(3) === 0 ? ',' : ''
    return open + space() + parts.join(`,${space()}`) + space() + tail + space() + close
  }
  const value = (one: unknown): string => {
    if (typeof one === 'string') return quoted(one)
    if (Array.isArray(one))
      return several(
        one.map((item: unknown) => value(item)),
        '[',
        ']',
      )
    if (typeof one === 'object' && one !== null)
      return several(
        Object.entries(one).map(
          ([key, inside]) => `${name(key)}${space()}:${space()}${value(inside)}`,
        ),
        '{',
        '}',
      )
    return String(one)
  }
  return { write: (one: unknown) => space() + value(one) + space(), comments }
}

const bare = (key: string, how: number): string =>
  how === 0 ? `\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}` : key

function written(sign: string, quote: string, how: number): string {
  const code = sign.codePointAt(0) ?? 0
  if (/[\\\n\r\u2028\u2029]/.test(sign) || sign === quote || (how === 0 && code < 0xffff))
    return `\\u${code.toString(16).padStart(4, '0')}`
  if (how === 1 && code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return how === 2 ? `\\\n${sign}` : sign
}

/** Writes with an odd hand: the same numbers, the same text. */
export function writeJson5(value: unknown, hand: readonly number[]): Written {
  let at = 0
  const choose = (most: number): number => (hand[at++ % Math.max(1, hand.length)] ?? 7) % most
  const { write, comments } = createWriter(choose)
  return { text: write(value), value, comments }
}

/** Blocks of any shape, written in any way. */
export const json5Text = (
  values: fc.Arbitrary<Record<string, unknown>> = plainConfig,
): fc.Arbitrary<Written> =>
  fc
    .tuple(values, fc.array(fc.nat(997), { minLength: 1, maxLength: 60 }))
    .map(([value, hand]) => writeJson5(value, hand))
