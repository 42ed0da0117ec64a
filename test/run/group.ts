import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import type { Outcome } from './main.ts'

/* The process of one group: runs the files it is given one after another, and tells its parent what came out. */
const stream = run({ files: process.argv.slice(2), isolation: 'none' })
const failed: string[] = []
stream.on('test:fail', ({ name, file, line }) => failed.push(`${name} (${file}:${line})`))
stream.on('test:summary', ({ counts, success }) => {
  const outcome: Outcome = { counts, success, failed }
  process.send?.(outcome, () => process.disconnect())
})
stream.compose(new spec()).pipe(process.stdout)
