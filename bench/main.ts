import { writeFile } from 'node:fs/promises'
import { acknowledgement } from './acknowledge.ts'
import { flyCalls } from './fly-calls.ts'
import { killEmbedded, killRedis } from './kill.ts'
import { logs } from './logs.ts'
import { roundTrip } from './round-trip.ts'
import { isMet, renderTable, type Row } from './rows.ts'
import { restart } from './restart.ts'
import { startUp } from './start.ts'
import { storm } from './storm.ts'
import { throughput } from './throughput.ts'
import { watch } from './watch.ts'

const MEASUREMENTS = {
  startUp,
  flyCalls,
  restart,
  acknowledgement,
  roundTrip,
  throughput,
  logs,
  storm,
  killEmbedded,
  killRedis,
  watch,
}

/** Measures what is named on the command line, or everything, which is also saved; figures are reported, never judged by the exit code. */
const named = process.argv.slice(2)
const rows: Row[] = []
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  if (named.length > 0 && !named.includes(name)) continue
  const from = performance.now()
  rows.push(...(await measure()))
  console.error(`${name}: ${((performance.now() - from) / 1000).toFixed(1)} s`)
}
console.log(renderTable(rows))
if (named.length === 0) await save()

async function save(): Promise<void> {
  const results = rows.map((row) => ({ ...row, met: isMet(row) ?? null }))
  const text = JSON.stringify({ node: process.version, results }, undefined, 2)
  await writeFile(new URL('results.json', import.meta.url), `${text}\n`)
}
