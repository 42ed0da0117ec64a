import assert from 'node:assert/strict'
import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import { test } from 'node:test'
import { type Source, sourcesIn } from './helpers/sources.ts'

/** Who may import what: DESIGN §3. The first pattern that fits a file counts; `ours` are folders or files below the root, `npm` packages. */
interface Rule {
  readonly files: RegExp
  readonly ours: readonly string[]
  readonly npm: readonly string[]
}
const ENTRIES = 'main cli register demo'.split(' ')
const TABLE: readonly Rule[] = [
  { files: /^commands\//, ours: ['src/core/'], npm: ['zod'] },
  {
    files: /^src\/core\//,
    ours: ['src/core/'],
    npm: ['zod', 'string-argv', 're2js', '@humanwhocodes/momoa', 'diff', 'temporal-polyfill'],
  },
  { files: /^src\/chat\/(?:cut|download|format)\.ts$/, ours: ['src/core/'], npm: [] },
  {
    files: /^src\/chat\/discord\//,
    ours: chat('discord'),
    npm: ['@discordjs/rest', '@discordjs/ws', 'discord-api-types', 'undici', 'zod'],
  },
  { files: /^src\/chat\/telegram\//, ours: chat('telegram'), npm: ['telegraf', 'undici', 'zod'] },
  { files: /^src\/chat\/console\//, ours: chat('console'), npm: [] },
  {
    files: /^src\/fly\//,
    ours: ['src/core/', 'src/fly/'],
    npm: ['undici', 'zod', '@nats-io/transport-node'],
  },
  {
    files: /^src\/gateway\//,
    ours: ['src/core/', 'src/gateway/'],
    npm: ['undici', 'zod', 'json5'],
  },
  {
    files: /^src\/jobs\//,
    ours: ['src/core/', 'src/jobs/', 'src/store/'],
    npm: ['bullmq', 'ioredis'],
  },
  { files: /^src\/store\//, ours: ['src/core/', 'src/store/'], npm: ['ioredis', 'zod'] },
  { files: /^src\/images\//, ours: ['src/core/', 'src/images/'], npm: ['undici', 'zod'] },
  {
    files: /^src\/graph\//,
    ours: ['src/core/', 'src/graph/'],
    npm: ['d3-scale', 'd3-shape', '@resvg/resvg-wasm'],
  },
  { files: /^src\/access\//, ours: ['src/core/', 'src/access/'], npm: [] },
  {
    files: /^src\/(watch|oncall)\//,
    ours: ['src/core/', 'src/watch/', 'src/oncall/'],
    npm: ['zod'],
  },
  {
    files: /^src\/config\//,
    ours: ['src/core/', 'src/config/', 'src/store/key.ts'],
    npm: ['zod', 'prettier'],
  },
  { files: /^src\/http\//, ours: ['src/core/', 'src/http/'], npm: ['fastify', 'prom-client'] },
  // What wires the others, makes the pages, or is an entry: free.
  { files: /^src\/docs\//, ours: ['src/'], npm: ['prettier'] },
  { files: /^src\/[^/]+\.ts$/, ours: ['src/', 'package.json'], npm: ['pino', 'zod'] },
]

function chat(own: string): readonly string[] {
  const shared = ['cut', 'download', 'format'].map((name) => `src/chat/${name}.ts`)
  return ['src/core/', ...shared, `src/chat/${own}/`]
}

const files = sourcesIn('commands', 'src')
const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'"()]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/g
const importsOf = ({ text }: Source): readonly string[] =>
  [...text.matchAll(IMPORT)].map(([, named, called]) => named ?? called ?? '')

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')

/** The path of our own file that a name means, if it means one. */
function ownPath(from: string, name: string): string | undefined {
  if (name.startsWith('#core/')) return `src/core/${name.slice('#core/'.length)}`
  if (!name.startsWith('.')) return undefined
  return posix.normalize(posix.join(posix.dirname(from), name))
}

function breach(file: Source, name: string): string | undefined {
  const rule = TABLE.find(({ files: those }) => those.test(file.path))
  if (rule === undefined) return `${file.path}: no rule is for this file`
  if (name.startsWith('node:')) return undefined
  const path = ownPath(file.path, name)
  const good =
    path === undefined
      ? rule.npm.includes(packageOf(name))
      : rule.ours.some((prefix) => path.startsWith(prefix))
  return good ? undefined : `${file.path} imports ${name}`
}

const breaches = (list: readonly Source[]): readonly string[] =>
  list.flatMap((file) => importsOf(file).flatMap((name) => breach(file, name) ?? []))

test('everything imports only what its layer may', () => {
  assert.deepEqual(breaches(files), [])
})

test('the rule sees the imports it judges, and finds planted breaches', () => {
  const seen = files.map((file) => importsOf(file).length)
  assert.ok(files.length > 150, `only ${files.length} files were read`)
  assert.ok(seen.reduce((sum, count) => sum + count, 0) > 700, 'too few imports were seen')
  const blind = files.filter((file, i) => seen[i] === 0 && /^import /m.test(file.text))
  assert.deepEqual(
    blind.map(({ path }) => path),
    [],
  )
  const planted: ReadonlyArray<readonly [path: string, text: string]> = [
    ['src/chat/discord/x.ts', "import { Queue } from 'bullmq'"],
    ['src/chat/discord/x.ts', "import { a } from '../telegram/index.ts'"],
    ['src/chat/telegram/x.ts', "import type { Fly } from '../../fly/index.ts'"],
    ['src/fly/x.ts', "import { a } from '../chat/format.ts'"],
    ['src/core/x.ts', "import { a } from '../gateway/locate.ts'"],
    ['src/core/checks/x.ts', "export * from '../../fly/words.ts'"],
    ['src/core/x.ts', "import 'undici'"],
    ['commands/ops/x.ts', "import { a } from '../../src/fly/index.ts'"],
    ['commands/ops/x.ts', "const a = await import('discord.js')"],
    ['commands/ops/x.ts', "import {\n  a,\n} from '../openclaw/status.ts'"],
    ['src/new/x.ts', "import { a } from '#core/text.ts'"],
  ]
  for (const [path, text] of planted) assert.equal(breaches([{ path, text }]).length, 1, text)
})

test('nothing imports commands by name, and built-ins are called so', () => {
  const builtin = new Set(builtinModules.filter((name) => !name.startsWith('node:')))
  for (const file of files)
    for (const name of importsOf(file)) {
      assert.ok(!ownPath(file.path, name)?.startsWith('commands/'), `${file.path} imports ${name}`)
      assert.ok(!builtin.has(name), `${file.path}: write node:${name}`)
    }
})

/** Files that are one table or one type, which would not read better in two. */
const LONG: Readonly<Record<string, number>> = {}
const LINES = 200
const MEDIAN = 80

test('files are short enough to be read at once', () => {
  const lengths = files.map(({ path, text }) => [path, text.split('\n').length - 1] as const)
  const tooLong = lengths.filter(([path, lines]) => lines > (LONG[path] ?? LINES))
  assert.deepEqual(tooLong, [])
  const sorted = lengths.map(([, lines]) => lines).sort((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0
  assert.ok(median <= MEDIAN, `half of the files have more than ${median} lines`)
  for (const path of Object.keys(LONG))
    assert.ok((lengths.find(([name]) => name === path)?.[1] ?? 0) > LINES, `${path} needs no leave`)
})

const isEntry = (path: string): boolean => ENTRIES.some((name) => path === `src/${name}.ts`)

const FORBIDDEN: ReadonlyArray<
  readonly [what: string, pattern: RegExp, where: (path: string) => boolean]
> = [
  ['a default export', /^export default /m, (path) => !path.startsWith('commands/')],
  ['process.env', /\bprocess\.env\b/, (path) => !isEntry(path)],
  ['as any', /\bas any\b/, () => true],
  ['@ts-ignore', /@ts-(?:ignore|nocheck|expect-error)/, () => true],
  ['console.*', /\bconsole\.(?:log|info|warn|error|debug)\(/, (path) => path !== 'src/register.ts'],
  ['an enum or namespace', /^(?:export )?(?:const )?(?:enum|namespace) /m, () => true],
  ['a mutable module variable', /^(?:export )?(?:let|var) /m, (path) => !isEntry(path)],
  [
    'a lint rule switched off without a reason',
    /(?:ox|es)lint-disable(?!-next-line [\w/-]+ -- \w)/,
    () => true,
  ],
]
for (const [what, pattern, where] of FORBIDDEN)
  test(`no file has ${what}`, () => {
    const found = files.filter(({ path, text }) => where(path) && pattern.test(text))
    assert.deepEqual(
      found.map(({ path }) => path),
      [],
    )
  })

test('each command file has one default export and no other', () => {
  const commands = files.filter(({ path }) => path.startsWith('commands/'))
  assert.ok(commands.length >= 9)
  for (const { path, text } of commands) {
    assert.equal(text.match(/^export /gm)?.length, 1, path)
    assert.match(text, /^export default /m, path)
  }
})

test('file names say what is in them, in kebab-case', () => {
  for (const { path } of files) assert.match(path, /^[a-z0-9/-]+\.ts$/)
})
