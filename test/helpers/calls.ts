import type { Source } from './sources.ts'

/** One call in a source file, its arguments as they are written. */
export interface Call {
  readonly path: string
  readonly line: number
  readonly text: string
  readonly args: readonly string[]
}

/** Finds every call of a function by its name. Reads strings and templates as such, so that brackets in sentences do not count. */
export function callsOf({ path, text }: Source, name: string): readonly Call[] {
  const start = new RegExp(`(?<![\\w.$])${name.replace('.', '\\.')}\\(`, 'g')
  return [...text.matchAll(start)].flatMap(({ index, 0: head }) => {
    const before = text.slice(text.lastIndexOf('\n', index) + 1, index)
    if (/^\s*(?:\/?\*|\/\/)/.test(before) || /(?:function|const) $/.test(before)) return []
    const args = readArguments(text, index + head.length)
    const end = index + head.length + args.join(',').length + args.length
    return [
      {
        path,
        line: text.slice(0, index).split('\n').length,
        text: text.slice(index, end),
        args: args.map((arg) => arg.trim()).filter((arg) => arg !== ''),
      },
    ]
  })
}

/** The parts between the commas of the outermost bracket. */
function readArguments(text: string, from: number): string[] {
  const args: string[] = ['']
  let depth = 0
  for (let at = from; at < text.length;) {
    const char = text[at] ?? ''
    const size = /['"`]/.test(char) ? stringLength(text, at) : 1
    if (/[)\]}]/.test(char) && depth-- === 0) break
    if (/[([{]/.test(char)) depth++
    if (char === ',' && depth === 0) args.push('')
    else args[args.length - 1] += text.slice(at, at + size)
    at += size
  }
  return args
}

/** How long the string or template is that begins here. */
function stringLength(text: string, from: number): number {
  const quote = text[from]
  let at = from + 1
  while (at < text.length && text[at] !== quote) {
    if (text[at] === '\\') at += 2
    else if (quote === '`' && text.startsWith('${', at)) {
      at += 2 + readArguments(text, at + 2).join(',').length + 1
    } else at++
  }
  return at - from + 1
}

/** The words of an argument that is one string or template; nothing when it is anything else. */
export function literalOf(arg: string): string | undefined {
  const quote = arg[0] ?? ''
  if (!/['"`]/.test(quote) || stringLength(arg, 0) !== arg.length) return undefined
  return arg.slice(1, -1)
}
