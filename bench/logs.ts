import manifest from '../package.json' with { type: 'json' }
import { startChild } from './child.ts'
import { MEASUREMENTS } from './log-measurements.ts'
import type { Row } from './rows.ts'

/** Those of `npm start`: how much V8 may leave lying about is decided by them. */
const FLAGS = manifest.scripts.start.split(' ').filter((word) => word.startsWith('--max'))
const LONGEST_MS = 300_000

/** Live messages and searches, each in a process of its own, whose memory holds nothing else. */
export async function logs(): Promise<Row[]> {
  const rows: Row[] = []
  for (const name of Object.keys(MEASUREMENTS)) {
    const child = await startChild('log-reader.ts', {}, { flags: FLAGS, longestMs: LONGEST_MS })
    try {
      rows.push(...(await child.ask<Row[]>({ name })))
    } finally {
      await child.stop()
    }
  }
  return rows
}
