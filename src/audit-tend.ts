import { anchor } from './audit.ts'
import { bySystem } from './core/audit.ts'
import { type Anchor, ANCHORS, CHAIN, chained, readLink, type Link } from './core/audit/chain.ts'
import type { Clock, Log, Store } from './core/ports.ts'

const DAY_MS = 86_400_000
/** How often one process looks whether something is due. */
const LOOK_MS = 3_600_000
const PAGE = 500

interface Deps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  /** How long entries are kept, in ms. */
  readonly keepMs: number
  /** Tells people of a new anchor, where they want to hear of it. */
  readonly post?: ((anchor: Pick<Anchor, 'seq' | 'hash'>) => Promise<void>) | undefined
}

/** Anchors the chain once a day and removes what is too old; to be called as often as one likes, by any number of processes. */
export function createAuditTend(deps: Deps): () => Promise<void> {
  const { store, clock } = deps
  let lookAt = 0
  return async () => {
    const now = clock.now()
    // A clock that was put back is no reason to look no more.
    if (now < lookAt && lookAt - now <= LOOK_MS) return
    lookAt = now + LOOK_MS
    const [newest] = await store.list(ANCHORS, { limit: 1, newestFirst: true })
    const last = newest?.value as Anchor | undefined
    if (last !== undefined && Math.abs(now - last.at) < DAY_MS) return
    await trim(deps, now - deps.keepMs)
    const [head] = await store.read(CHAIN, { limit: 1, newestFirst: true })
    const link = readLink(head?.entry)
    if (link === undefined || link.seq <= (last?.seq ?? 0)) return
    if (await anchor(deps, link)) await deps.post?.(link)
  }
}

/** First the chain says what will be missing, then it is removed: cut short in between, more is there than was promised. */
async function trim({ store, clock, log }: Deps, until: number): Promise<void> {
  const old = await newestBefore(store, until)
  if (old === undefined) return
  const { seq, hash } = old.link
  const entry = bySystem('trimmed', { through: { seq, hash } })
  const nonce = `trim-${seq}`
  await store.extend(CHAIN, (last) =>
    chained(readLink(last), [{ ...entry, at: clock.now(), nonce }]),
  )
  const entries = await store.trim(CHAIN, old.id)
  for (const { id } of await store.list(ANCHORS, { until: seq - 1 }))
    await store.remove(ANCHORS, id)
  log.info({ entries, through: seq }, 'audit entries that were too old are gone')
}

/** The last of the entries at the beginning that are too old. */
async function newestBefore(
  store: Store,
  until: number,
): Promise<{ readonly id: string; readonly link: Link } | undefined> {
  let found: { readonly id: string; readonly link: Link } | undefined
  for (;;) {
    const page = await store.read(CHAIN, { limit: PAGE, ...(found && { after: found.id }) })
    for (const { id, entry } of page) {
      const link = readLink(entry)
      // What is no entry stays, for everybody to see.
      if (link === undefined || link.at >= until) return found
      found = { id, link }
    }
    if (page.length < PAGE) return found
  }
}
