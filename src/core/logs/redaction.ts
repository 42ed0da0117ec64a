import type { Sealer, Store } from '../ports.ts'
import { MASK, withoutPrinted } from '../secret-shapes.ts'

const BUCKET = 'known-secret'
/** Shorter values would be found in ordinary words. */
const SHORTEST = 8
/** What values are made of; also what JSON, URLs and quotes stand around. */
const WORD = /[\w+/=.~:@%-]{8,}/g

/** Of each value its keyed digest, its length (only stretches that long are looked up), and when it was told. */
type Digests = Readonly<Record<string, { readonly length: number; readonly at: number }>>

/**
 * Remembers of a secret only its keyed digest, so that it is recognised when a log prints it and can't be had from here. Newest 50
 * of an app, for values of before go on being printed for a while.
 */
export async function rememberSecret(
  { store, sealer, now }: { store: Store; sealer: Pick<Sealer, 'digest'>; now: number },
  app: string,
  value: string,
): Promise<void> {
  if (value.length < SHORTEST) return
  const digest = sealer.digest(value)
  await store.update(BUCKET, app, (current) => {
    const all = { ...(current as Digests | undefined), [digest]: { length: value.length, at: now } }
    return Object.fromEntries(
      Object.entries(all)
        .sort(([, a], [, b]) => b.at - a.at)
        .slice(0, KEPT),
    )
  })
}
const KEPT = 50

/** Takes secrets out of what an app printed and counts the lines that held one. */
export interface Redaction {
  readonly apply: (message: string) => string
  readonly hits: () => number
}

/** For one app: values we were told of by their digests, whatever looks like a credential, and the patterns of this installation. */
export async function loadRedaction(
  deps: { store: Store; sealer: Pick<Sealer, 'digest'>; patterns?: readonly RegExp[] },
  app: string,
): Promise<Redaction> {
  const known = ((await deps.store.get(BUCKET, app)) ?? {}) as Digests
  const lengths = new Set(Object.values(known).map(({ length }) => length))
  return createRedaction({
    isKnown: (word) => lengths.has(word.length) && Object.hasOwn(known, deps.sealer.digest(word)),
    patterns: deps.patterns ?? [],
  })
}

export function createRedaction({
  isKnown,
  patterns,
}: {
  readonly isKnown: (word: string) => boolean
  readonly patterns: readonly RegExp[]
}): Redaction {
  let hits = 0
  return {
    hits: () => hits,
    apply(message) {
      const known = message.replace(WORD, (word) => withoutKnown(word, isKnown))
      const clean = patterns.reduce(
        (left, pattern) => left.replace(pattern, MASK),
        withoutPrinted(known),
      )
      if (clean !== message) hits += 1
      return clean
    },
  }
}

/** A value may stand alone, behind `NAME=`, in a URL or before a full stop, and may hold such signs itself: every stretch is tried. */
function withoutKnown(word: string, isKnown: (word: string) => boolean): string {
  const parts = word.split(/([=/:@.,?&%~]+)/)
  for (let length = Math.min(parts.length, MOST_PARTS); length > 0; length -= 1)
    for (let from = 0; from + length <= parts.length; from += 1) {
      const stretch = parts.slice(from, from + length).join('')
      if (stretch.length >= SHORTEST && isKnown(stretch))
        return withoutKnown(word.replaceAll(stretch, MASK), isKnown)
    }
  return word
}
const MOST_PARTS = 15
