import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { link, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a whole file that only its owner reads, or leaves the old one: never half of it, also after a power cut. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = await writeBeside(path, text)
  await rename(temporary, path)
  await flush(dirname(path), 'r')
}

/** The same, but only when there is no such file yet: of several writers the first one wins. */
export async function createOnce(path: string, text: string): Promise<boolean> {
  if (existsSync(path)) return false
  const temporary = await writeBeside(path, text)
  try {
    await link(temporary, path)
    await flush(dirname(path), 'r')
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    await unlink(temporary)
  }
}

async function writeBeside(path: string, text: string): Promise<string> {
  const temporary = `${path}.${randomUUID()}.tmp`
  await using file = await open(temporary, 'wx', 0o600)
  await file.writeFile(text)
  await file.sync()
  return temporary
}

async function flush(path: string, flags: 'r'): Promise<void> {
  await using file = await open(path, flags)
  await file.sync()
}
