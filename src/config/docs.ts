import { variables } from './schema.ts'

const START = '<!-- variables: made by npm run docs -->'
const END = '<!-- end of variables -->'

const HEAD = ['Variable', 'Default', 'Meaning'] as const
type Row = readonly [string, string, string]

const rows = (): readonly Row[] =>
  variables.map(([name, { about, standard, secret }]) => [
    `\`${name}\``,
    standard === undefined ? '–' : code(standard),
    secret ? `Secret. ${about}` : about,
  ])

const code = (standard: string): string => (standard.includes('`') ? standard : `\`${standard}\``)

/** The table of all variables, set as Prettier sets it, so that formatting changes nothing. */
export function variablesTable(): string {
  const cells = [HEAD, ...rows()].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...rest] = cells
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rest.map(line)].join('\n')
}

/** The page with a current table between its markers. Throws when a marker is missing. */
export function withVariables(page: string): string {
  const [before, inside, ...more] = page.split(START)
  const after = inside?.split(END)
  if (before === undefined || more.length > 0 || after?.length !== 2)
    throw new Error(`The page needs "${START}" and "${END}" once each, in this order.`)
  return `${before}${START}\n\n${variablesTable()}\n\n${END}${after[1]}`
}
