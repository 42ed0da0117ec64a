import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import type { Outcome } from './main.ts'

/* The process of one group: runs the files it is given one after another, and tells its parent what came out. */
const stream = run({ files: process.argv.slice(2), isolation: 'none' })
const failed: string[] = []
stream.on('test:fail', ({ name, file, line, details: { error } }) => {
  const why = error.cause instanceof Error ? error.cause.message : error.message
  failed.push([`${name} (${file}:${line})`, ...why.split('\n').slice(0, 12)].join('\n    '))
})
stream.on('test:summary', ({ counts, success }) => {
  const outcome: Outcome = { counts, success, failed }
  process.send?.(outcome, () => process.disconnect())
})
stream.compose(new spec()).pipe(process.stdout)
