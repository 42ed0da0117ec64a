import { type Anchor, GENESIS, hashOf, type Link, readLink } from './chain.ts'

/** What is wrong, and at which number. `foreign`: it is no entry. `edited`: its own hash is another. `order`: it does not follow the one before it. `start`, `end`: entries are missing there. `anchor`: the chain was written anew. */
export interface Flaw {
  readonly kind: 'foreign' | 'edited' | 'order' | 'start' | 'end' | 'anchor'
  readonly seq: number
}

interface Point {
  readonly seq: number
  readonly hash: string
}

/** What was seen of the chain so far. */
export interface Seen {
  readonly count: number
  readonly first: Link | undefined
  readonly last: Link | undefined
  /** The furthest place up to which the chain itself says it was trimmed. */
  readonly trimmed: Point | undefined
  readonly flaws: readonly Flaw[]
}

export const NOTHING_SEEN: Seen = {
  count: 0,
  first: undefined,
  last: undefined,
  trimmed: undefined,
  flaws: [],
}

/** As many flaws are told; what follows the first is often only its shadow. */
const MOST = 20

type Anchors = ReadonlyMap<number, Anchor>

/** Goes on with the next entry, oldest first. Pure. */
export function checkNext(seen: Seen, stored: unknown, anchors: Anchors): Seen {
  const link = readLink(stored)
  const { last } = seen
  if (link === undefined) return noted(seen, 'foreign', (last?.seq ?? 0) + 1)
  let after = seen
  if (hashOf(link) !== link.hash) after = noted(after, 'edited', link.seq)
  if (last !== undefined && (link.seq !== last.seq + 1 || link.prev !== last.hash))
    after = noted(after, 'order', link.seq)
  const anchor = anchors.get(link.seq)
  if (anchor !== undefined && anchor.hash !== link.hash) after = noted(after, 'anchor', link.seq)
  return {
    ...after,
    count: seen.count + 1,
    first: seen.first ?? link,
    last: link,
    trimmed: further(seen.trimmed, link),
  }
}

function further(known: Point | undefined, { event, through }: Link): Point | undefined {
  if (event !== 'trimmed' || through === undefined) return known
  return known === undefined || through.seq > known.seq ? through : known
}

/** The chain has been read to its end: what is missing at either side. */
export function checkEnds(seen: Seen, anchors: Anchors): Seen {
  const newest = Math.max(0, ...anchors.keys())
  const { first, last } = seen
  const started = first === undefined ? seen : checkStart(seen, first, anchors)
  return (last?.seq ?? 0) < newest ? noted(started, 'end', newest) : started
}

/** The first entry has nothing before it, or what the chain says it was trimmed of; a trim that was cut short leaves more. */
function checkStart(seen: Seen, first: Link, anchors: Anchors): Seen {
  const before = first.seq - 1
  if (before === 0) return first.prev === GENESIS ? seen : noted(seen, 'start', 1)
  const { trimmed } = seen
  const said = trimmed !== undefined && trimmed.seq >= before
  const fits = trimmed?.seq !== before || trimmed.hash === first.prev
  const anchor = anchors.get(before)
  const anchored = anchor === undefined || anchor.hash === first.prev
  return said && fits && anchored ? seen : noted(seen, 'start', first.seq)
}

const noted = (seen: Seen, kind: Flaw['kind'], seq: number): Seen =>
  seen.flaws.length >= MOST ? seen : { ...seen, flaws: [...seen.flaws, { kind, seq }] }
