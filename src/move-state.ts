import type { Config } from './config/config.ts'
import { ANCHORS, CHAIN } from './core/audit/chain.ts'
import type { Clock, Log } from './core/ports.ts'
import { OpsError } from './core/errors.ts'
import { FINAL, type JobRecord } from './core/job-record.ts'
import { tr } from './core/text.ts'
import { type Engine, openEngine, openUnclaimed } from './engine.ts'
import { writeEngine } from './store/engine-mark.ts'
import { exportStore, importStore } from './store/export.ts'

/** Who may do what, and what keeps everybody from it: a ceiling or a freeze that stayed behind would open what somebody closed. */
const RULES = ['trust', 'grant', 'ceiling', 'link', 'freeze', 'guard', 'gone', 'census-seen']

/** What is worth moving to another engine: who may do what, and the record of what was done. */
const PARTS = {
  buckets: [...RULES, 'place', 'job', 'oncall', 'route', ANCHORS],
  streams: [CHAIN],
}
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
    if (verb === 'export') return await write(engine, path, deps.clock.now())
    const count = await importStore(engine.store, PARTS, path)
    await writeEngine(deps.config.stateDir, engine.name)
    return `Read ${count} entries of ${path} into ${engine.name}.`
  } finally {
    await engine.close()
  }
}

/** Jobs that wait move along: they are taken out of the engine they leave, or both would run them. */
async function write({ store, queue, name }: Engine, path: string, at: number): Promise<string> {
  const jobs = (await store.list('job')).map(({ value }) => value as JobRecord)
  const open = jobs.filter(({ state }) => !FINAL.has(state))
  const begun = open.filter(({ runs }) => runs > 0).map(({ id }) => id)
  if (begun.length > 0) throw stillRunning(begun)
  const count = await exportStore(store, PARTS, { path, at, strip })
  for (const { id, lane } of open) {
    await queue.remove({ id, lane })
    await store.update('job', id, (now) => now && { ...now, state: 'cancelled', endedAt: at })
  }
  return `Wrote ${count} entries of ${name} to ${path}, without secrets; ${open.length} waiting jobs moved into it.`
}

/** What a job left behind may hold sealed tokens, and its address a platform's credential: neither leaves the store. */
function strip(bucket: string, value: unknown): unknown {
  if (bucket !== 'job') return value
  const { result: _, follow: __, invocation, ...rest } = value as JobRecord
  const { handle: ___, until: ____, ...address } = invocation.address
  return { ...rest, steps: {}, invocation: { ...invocation, address } }
}

const stillRunning = (ids: readonly string[]): OpsError =>
  new OpsError(
    'conflict',
    tr(
      `Still running: ${ids.join(', ')}. Wait for them, stop the service, then export again.`,
      `仍在執行：${ids.join('、')}。請等待完成並停止服務後再匯出。`,
    ),
  )
