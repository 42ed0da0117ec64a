import { existsSync, readFileSync } from 'node:fs'

const folder = new URL('../../../shared/reference/fly/samples/', import.meta.url)

/** Set for `test` where the recorded answers are not at hand. */
export const skip = !existsSync(folder)

/** One recorded answer, as text. */
export const sample = (name: string): string =>
  readFileSync(new URL(`${name}.json`, folder), 'utf8')
