import { randomUUID } from 'node:crypto'
import { type Audit, bySystem } from './core/audit.ts'
import {
  ANCHORS,
  anchorId,
  CHAIN,
  chained,
  type Link,
  readLink,
  type Unlinked,
} from './core/audit/chain.ts'
import type { Clock, Log, Store } from './core/ports.ts'
import { withoutPrinted } from './core/secret-shapes.ts'

/** As many entries wait in memory while the store is away; the log has the rest, and the chain says how many. */
const WAITING = 2000
const BATCH = 50
/** An entry without an answer is looked for among this many newest ones before it is written again. */
const LOOK_BACK = 500
const PAUSES_MS = [1000, 2000, 5000, 15_000, 60_000] as const
/** Besides the daily anchor: an attacker who rewrites the chain has at most this much of it to himself. */
const ANCHOR_EVERY = 500

interface Deps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
}

export interface AuditWriter extends Audit {
  /** Writes what still waits, once; what the store does not take now is in the log alone. */
  readonly settled: () => Promise<void>
}

/** Appends every entry to the hash chain in the store and to the log, without making the request wait for it. */
export function createAudit(deps: Deps): AuditWriter {
  const { store, clock, log } = deps
  const stopping = new AbortController()
  let waiting: Unlinked[] = []
  let lost = 0
  let head: Pick<Link, 'seq' | 'hash'> | undefined
  let writing: Promise<void> | undefined

  /** One batch; rejects when the store did not take it. */
  const write = async (again: boolean): Promise<void> => {
    const batch = waiting.slice(0, BATCH)
    const gap = lost
    const there = again ? await noncesOf(store) : new Set<string>()
    const mine = batch.filter(({ nonce }) => !there.has(nonce))
    const told = gap === 0 ? [] : [unlinked(bySystem('gap', { detail: String(gap) }), clock.now())]
    let links: readonly Link[] = []
    let found = 0
    await store.extend(CHAIN, (last) => {
      const newest = readLink(last)
      found = newest?.seq ?? 0
      links = chained(newest, [...told, ...mine])
      return links
    })
    lost -= gap
    waiting = waiting.slice(batch.length)
    if (head !== undefined && found < head.seq) await missing(head, found)
    head = links.at(-1) ?? head
    const mark = links.find(({ seq }) => seq % ANCHOR_EVERY === 0)
    if (mark) await anchor(deps, mark)
  }
  /** What this process has seen stored is gone: an anchor there makes every later check say so. */
  const missing = async (known: NonNullable<typeof head>, found: number): Promise<void> => {
    log.error({ known: known.seq, found }, 'the audit chain lost its end')
    await anchor(deps, known)
  }
  const drain = async (): Promise<void> => {
    for (let failures = 0; waiting.length > 0;) {
      try {
        await write(failures > 0)
        failures = 0
      } catch (error) {
        if (failures === 0) log.error({ err: error }, 'audit entries could not be stored yet')
        if (stopping.signal.aborted) return
        const pauseMs = PAUSES_MS[Math.min(failures++, PAUSES_MS.length - 1)] ?? 60_000
        await clock.sleep(pauseMs, stopping.signal).catch(() => {})
      }
    }
  }
  const begin = () => {
    writing ??= drain().finally(() => {
      writing = undefined
    })
  }
  return {
    record(given) {
      // A reason is typed by a person, who may paste anything.
      const detail = given.detail === null ? null : withoutPrinted(given.detail)
      const entry = { ...given, detail }
      log.info({ audit: entry }, 'audit')
      // Strangers can make refusals without end; in untrusted places those stay in the log alone.
      if (entry.event === 'refused' && entry.detail === 'place') return
      if (waiting.length < WAITING) waiting.push(unlinked(entry, clock.now()))
      else lost++
      begin()
    },
    async settled() {
      stopping.abort()
      await writing
    },
  }
}

const unlinked = (entry: Parameters<Audit['record']>[0], at: number): Unlinked => ({
  ...entry,
  at,
  // Node keeps these in stock; other random bytes it asks of the system each time.
  nonce: randomUUID().slice(-12),
})

async function noncesOf(store: Store): Promise<ReadonlySet<string>> {
  const newest = await store.read(CHAIN, { limit: LOOK_BACK, newestFirst: true })
  return new Set(newest.map(({ entry }) => readLink(entry)?.nonce ?? ''))
}

/** Writes a place of the chain down a second time and into the log; false when somebody had done so. */
export async function anchor(
  { store, clock, log }: Deps,
  { seq, hash }: Pick<Link, 'seq' | 'hash'>,
): Promise<boolean> {
  const mark = { seq, hash, at: clock.now() }
  const fresh = await store.create(ANCHORS, anchorId(seq), mark, { order: seq })
  if (fresh) log.info({ anchor: mark }, 'audit anchor')
  return fresh
}
