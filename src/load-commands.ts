import { readdir } from 'node:fs/promises'
import { createRegistry, type Registry } from './core/registry.ts'

/** Imports every file of `commands/<root>/`; one that holds no good command stops the start and names the file. */
export async function loadCommands(
  folder = new URL('../commands/', import.meta.url),
): Promise<Registry> {
  const found = await Promise.all(
    (await readdir(folder)).sort().map((root) => loadRoot(folder, root)),
  )
  return createRegistry(found.flat())
}

async function loadRoot(folder: URL, root: string) {
  const files = (await readdir(new URL(`${root}/`, folder))).filter((name) => name.endsWith('.ts'))
  const load = async (file: string) => {
    const module = (await import(new URL(`${root}/${file}`, folder).href)) as { default?: unknown }
    return { root, file, value: module.default }
  }
  return Promise.all(files.sort().map(load))
}
