import { writeFile } from 'node:fs/promises'
import { renderTable, type Row } from './rows.ts'
import { throughput } from './throughput.ts'

const rows: Row[] = await throughput()
console.log(renderTable(rows))
await writeFile(new URL('results.json', import.meta.url), JSON.stringify(rows))
