/** The value of `--name value` or `--name=value`. */
export function flagOf(argv: readonly string[], name: string): string | undefined {
  const index = argv.findIndex((word) => word === name || word.startsWith(`${name}=`))
  if (index < 0) return undefined
  const word = argv[index] ?? ''
  return word === name ? argv[index + 1] : word.slice(name.length + 1)
}
