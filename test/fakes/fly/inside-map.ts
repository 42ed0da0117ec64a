/** What the machine calls things, and where they really are. */
export interface InsideMap {
  /** Maps one word of a command line or one value of the environment. */
  readonly word: (word: string) => string
  /** Maps output back, so that nothing in it tells of this computer. */
  readonly text: (text: string) => string
}

export interface InsideTable {
  /** Directories or files, by their path inside. */
  readonly paths: ReadonlyMap<string, string>
  readonly ports: ReadonlyMap<number, number>
}

const flag = /^(--[\w-]+=)(.*)$/s
const localUrl = /^(\w+:\/\/(?:127\.0\.0\.1|localhost|0\.0\.0\.0):)(\d+)(?=\/|$)/

export function createInsideMap({ paths, ports }: InsideTable): InsideMap {
  const byLength = [...paths].toSorted(([one], [other]) => other.length - one.length)
  const back = [...paths].toSorted(([, one], [, other]) => other.length - one.length)
  const port = (word: string): string => {
    const real = /^\d+$/.test(word) ? ports.get(Number(word)) : undefined
    return real === undefined ? word : String(real)
  }
  const path = (word: string): string => {
    const entry = byLength.find(([inside]) => word === inside || word.startsWith(`${inside}/`))
    return entry === undefined ? word : entry[1] + word.slice(entry[0].length)
  }
  const word = (value: string): string => {
    const [, name, rest] = flag.exec(value) ?? []
    if (name !== undefined && rest !== undefined) return name + word(rest)
    return path(port(value)).replace(
      localUrl,
      (_, front: string, number: string) => front + port(number),
    )
  }
  return {
    word,
    text: (text) => {
      let mapped = text
      for (const [inside, real] of back) mapped = mapped.replaceAll(real, inside)
      for (const [inside, real] of ports) {
        mapped = mapped.replaceAll(
          new RegExp(`(?<![\\d.])${String(real)}(?!\\d)`, 'g'),
          String(inside),
        )
      }
      return mapped
    },
  }
}

/**
 * Maps the arguments of an exec. The text of a script (behind `-c` or `-e`) is left alone: it gets its paths and ports as
 * arguments behind it.
 */
export function mapCommand(map: InsideMap, command: readonly string[]): readonly string[] {
  const script = command.findIndex(
    (word, index) => index > 0 && /^-(\w*c|e)$/.test(command[index - 1] ?? '') && word !== '',
  )
  return command.map((word, index) => (index === script ? word : map.word(word)))
}
