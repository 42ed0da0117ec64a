import type { Config } from './config/config.ts'
import type { Clock, Log } from './core/ports.ts'
import { openEngine, openUnclaimed } from './engine.ts'
import { writeEngine } from './store/engine-mark.ts'
import { exportStore, importStore } from './store/export.ts'

/** What is worth moving to another engine: who may do what, and the record of what was done. */
const PARTS = { buckets: ['trust', 'grant', 'job'], streams: ['audit'] }
const FILE = 'openclaw-ops-export.json'

/** `ops export [file]` and `ops import [file]`, of the command line only. Gives what to print; nothing when the words are something else. */
export async function moveState(
  words: readonly string[],
  deps: { readonly config: Config; readonly clock: Clock; readonly log: Log },
): Promise<string | undefined> {
  const [root, verb, path = FILE] = words
  if (root !== 'ops' || (verb !== 'export' && verb !== 'import')) return undefined
  const engine = await (verb === 'export' ? openEngine(deps) : openUnclaimed(deps))
  try {
    if (verb === 'export') {
      const count = await exportStore(engine.store, PARTS, { path, at: deps.clock.now() })
      return `Wrote ${count} entries of ${engine.name} to ${path}, without secrets.`
    }
    const count = await importStore(engine.store, PARTS, path)
    await writeEngine(deps.config.stateDir, engine.name)
    return `Read ${count} entries of ${path} into ${engine.name}.`
  } finally {
    await engine.close()
  }
}
