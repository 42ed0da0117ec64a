import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The repository's own folder. */
export const ROOT = join(import.meta.dirname, '..', '..')

export interface Source {
  /** From the repository's root, with forward slashes. */
  readonly path: string
  readonly text: string
}

/** Every TypeScript file below the folders. */
export const sourcesIn = (...folders: readonly string[]): readonly Source[] =>
  folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .sort()
      .map((name) => {
        const path = `${folder}/${name.replaceAll('\\', '/')}`
        return { path, text: readFileSync(join(ROOT, path), 'utf8') }
      }),
  )
