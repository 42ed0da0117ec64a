/**
 * Which test files share a process. Starting one costs half a second of reading modules, a third of the suite if each file had its own; so the files
 * of a folder share theirs. What starts the product or a gateway waits most of its time: those folders are dealt out, to wait side by side.
 */
const DEALT: readonly { readonly from: RegExp; readonly hands: number }[] = [
  { from: /^test\/e2e\//, hands: 8 },
  { from: /\.live\.test\.ts$/, hands: 3 },
  { from: /^test\/(chaos\/|demo\.)/, hands: 2 },
  { from: /^test\/commands\/openclaw\//, hands: 2 },
  { from: /^test\/(store|jobs)\//, hands: 2 },
]

/** Folders with fewer files, and the files in none, share one. */
const SMALL = 6

/** All of `files`, each in exactly one group; longest groups first, so that none is waited for alone at the end. */
export function groups(files: readonly string[]): readonly (readonly string[])[] {
  const sorted = files.toSorted()
  const dealt = DEALT.flatMap(({ hands }, at) =>
    deal(
      sorted.filter((file) => DEALT.findIndex((other) => other.from.test(file)) === at),
      hands,
    ),
  )
  const rest = sorted.filter((file) => !DEALT.some(({ from }) => from.test(file)))
  const folders = Object.values(Object.groupBy(rest, (file) => file.split('/')[1] ?? '')).map(
    (folder) => folder ?? [],
  )
  const large = folders.filter(({ length }) => length >= SMALL)
  const small = folders.filter(({ length }) => length < SMALL).flat()
  const shared = [...large, small].toSorted((a, b) => b.length - a.length)
  return [...dealt, ...shared].filter(({ length }) => length > 0)
}

function deal(files: readonly string[], hands: number): readonly (readonly string[])[] {
  return Array.from({ length: hands }, (_, hand) =>
    files.filter((_file, at) => at % hands === hand),
  )
}
