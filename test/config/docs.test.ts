import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { format } from 'prettier'
import { variablesTable, withVariables } from '../../src/config/docs.ts'
import { variables } from '../../src/config/schema.ts'

const PAGE = new URL('../../docs/configuration.md', import.meta.url)

test('docs/configuration.md is current (npm run docs makes it so)', async () => {
  const page = await readFile(PAGE, 'utf8')
  assert.equal(page, withVariables(page))
})

test('the table has one row for each variable and is set as Prettier sets it', async () => {
  const table = variablesTable()
  assert.equal(table.split('\n').length, variables.length + 2)
  assert.equal(await format(table, { parser: 'markdown' }), `${table}\n`)
})

test('every variable says what it is and what to do, in whole sentences', () => {
  for (const [name, { about, fix }] of variables) {
    assert.match(about, /\.$/, name)
    assert.ok(typeof fix === 'object', name)
    assert.match(fix.en, /\.$/, name)
    assert.match(fix['zh-TW'], /。$/, name)
  }
})

const START = '<!-- variables: made by npm run docs -->'
const END = '<!-- end of variables -->'

test('a page without its markers, once each and in order, is refused', () => {
  for (const page of ['', 'text', START, END + START, START + END + END, START + START + END])
    assert.throws(() => withVariables(page), /once each/)
})
