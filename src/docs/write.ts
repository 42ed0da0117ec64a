import { readFile, writeFile } from 'node:fs/promises'
import { loadCommands } from '../load-commands.ts'
import { checksTable } from './checks.ts'
import { commandsTable } from './commands.ts'
import { detectorsTable } from './detectors.ts'
import { withSection } from './table.ts'
import { variablesTable } from './variables.ts'

/** Sets the current tables into the pages that show them. */
async function rewrite(path: string, name: string, content: string): Promise<void> {
  const page = new URL(`../../${path}`, import.meta.url)
  await writeFile(page, withSection(await readFile(page, 'utf8'), name, content))
}

await rewrite('docs/doctor.md', 'checks', checksTable())
await rewrite('docs/oncall.md', 'detectors', detectorsTable())
await rewrite('docs/configuration.md', 'variables', variablesTable())
await rewrite('README.md', 'commands', commandsTable(await loadCommands()))
