import { readFile, writeFile } from 'node:fs/promises'
import { withVariables } from './docs.ts'

// Entry of `npm run docs`: sets the current table of variables into the page.
const page = new URL('../../docs/configuration.md', import.meta.url)
await writeFile(page, withVariables(await readFile(page, 'utf8')))
