/** One word of NODE_OPTIONS: what it means, and where it stands. */
interface Word {
  readonly value: string
  readonly from: number
  readonly to: number
}

/** V8 takes both spellings; the one in percent wins over the other when both are set (measured on Node 24). */
const CAP = /^--max[-_]old[-_]space[-_]size([-_]percentage)?=(\d+(?:\.\d+)?)$/

/** Words as Node splits them: at spaces alone, double quotes keep together, a backslash within them escapes. */
function wordsOf(options: string): readonly Word[] {
  const words: Word[] = []
  const part = /(?:"(?:\\.|[^"\\])*(?:"|\\?$)|[^ "])+/gs
  for (const { 0: raw, index } of options.matchAll(part))
    words.push({ value: unquoted(raw), from: index, to: index + raw.length })
  return words
}

const unquoted = (raw: string): string =>
  raw.replace(/"((?:\\.|[^"\\])*)(?:"|\\?$)/gs, (_, inner: string) =>
    inner.replace(/\\(.)/gs, '$1'),
  )

/** The cap on the JavaScript heap in MB that NODE_OPTIONS sets on a machine of `memoryMb`; null when it sets none. */
export function heapCapMb(options: string, memoryMb: number): number | null {
  const caps = wordsOf(options).flatMap(({ value }) => capOf(value) ?? [])
  const percent = caps.findLast((cap) => cap.percent)
  if (percent !== undefined) return Math.floor((percent.amount / 100) * memoryMb)
  const last = caps.at(-1)
  return last === undefined ? null : Math.floor(last.amount)
}

function capOf(word: string): { readonly percent: boolean; readonly amount: number } | undefined {
  const match = CAP.exec(word)
  if (match === null) return undefined
  return { percent: match[1] !== undefined, amount: Number(match[2]) }
}

/** NODE_OPTIONS with this heap cap in MB in place of every other one; all other words stay as they were written. */
export function withHeapCap(options: string, mb: number): string {
  const cap = `--max-old-space-size=${mb}`
  const [first, ...more] = wordsOf(options).filter(({ value }) => CAP.test(value))
  // In front, where an open quote can't swallow it.
  if (first === undefined) return options === '' ? cap : `${cap} ${options}`
  const rest = more.toReversed().reduce(without, options)
  return `${rest.slice(0, first.from)}${cap}${rest.slice(first.to)}`
}

/** A word goes with the space before it. */
const without = (options: string, { from, to }: Word): string =>
  options.slice(0, options[from - 1] === ' ' ? from - 1 : from) + options.slice(to)
