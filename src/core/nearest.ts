/** The word that was probably meant: the closest by edits, when at most a third of it is wrong. */
export function nearest(typed: string, words: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(typed.length / 3))
  const best = closest(typed, words)
  return best !== undefined && best.edits <= limit ? best.word : undefined
}

/** The closest word by edits, however far it is; nothing where there are no words. */
export function closest(
  typed: string,
  words: readonly string[],
): { readonly word: string; readonly edits: number } | undefined {
  const [best] = words
    .map((word) => ({ word, edits: distance(typed.toLowerCase(), word) }))
    .sort((a, b) => a.edits - b.edits)
  return best
}

/** Levenshtein distance: the least number of inserted, removed and changed characters. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, char] of Array.from(a).entries()) {
    const next = [i + 1]
    for (let j = 0; j < b.length; j++) {
      const change = (row[j] ?? 0) + (char === b[j] ? 0 : 1)
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
