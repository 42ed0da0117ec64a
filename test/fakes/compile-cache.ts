import { fileURLToPath } from 'node:url'

/** Halves the time a stand-in takes to start: Node keeps what it made of its files. */
export const compileCache = {
  NODE_COMPILE_CACHE: fileURLToPath(
    new URL('../../node_modules/.cache/stand-in/', import.meta.url),
  ),
}
