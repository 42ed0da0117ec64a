import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { EVERYWHERE } from '../helpers/runs.ts'
import { groups } from './groups.ts'

/*
 * The whole suite, or the files given: `npm test`, `npm test -- test/e2e/*.test.ts`. One file alone, or with other flags: `node --test <file>`.
 */

/** What a group's process says at its end. */
export interface Outcome {
  readonly counts: { readonly tests: number; readonly passed: number; readonly skipped: number }
  readonly success: boolean
  /** What failed: names, each with its file and what was the matter. */
  readonly failed: readonly string[]
}

/** Twice the cores of a small machine: half of them wait for something. */
const AT_ONCE = 4
/** One that hangs is ended and told. */
const LIMIT_MS = EVERYWHERE ? 3_600_000 : 300_000
const ENTRY = fileURLToPath(new URL('group.ts', import.meta.url))

const NOTHING: Outcome = { counts: { tests: 0, passed: 0, skipped: 0 }, success: false, failed: [] }

async function runGroup(files: readonly string[]): Promise<Outcome> {
  const child = fork(ENTRY, files, { silent: true, timeout: LIMIT_MS })
  let outcome: Outcome | undefined
  child.on('message', (message) => {
    outcome = message as Outcome
  })
  const { stdout, stderr } = child
  assert.ok(stdout && stderr)
  const said = Promise.all([text(stdout), text(stderr)])
  const [code] = (await once(child, 'close')) as [number | null]
  process.stdout.write((await said).join(''))
  if (outcome !== undefined && code === 0) return outcome
  const ended = `the process of ${files.join(' ')} ended with ${code}`
  return { ...(outcome ?? NOTHING), success: false, failed: [...(outcome?.failed ?? []), ended] }
}

/** Runs all, a few at once; what each said is printed when it ends, so that nothing is mixed. */
async function runAll(all: readonly (readonly string[])[]): Promise<readonly Outcome[]> {
  const waiting = [...all]
  const outcomes: Outcome[] = []
  const take = async (): Promise<void> => {
    for (let files = waiting.shift(); files !== undefined; files = waiting.shift())
      outcomes.push(await runGroup(files))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, take))
  return outcomes
}

const started = performance.now()
const given = process.argv.slice(2)
const files = given.length > 0 ? given : globSync('test/**/*.test.ts')
const outcomes = await runAll(groups(files))
const sum = (of: keyof Outcome['counts']): number =>
  outcomes.reduce((total, { counts }) => total + counts[of], 0)
const passed = outcomes.every(({ success }) => success)
const seconds = Math.round((performance.now() - started) / 1000)
for (const name of outcomes.flatMap(({ failed }) => failed)) process.stdout.write(`\n✖ ${name}`)
process.stdout.write(
  `\n${passed ? '✔' : '✖'} ${sum('tests')} tests in ${files.length} files: ${sum('passed')} passed, ${sum('skipped')} skipped, ` +
    `${sum('tests') - sum('passed') - sum('skipped')} failed; ${seconds} s\n`,
)
process.exitCode = passed ? 0 : 1
