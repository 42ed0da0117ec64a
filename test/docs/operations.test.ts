import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { loadCommands } from '../../src/load-commands.ts'
import { sourcesIn } from '../helpers/sources.ts'
import { PROCEDURES } from './procedures.ts'

const registry = await loadCommands()
const page = (name: string): string =>
  readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

const HEAD = ['Step', 'What it does', 'How it is seen done', 'Way back']
const cells = (line: string): readonly string[] =>
  line.split(' | ').map((cell) => cell.replaceAll(/^\||\|$/g, '').trim())

/** The rows of all tables of steps below this heading: what each cell says. */
function rowsOf(name: string, heading: string): ReadonlyArray<readonly string[]> {
  const [, section] = page(name).split(`\n## ${heading}\n`)
  assert.ok(section !== undefined, `${name} has no section ${heading}`)
  const lines = section.split(/\n## /)[0]?.split('\n') ?? []
  return lines.flatMap((line, at) => {
    if (!line.startsWith('| Step ')) return []
    assert.deepEqual(cells(line), HEAD, `${name}, ${heading}`)
    const end = lines.findIndex((other, behind) => behind > at && !other.startsWith('|'))
    return lines.slice(at + 2, end < 0 ? undefined : end).map(cells)
  })
}

test('every verb that changes something of Fly’s has a section with its steps', () => {
  const changing = [...registry].flatMap(([path, { command }]) =>
    command.where === 'worker' && command.kind === 'change' ? [path] : [],
  )
  assert.deepEqual(
    PROCEDURES.flatMap(({ verbs }) => verbs).toSorted(),
    changing.map((path) => path.replace('openclaw ', '')).toSorted(),
  )
})

test('every other verb that asks before it acts is told of on some page', () => {
  const pages = ['access', 'audit', 'oncall', 'logs', 'operations'].map((name) =>
    page(`${name}.md`),
  )
  const told = pages.join('\n').replaceAll('`', '')
  const procedures = new Set(PROCEDURES.flatMap(({ verbs }) => verbs))
  const untold = [...registry].flatMap(([path, { command }]) => {
    const { confirm = 'none' } = command
    const word = path.split(' ').at(-1) ?? ''
    const asks = confirm !== 'none' && !procedures.has(path.replace('openclaw ', ''))
    return asks && !new RegExp(`\\b${word}\\b`).test(told) ? [path] : []
  })
  assert.deepEqual(untold, [])
})

for (const { page: name = 'operations.md', heading, steps } of PROCEDURES)
  test(`${name}, ${heading}: its rows are the steps there are, each with how it is seen done and the way back`, () => {
    const rows = rowsOf(name, heading)
    const named = new Set(rows.flatMap(([step = '']) => (step === 'Plan' ? [] : [step])))
    assert.deepEqual([...named], Object.keys(steps))
    for (const row of rows)
      assert.ok(row.length === 4 && row.every((cell) => cell !== ''), row.join(' | '))
  })

/** Folders whose labels are those of steps, of buttons, or of secrets that are shown once. */
const FOLDERS = 'config deploy deploy-launch mutation secrets self token volumes'.split(' ')
const LABEL =
  /(?:label:|const label =|\bstep\(['\w.]+,)\s*(?:[^,;{}]{0,40}\?\s*)?(?:join\(' ', )?tr\(\s*(['`])([^'`\n]+)\1(?:,\s*(['`])[^'`\n]+\3,?\s*\)\s*:\s*tr\(\s*(['`])([^'`\n]+)\4)?/g
const NO_STEPS = ['Gateway token of ${app}', 'Start', 'Restart', 'Doctor', 'About me']

/** The labels of steps as they are written in the code. */
function labelsInCode(): ReadonlySet<string> {
  const folders = FOLDERS.map((folder) => `src/core/${folder}/`)
  const files = sourcesIn('src').filter(({ path }) => folders.some((one) => path.startsWith(one)))
  const found = files.flatMap(({ text }) =>
    [...text.matchAll(LABEL)].flatMap(({ index, 0: whole, 2: one = '', 5: other }) => {
      const [behind = ''] = text.slice(index + whole.length).split(/\blabel\b|\n\n/)
      return /\bstyle:|\bintent:/.test(behind) ? [] : [one, ...(other === undefined ? [] : [other])]
    }),
  )
  return new Set(found.filter((label) => !NO_STEPS.includes(label)))
}

test('the steps that are told of are those in the code, and none of the code is left out', () => {
  const told = PROCEDURES.flatMap(({ steps }) => Object.values(steps).flat())
  const inCode = labelsInCode()
  assert.deepEqual([...new Set(told)].toSorted(), [...inCode].toSorted())
})
