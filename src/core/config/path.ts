import type { ElementNode, MemberNode, ValueNode } from '@humanwhocodes/momoa'

/** Names of keys and numbers of list items, from the top down. */
export type Path = ReadonlyArray<string | number>

const STEP = /\.?([^.[\]"'\s][^.[\]"']*)|\[(\d{1,6})\]|\.?\["((?:[^"\\]|\\.)*)"\]|\.?\['([^']*)'\]/y

/** Reads `gateway.auth.token`, `list[0].id`, `a["key.with.dots"]`; `undefined` for what is no path. */
export function readPath(words: string): Path | undefined {
  const path: Array<string | number> = []
  const step = new RegExp(STEP)
  while (step.lastIndex < words.length) {
    const at = step.lastIndex
    const found = step.exec(words)
    const dotted = words.startsWith('.', at)
    if (found === null || (at === 0 && dotted)) return undefined
    const [, name, number, double, single] = found
    if (at > 0 && name !== undefined && !dotted) return undefined
    const key = name?.trim() ?? single ?? unescaped(double ?? '')
    path.push(number === undefined ? key : Number(number))
  }
  return path.length === 0 || path.length > 40 ? undefined : path
}

const unescaped = (word: string): string => word.replaceAll(/\\(.)/g, '$1')

/** As `readPath` reads it. */
export const showPath = (path: Path): string =>
  path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`
      const plain = /^[^.[\]"'\s]+$/.test(key)
      if (!plain) return `["${key.replaceAll(/["\\]/g, '\\$&')}"]`
      return index === 0 ? key : `.${key}`
    })
    .join('')

export const nameOf = ({ name }: MemberNode): string =>
  name.type === 'String' ? name.value : name.name

/** The members of this name; of several, the last one counts. */
export const membersNamed = (node: ValueNode, key: string): readonly MemberNode[] =>
  node.type === 'Object' ? node.members.filter((member) => nameOf(member) === key) : []

/** The member or item at one step; a number may name a key, and a name of digits an item. */
export function childOf(
  node: ValueNode,
  key: string | number,
): MemberNode | ElementNode | undefined {
  if (node.type === 'Array')
    return /^\d+$/.test(String(key)) ? node.elements[Number(key)] : undefined
  return membersNamed(node, String(key)).at(-1)
}

/** As far as a path leads: the last node on it and how many steps that took. */
export function follow(
  root: ValueNode,
  path: Path,
): { readonly node: ValueNode; readonly steps: number } {
  let node = root
  for (const [steps, key] of path.entries()) {
    const child = childOf(node, key)
    if (child === undefined) return { node, steps }
    node = child.value
  }
  return { node, steps: path.length }
}

/** The node at the end of a path, if there is one. */
export function nodeAt(root: ValueNode, path: Path): ValueNode | undefined {
  const { node, steps } = follow(root, path)
  return steps === path.length ? node : undefined
}

/** Where a node or token stands. The parser gives all of them but list items a range. */
export function rangeOf({
  range,
}: {
  readonly range?: readonly number[] | undefined
}): readonly [start: number, end: number] {
  const [start, end] = range ?? []
  if (start === undefined || end === undefined) throw new TypeError('a node without a range')
  return [start, end]
}
