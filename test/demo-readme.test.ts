import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ROUTES } from './demo/stops.ts'
import { EVERYWHERE } from './helpers/runs.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const DEMO = fileURLToPath(new URL('demo.ts', import.meta.url))

/** What differs from run to run: ids, times, how long it took. */
const plain = (line: string): string =>
  line
    .replace(/^\(J-\w{6}(?: · .*)?\)$/, '(job)')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, 'time')
    .replace(/^(Up for: |Memory used: )\d+/, '$1n')
    .replace(/\bversion [0-9a-f]{8} → [0-9a-f]{8}\b/, 'versions')

/**
 * Every transcript: what was typed, and the lines that came. What is said on the way to an answer is left out: where the machine is quick, or
 * stands still, words are replaced before anybody sees them.
 */
const blocks = [...README.matchAll(/^```\n(› [^]*?)^```/gm)].map(([, block = '']) =>
  block
    .replaceAll(/^⏳ [^]*?^\(J-.*\n/gmu, '')
    .split('\n')
    .filter((line) => line !== '' && line !== '…'),
)
const isTyped = (line: string): boolean => line.startsWith('› ')

async function demo(lines: readonly string[]): Promise<readonly string[]> {
  const tmp = await mkdtemp(join(tmpdir(), 'openclaw-ops-readme-'))
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, OPS_LOCALE: 'en', TMPDIR: tmp }
  const child = spawn(process.execPath, [DEMO], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(`${lines.join('\n')}\n`)
  const output = await text(child.stdout)
  await rm(tmp, { recursive: true })
  return output.split('\n').map(plain)
}

test('the transcripts of the README are what the demo says', async () => {
  assert.equal(blocks.length, 2)
  // The second one takes as long again: `npm run test:everywhere` looks at it, too.
  const shown = EVERYWHERE ? blocks : blocks.slice(0, 1)
  const typed = shown.map((block) => block.filter(isTyped).map((line) => line.slice(2)))
  const output = await demo(typed.flatMap((lines) => ['mend', ...lines]))
  let at = 0
  for (const line of shown.flat().filter((one) => !isTyped(one))) {
    const found = output.indexOf(plain(line), at)
    assert.ok(
      found >= 0,
      `the README has “${line}”; behind what it has before, the demo said:
${output.slice(at).join('\n')}`,
    )
    at = found + 1
  }
})

test('the README says how many faults the tour cures', () => {
  const [, ways] = /breaks it in (\d+) ways/.exec(README) ?? []
  assert.equal(Number(ways), ROUTES.flat().length)
})
