import type { MistakeKind } from './world.ts'

/** Something a request did wrong. */
export interface Mistake {
  readonly kind: MistakeKind
  /** `METHOD /path: what`. */
  readonly detail: string
}
export interface Mistakes {
  readonly list: readonly Mistake[]
  readonly add: (kind: MistakeKind, detail: string) => void
  readonly expect: (expected: ExpectedMistake) => void
  /** Those nobody expected, and those expected that never came, as sentences. */
  readonly complaints: () => readonly string[]
}
export interface ExpectedMistake {
  readonly kind?: MistakeKind
  readonly detail?: RegExp
}

export function createMistakes(): Mistakes {
  const list: Mistake[] = []
  const expected: ExpectedMistake[] = []
  const fits = (mistake: Mistake, wanted: ExpectedMistake): boolean =>
    (wanted.kind ?? mistake.kind) === mistake.kind && (wanted.detail?.test(mistake.detail) ?? true)
  return {
    list,
    add: (kind, detail) => list.push({ kind, detail }),
    expect: (wanted) => expected.push(wanted),
    complaints: () => [
      ...list
        .filter((mistake) => !expected.some((wanted) => fits(mistake, wanted)))
        .map(({ kind, detail }) => `${kind}: ${detail}`),
      ...expected
        .filter((wanted) => !list.some((mistake) => fits(mistake, wanted)))
        .map((wanted) => `expected, but never came: ${wanted.kind ?? ''} ${String(wanted.detail)}`),
    ],
  }
}
