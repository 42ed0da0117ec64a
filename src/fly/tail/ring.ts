import type { LogLine } from '../../core/fly.ts'

const LINES = 24_000
const CHARACTERS = 6_000_000

/** The newest lines, numbered as they came; what no longer fits is let go, and a reader is told how many it missed. */
export interface Ring {
  readonly push: (line: LogLine) => void
  readonly after: (seq: number) => { readonly lines: readonly LogLine[]; readonly dropped: number }
  /** The number of the next line. */
  readonly next: () => number
  readonly newest: () => LogLine | undefined
}

export function createRing(limits = { lines: LINES, characters: CHARACTERS }): Ring {
  let kept: LogLine[] = []
  let first = 0
  let characters = 0
  const shed = () => {
    let over = 0
    while (
      over < kept.length &&
      (kept.length - over > limits.lines || characters > limits.characters)
    )
      characters -= kept[over++]?.message.length ?? 0
    kept = kept.slice(over)
    first += over
  }
  return {
    push(line) {
      kept.push(line)
      characters += line.message.length
      // In bulk: shifting one by one would cost more than keeping a tenth too many.
      if (kept.length > limits.lines * 1.1 || characters > limits.characters * 1.1) shed()
    },
    after: (seq) => ({
      lines: kept.slice(Math.max(0, seq - first)),
      dropped: Math.max(0, first - seq),
    }),
    next: () => first + kept.length,
    newest: () => kept.at(-1),
  }
}
