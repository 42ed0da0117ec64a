import type { ReadWords } from './front.ts'
import { nearest } from './nearest.ts'
import { type Registry, ROOTS } from './registry.ts'
import { type Text, tr } from './text.ts'
import { readWords, splitWords } from './words.ts'

/** Reads a typed line (`openclaw token rotate app=x`, or without the first word what lies under /openclaw) into command and input. */
export function createReadWords(registry: Registry): ReadWords {
  return (line) => {
    const split = splitWords(line.trim().replace(/^\//, ''))
    if ('problem' in split) return split
    const words = split.words
    const path = findPath(registry, words)
    if (path === undefined) return { problem: noCommand(registry, words) }
    const entry = registry.get(path.path)
    const read = readWords(entry?.options ?? [], words.slice(path.words))
    return read.ok ? { command: path.path, input: read.input } : { problem: read.problem }
  }
}

/** The longest run of first words that names a command; the top-level word may be left out. */
function findPath(registry: Registry, words: readonly string[]) {
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
