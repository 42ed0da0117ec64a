import { variables } from '../config/schema.ts'
import { markdownTable } from './table.ts'

/** The table of all environment variables, from the schema they are checked with. */
export const variablesTable = (): string =>
  markdownTable(
    ['Variable', 'Default', 'Meaning'],
    variables.map(([name, { about, standard, secret }]) => [
      `\`${name}\``,
      standard === undefined ? '–' : code(standard),
      secret ? `Secret. ${about}` : about,
    ]),
  )

const code = (standard: string): string => (standard.includes('`') ? standard : `\`${standard}\``)
