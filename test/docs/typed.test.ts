import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { checkOptions } from '../../src/core/options.ts'
import { createReadWords } from '../../src/core/parse-line.ts'
import { say } from '../../src/core/text.ts'
import { loadCommands } from '../../src/load-commands.ts'
import { BREAKAGES } from '../demo/faults.ts'

/*
 * Whatever a page shows to be typed is read by what reads typed lines: a command that was renamed, an option that went, or a value that is no
 * longer taken would otherwise stay in the documentation unseen.
 */
const ROOT = new URL('../../', import.meta.url)
const PAGES = ['README.md', 'CHANGELOG.md', 'src/README.md'].concat(
  readdirSync(new URL('docs/', ROOT)).map((name) => `docs/${name}`),
)
const registry = await loadCommands()
const readWords = createReadWords(registry)
const PATHS = [...registry.keys()]

/** Stands for what a page leaves to its reader: `<id>`, `…`. */
const OPEN = 'LEFT-OPEN'
const SPAN = /`([^`\n]+)`/g
const BLOCK = /^```.*\n([^]*?)^```/gm
/** The short form, as on Telegram. */
const SHORT = new RegExp(
  `^/(?:${PATHS.map((path) => path.replace('openclaw ', '')).join('|')})(?: |$)`,
)
const HOST = /^(?:npm run cli -- |.*\bnode src\/cli\.ts )/

/** Code in running text, and each line of code that stands alone, without the words behind it that explain it. */
function code(page: string): readonly string[] {
  const text = readFileSync(new URL(page, ROOT), 'utf8')
  const lines = [...text.matchAll(BLOCK)].flatMap(([, inside = '']) => inside.split('\n'))
  const spans = [...text.replaceAll(BLOCK, '').matchAll(SPAN)].map(([, span = '']) => span)
  return [...spans, ...lines.map((line) => line.trim().split(/ {2,}/)[0] ?? '')]
}

/** What of it is typed to the bot: `/openclaw …`, `› …` of a transcript, `npm run cli -- …`, or a short form with options. */
function typed(page: string): readonly string[] {
  return code(page).flatMap((one) => {
    const line = one
      .replace(HOST, '/')
      .replace(/^› /, '/')
      .replace(/"'$/, '')
      .replaceAll(/ --(?:yes|json)\b/g, '')
    const short = PATHS.find((path) => line.startsWith(`${path.replace('openclaw ', '')} `))
    const isOurs = /^\/(?:openclaw|ops|oncall)(?: |$)/.test(line) || SHORT.test(line)
    return isOurs || (short !== undefined && /\w=/.test(line)) ? [line] : []
  })
}

/** What is wrong with it; nothing of a group, or of a command that is only named. */
function wrong(line: string): string | undefined {
  const plain = line
    // A client makes a mention of it; an id is digits.
    .replaceAll(/(?<=[ :=])@\w+/g, OPEN)
    .replaceAll(/(?<=:)<[^>]*id>/g, '42')
    .replaceAll(/<[^>]*>|…|\[[^\]]*\]/g, OPEN)
    .replace(/^\//, '')
  if (PATHS.some((path) => path.startsWith(`${plain} `) || path === plain)) return undefined
  if (/^(?:openclaw|ops|oncall)$|^ops (?:export|import)\b|^openclaw-ops/.test(plain))
    return undefined
  const read = readWords(plain)
  if (!('command' in read)) return say(read.problem, 'en')
  const options = registry.get(read.command)?.command.options ?? assert.fail(read.command)
  const checked = checkOptions(options, read.input)
  if (checked.ok) return undefined
  const value = (read.input as Readonly<Record<string, unknown>>)[checked.option]
  const isOpen = typeof value === 'string' && value.includes(OPEN)
  return isOpen || (checked.option in options.shape && value === undefined)
    ? undefined
    : say(checked.problem, 'en')
}

test('every command that a page shows is read as it stands there', () => {
  const all = PAGES.flatMap((page) => typed(page).map((line) => ({ page, line })))
  assert.ok(all.length > 250, `only ${all.length} were found`)
  const bad = all.flatMap(({ page, line }) => {
    const problem = wrong(line)
    return problem === undefined ? [] : [`${page}: ${line}: ${problem}`]
  })
  assert.deepEqual(bad, [])
})

test('what is wrong in a page is found', () => {
  assert.match(wrong('/openclaw memroy size=4gb') ?? '', /no command/)
  assert.match(wrong('/openclaw memory room=4gb') ?? '', /no option/)
  assert.match(wrong('/openclaw memory size=much') ?? '', /^size: /)
  assert.match(wrong('logs lines=5000') ?? '', /^lines: /)
  assert.equal(wrong('/oncall ack <id>'), undefined)
})

test('what the demo says to type is read, too', () => {
  for (const [word, { look = 'status' }] of Object.entries(BREAKAGES))
    assert.equal(wrong(`/${look}`), undefined, word)
})
