import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { loadCommands } from '../../src/load-commands.ts'

const GUIDE = new URL('../../../shared/reference/guide/', import.meta.url)
const skip = existsSync(GUIDE) ? false : 'the guide is not beside the repository'
const registry = await loadCommands()

/** Section and command of each row. */
const rows = readFileSync(new URL('../../docs/guide.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!-|Section )/.test(line))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| /, '').trim()))

/** Headings of the second and third level; code blocks have remarks that look like them. */
function headings(): readonly string[] {
  const [file = ''] = readdirSync(GUIDE)
  const text = readFileSync(new URL(file, GUIDE), 'utf8').replaceAll(/^```[^]*?^```/gm, '')
  return [...text.matchAll(/^##+ (.+)$/gm)].map(([, name = '']) => name.trim())
}

test('every section of the guide has its row, in its order', { skip }, () => {
  assert.ok(headings().length > 20)
  assert.deepEqual(
    rows.map(([section]) => section),
    headings(),
  )
})

test('every row names a command that there is', () => {
  assert.ok(rows.length > 20)
  for (const [section = '', , commands = ''] of rows) {
    const named = [...commands.matchAll(/`\/([a-z ]+[a-z])(?: [a-z]+=\S+)?`/g)].map(
      ([, one = '']) => one,
    )
    assert.ok(named.length > 0, `${section} has no command`)
    for (const one of named) assert.ok(registry.has(one), `${section}: /${one}`)
  }
})
