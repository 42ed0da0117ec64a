import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import manifest from '../../package.json' with { type: 'json' }

const SRC = new URL('../../src/', import.meta.url)
const page = readFileSync(new URL('README.md', SRC), 'utf8')
const section = (name: string): string =>
  page.split(`\n## ${name}\n`)[1]?.split('\n## ')[0] ?? assert.fail(name)
const code = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`\n]+)`/g)].map(([, inside = '']) => inside)

/** All that stands there in code. */
const MAP = code(section('Map'))

test('the map names every folder and every file right below src, and none that is not there', () => {
  const there = readdirSync(SRC, { withFileTypes: true })
    .filter(({ name }) => name !== 'README.md')
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
  assert.deepEqual(
    there.filter((name) => !MAP.includes(name)),
    [],
  )
  const nested = [
    '../commands/',
    'core/mutation/',
    'format.ts',
    'discord/',
    'telegram/',
    'console/',
  ]
  const isName = (one: string): boolean => /^[\w./-]+(?:\/|\.m?[jt]s)$/.test(one)
  const gone = MAP.filter((one) => isName(one) && !there.includes(one) && !nested.includes(one))
  assert.deepEqual(gone, [])
})

test('every dependency has its reason, and none that is gone has one', () => {
  const [head = '', ...rows] = section('Dependencies, and why').trim().split('\n')
  assert.match(head, /^\| Package/)
  const named = rows
    .filter((row) => /^\| [^-]/.test(row))
    .flatMap((row) => row.split('|')[1]?.split(',') ?? [])
    .map((name) => name.trim())
  const known = Object.keys(manifest.dependencies)
  const within = section('Dependencies, and why')
  for (const name of known)
    assert.ok(within.includes(name) || named.includes(name.split('/').at(-1) ?? ''), name)
  for (const name of named)
    assert.ok(
      known.some((one) => one === name || one.endsWith(`/${name}`)),
      name,
    )
  const inWords = within.split('For development: ')[1] ?? ''
  for (const name of Object.keys(manifest.devDependencies).filter(
    (one) => !one.startsWith('@types'),
  ))
    assert.ok(inWords.includes(name.replace('oxlint-', '')), name)
})

test('every decision has its day', () => {
  const decisions = section('Decisions').match(/^- .*/gm) ?? []
  assert.ok(decisions.length > 10)
  for (const one of decisions) assert.match(one, /^- \*\*20\d\d-\d\d-\d\d\. [^*]+\.\*\* /)
})

test('what the core may import is what the rule says', () => {
  const rule = readFileSync(new URL('../test/architecture.test.ts', SRC), 'utf8')
  const [, list = ''] = /files: \/\^src\\\/core\\\/\/,[^]*?npm: \[([^\]]*)\]/.exec(rule) ?? []
  const allowed = [...list.matchAll(/'([^']+)'/g)].map(([, name = '']) => name)
  const [, told = ''] = /`core` imports (.*) and Node's own/.exec(page) ?? []
  assert.deepEqual(told.split(', ').toSorted(), allowed.toSorted())
})
