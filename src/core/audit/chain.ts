import { hash } from 'node:crypto'
import { z } from 'zod'
import type { AuditEntry } from '../audit.ts'

/** The stream in which the chain lies, and the bucket of its anchors. */
export const CHAIN = 'audit-chain'
export const ANCHORS = 'audit-anchor'
/** What the first entry of all names as the hash before it. */
export const GENESIS = '0'.repeat(64)

/** One entry as it is stored: numbered without gaps, and bound to the one before by its hash. */
export interface Link extends AuditEntry {
  readonly v: 1
  readonly seq: number
  /** Hash of the entry before. */
  readonly prev: string
  readonly at: number
  /** Tells an entry that was stored without an answer from one that was not. */
  readonly nonce: string
  /** SHA-256, in hex, of the canonical JSON of everything else. */
  readonly hash: string
}

/** What an entry is before it has its place in the chain. */
export type Unlinked = AuditEntry & Pick<Link, 'at' | 'nonce'>

/** A place in the chain, kept where whoever can change the store can not reach: log stream, audit channel. */
export interface Anchor {
  readonly seq: number
  readonly hash: string
  readonly at: number
}

const Shape = z.looseObject({
  v: z.literal(1),
  seq: z.int().positive(),
  prev: z.string(),
  at: z.number(),
  nonce: z.string(),
  hash: z.string(),
  event: z.string(),
})

/** A stored entry as a link; nothing when it is none. */
export const readLink = (stored: unknown): Link | undefined =>
  Shape.safeParse(stored).success ? (stored as Link) : undefined

/** JSON with sorted keys and no blanks: the same value gives the same text, whoever wrote it. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const parts = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`)
  return `{${parts.join(',')}}`
}

/** The hash that belongs to a link, whatever hash it carries. */
export function hashOf(link: Omit<Link, 'hash'> & { readonly hash?: string }): string {
  return hash('sha256', canonical({ ...link, hash: undefined }))
}

/** The entries as the next links behind `last`. */
export function chained(last: Link | undefined, entries: readonly Unlinked[]): readonly Link[] {
  const links: Link[] = []
  let before = last
  for (const entry of entries) {
    const seq = (before?.seq ?? 0) + 1
    const link = { ...entry, v: 1 as const, seq, prev: before?.hash ?? GENESIS }
    before = { ...link, hash: hashOf(link) }
    links.push(before)
  }
  return links
}

/** Ids of anchors sort as their numbers do. */
export const anchorId = (seq: number): string => String(seq).padStart(12, '0')
