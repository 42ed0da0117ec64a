import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { format } from 'prettier'
import { variables } from '../../src/config/schema.ts'
import { CHECKS } from '../../src/core/doctor/checks.ts'
import { DETECTORS } from '../../src/core/watch/detectors.ts'
import { checksTable } from '../../src/docs/checks.ts'
import { commandsTable } from '../../src/docs/commands.ts'
import { detectorsTable } from '../../src/docs/detectors.ts'
import { withSection } from '../../src/docs/table.ts'
import { variablesTable } from '../../src/docs/variables.ts'
import { loadCommands } from '../../src/load-commands.ts'

const registry = await loadCommands()
const TABLES = [
  {
    page: 'docs/configuration.md',
    name: 'variables',
    table: variablesTable(),
    rows: variables.length,
  },
  { page: 'docs/doctor.md', name: 'checks', table: checksTable(), rows: CHECKS.length },
  {
    page: 'docs/oncall.md',
    name: 'detectors',
    table: detectorsTable(),
    rows: DETECTORS.length,
  },
  { page: 'README.md', name: 'commands', table: commandsTable(registry), rows: registry.size },
]

for (const { page, name, table, rows } of TABLES) {
  test(`${page} is current (npm run docs makes it so)`, async () => {
    const text = await readFile(new URL(`../../${page}`, import.meta.url), 'utf8')
    assert.equal(text, withSection(text, name, table))
  })

  test(`the table of ${name} has every row and is set as Prettier sets it`, async () => {
    assert.equal(table.split('\n').length, rows + 2)
    assert.equal(await format(table, { parser: 'markdown' }), `${table}\n`)
  })
}

test('every variable says what it is and what to do, in whole sentences', () => {
  for (const [name, { about, fix }] of variables) {
    assert.match(about, /\.$/, name)
    assert.ok(typeof fix === 'object', name)
    assert.match(fix.en, /\.$/, name)
    assert.match(fix['zh-TW'], /。$/, name)
  }
})

const START = '<!-- x: made by npm run docs -->'
const END = '<!-- end of x -->'

test('a page without its markers, once each and in order, is refused', () => {
  for (const page of ['', 'text', START, END + START, START + END + END, START + START + END])
    assert.throws(() => withSection(page, 'x', 'y'), /once each/)
})
