/** A Markdown table set as Prettier sets it, so that formatting changes nothing. */
export function markdownTable(
  head: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [first = [], ...rest] = cells
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n')
}

/** The page with `content` between the markers of a generated section. Throws when a marker is missing or doubled. */
export function withSection(page: string, name: string, content: string): string {
  const start = `<!-- ${name}: made by npm run docs -->`
  const end = `<!-- end of ${name} -->`
  const [before, inside, ...more] = page.split(start)
  const after = inside?.split(end)
  if (before === undefined || more.length > 0 || after?.length !== 2)
    throw new Error(`The page needs "${start}" and "${end}" once each, in this order.`)
  return `${before}${start}\n\n${content}\n\n${end}${after[1]}`
}
