import type { ReadWords } from './front.ts'
import { nearest } from './nearest.ts'
import { mayHold } from './private-typed.ts'
import { type Registry, ROOTS } from './registry.ts'
import { type Text, tr } from './text.ts'
import { readWords, splitWords } from './words.ts'

/** Reads a typed line (`openclaw token rotate app=x`, or without the first word what lies under /openclaw) into command and input. */
export function createReadWords(registry: Registry): ReadWords {
  return (line) => {
    const plain = line.trim().replace(/^\//, '')
    const split = splitWords(plain)
    const words = 'words' in split ? split.words : plain.split(/\s+/)
    const path = findPath(registry, words)
    const burnt = path && typedSecret(registry, path, words)
    if (burnt !== undefined) return burnt
    if ('problem' in split) return split
    if (path === undefined) return { problem: noCommand(registry, words) }
    const entry = registry.get(path.path)
    const read = readWords(entry?.options ?? [], words.slice(path.words))
    return read.ok ? { command: path.path, input: read.input } : { problem: read.problem }
  }
}

/** A line in which a secret was typed is handed on without it: the dispatcher says what has to be said about that. */
function typedSecret(registry: Registry, path: Path, words: readonly string[]) {
  const { command, options } = registry.get(path.path) ?? {}
  const hidden = command?.private
  if (hidden === undefined || options === undefined) return undefined
  if (!mayHold(hidden, options, words.slice(path.words))) return undefined
  return { command: path.path, input: { [hidden.option]: '' } }
}

interface Path {
  readonly path: string
  /** How many of the words it takes. */
  readonly words: number
}

/** The longest run of first words that names a command; the top-level word may be left out. */
function findPath(registry: Registry, words: readonly string[]): Path | undefined {
  const low = words.slice(0, 3).map((word) => word.toLowerCase())
  for (const prefix of [[], ['openclaw'], ['ops']]) {
    for (let take = 3; take > 0; take--) {
      const path = [...prefix, ...low.slice(0, take)].join(' ')
      if (take <= low.length && registry.has(path)) return { path, words: take }
    }
  }
  return undefined
}

function noCommand(registry: Registry, words: readonly string[]): Text {
  const typed = words.slice(0, 3).join(' ').toLowerCase()
  const paths = Array.from(registry.keys())
  const short = paths.filter((path) => path.startsWith('openclaw ')).map((path) => path.slice(9))
  const inGroup = paths.filter((path) => ` ${path} `.includes(` ${typed} `))
  if (typed !== '' && inGroup.length > 0 && inGroup.length <= 12) {
    const list = inGroup.map((path) => `/${path}`).join(', ')
    return tr(`“${typed}” needs one more word: ${list}.`, `「${typed}」還需要一個詞：${list}。`)
  }
  if (typed !== '' && inGroup.length > 0)
    return tr(
      `“${typed}” needs one more word; /ops help ${typed} lists what there is.`,
      `「${typed}」還需要一個詞；/ops help ${typed} 會列出所有指令。`,
    )
  const names = [...paths, ...short, ...ROOTS]
  const [first = ''] = words
  const guess = nearest(typed, names) ?? nearest(first.toLowerCase(), names)
  return guess === undefined
    ? tr(
        `There is no command “${typed}”; /ops help lists what there is.`,
        `沒有「${typed}」這個指令；/ops help 會列出所有指令。`,
      )
    : tr(
        `There is no command “${typed}”; did you mean /${guess}?`,
        `沒有「${typed}」這個指令；是指 /${guess} 嗎？`,
      )
}
