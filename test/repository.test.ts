import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { aboutVariable } from '../src/config/schema.ts'
import { loadCommands } from '../src/load-commands.ts'
import { ROOT, sourcesIn } from './helpers/sources.ts'
import { tracked } from './helpers/tracked.ts'

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const json = <T>(path: string): T => JSON.parse(read(path)) as T

interface Package {
  readonly version?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly engines?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
const manifest = json<Package>('package.json')

const files = tracked()
const pages = files.filter((path) => path.endsWith('.md') && !path.startsWith('test/'))

test('every npm script that a page names is there', () => {
  for (const page of pages)
    for (const [words, script = ''] of read(page).matchAll(
      /\bnpm (?:run|exec --) (?:--silent )?([\w:-]+)/g,
    ))
      assert.ok(manifest.scripts?.[script] !== undefined, `${page}: ${words}`)
})

test('every file of ours that a page links to is there', () => {
  for (const page of pages)
    for (const [, target = ''] of read(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g))
      assert.ok(existsSync(join(ROOT, page, '..', target)), `${page} links to ${target}`)
})

test('every variable of ours that a page names is one that is read', () => {
  assert.ok(pages.length > 15)
  for (const page of pages)
    for (const [name] of read(page).matchAll(/\b(?:OPS|DISCORD|TELEGRAM)_[A-Z_]+[A-Z]\b/g))
      assert.ok(aboutVariable(name) !== undefined, `${page}: ${name}`)
})

test('the page everyone reads first, the history and the license are there', () => {
  for (const path of ['README.md', 'CHANGELOG.md', 'LICENSE'])
    assert.ok(existsSync(join(ROOT, path)) && read(path).length > 200, path)
})

test('the history begins with what is not released yet, or with the version of the package', () => {
  const [, newest = ''] = /^## (.+)$/m.exec(read('CHANGELOG.md')) ?? []
  assert.match(newest, new RegExp(`^(?:Unreleased|${manifest.version})\\b`))
})

test('dependencies are pinned to the digit', () => {
  for (const group of [manifest.dependencies, manifest.devDependencies])
    for (const [name, version] of Object.entries(group ?? {}))
      assert.match(version, /^\d+\.\d+\.\d+$/, name)
})

test('scripts, image and engines agree on the major version of Node', () => {
  const major = manifest.devDependencies?.['node']?.split('.')[0]
  assert.match(read('Dockerfile'), new RegExp(`node:${major}\\b`))
  assert.match(manifest.engines?.['node'] ?? '', new RegExp(`^>=${major}\\b`))
})

interface Lock {
  readonly packages: Readonly<Record<string, Package>>
}

/** Where Node looks for a package, from the one that wants it upwards. */
function found({ packages }: Lock, from: string, name: string): boolean {
  for (let at = from; ;) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`] !== undefined) return true
    if (at === '') return false
    const cut = at.lastIndexOf('/node_modules/')
    at = cut < 0 ? '' : at.slice(0, cut)
  }
}

test('the lock file has an entry for everything that anything in it wants, optional or not', () => {
  const lock = json<Lock>('package-lock.json')
  const missing = Object.entries(lock.packages).flatMap(([path, one]) =>
    Object.keys({ ...one.dependencies, ...one.optionalDependencies })
      .filter((name) => !found(lock, path, name))
      .map((name) => `${path || 'the package'} wants ${name}`),
  )
  assert.deepEqual(missing, [])
  assert.ok(Object.keys(lock.packages).length > 200)
  const { dependencies, devDependencies } = lock.packages[''] ?? {}
  assert.deepEqual(
    { ...dependencies, ...devDependencies },
    {
      ...manifest.dependencies,
      ...manifest.devDependencies,
    },
  )
})

test('the parts of discord.js that are loaded are the ones it would load itself', () => {
  const { packages } = json<Lock>('package-lock.json')
  for (const part of ['@discordjs/rest', '@discordjs/ws', 'discord-api-types']) {
    assert.ok(packages['node_modules/discord.js']?.dependencies?.[part] !== undefined, part)
    assert.equal(packages[`node_modules/discord.js/node_modules/${part}`], undefined, part)
  }
})

test('each command file has its test', () => {
  const untested = sourcesIn('commands')
    .map(({ path }) => `test/${path.replace(/\.ts$/, '.test.ts')}`)
    .filter((path) => !existsSync(join(ROOT, path)))
  assert.deepEqual(untested, [])
})

test('each test of a command, or of a side of it, has its command', () => {
  const orphans = sourcesIn('test/commands')
    .filter(({ path }) => path.endsWith('.test.ts'))
    .map(({ path }) => path.slice('test/'.length).replace(/[-.][\w.-]*test\.ts$/, '.ts'))
    .filter((path) => !existsSync(join(ROOT, path)))
  assert.deepEqual(orphans, [])
})

/** The headings of OpenClaw's own guide, outside its code; nothing where it is not at hand. */
function sectionsOfGuide(): readonly string[] {
  const folder = join(ROOT, '../shared/reference/guide')
  if (!existsSync(folder)) return []
  const [name = ''] = readdirSync(folder)
  const prose = readFileSync(join(folder, name), 'utf8').replaceAll(/^```[^]*?^```/gm, '')
  return [...prose.matchAll(/^#{2,3} (.+)$/gm)].map(([, title = '']) => title.trim())
}

test('the map of the guide names only commands that there are, with options that they have', async () => {
  const registry = await loadCommands()
  const named = [...read('docs/guide.md').matchAll(/`\/((?:openclaw|ops|oncall) [^`]+)`/g)]
  assert.ok(named.length > 40, `${named.length} commands are named`)
  for (const [, words = ''] of named) {
    const all = words.split(' ')
    const given = all.filter((word) => word.includes('='))
    const entry = registry.get(all.filter((word) => !given.includes(word)).join(' '))
    assert.ok(entry, words)
    for (const [option = ''] of given.map((word) => word.split('=')))
      assert.ok(
        entry.options.some(({ name }) => name === option),
        words,
      )
  }
})

test('every section of the guide has its row in the map', () => {
  const rows = read('docs/guide.md')
    .split('\n')
    .flatMap((line) => (line.startsWith('| ') ? [line.split('|')[1]?.trim()] : []))
  const sections = sectionsOfGuide()
  if (sections.length > 0) assert.ok(sections.length > 20, `${sections.length} sections`)
  for (const section of sections) assert.ok(rows.includes(section), section)
})

const TEXT =
  /\.(?:ts|mjs|js|json|md|sh|toml|ya?ml|txt|log|snapshot)$|(?:^|\/)(?:Dockerfile|run|LICENSE|\.[a-z]+)$/

test('nothing that looks like a live credential is in the tree', () => {
  const secret =
    /\b(?:ghp_\w{36}|sk-[A-Za-z0-9]{40,}|xox[bp]-\d+-\w+|AKIA[0-9A-Z]{16})\b|-----BEGIN [A-Z ]*PRIVATE KEY-----/
  for (const path of files.filter((name) => TEXT.test(name) && name !== 'test/repository.test.ts'))
    assert.doesNotMatch(read(path), secret, path)
})
