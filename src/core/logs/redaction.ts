import type { Sealer, Store } from '../ports.ts'
import { MASK, withoutPrinted } from '../secret-shapes.ts'
import type { Pattern } from './patterns.ts'

const BUCKET = 'known-secret'
/** Shorter values would be found in ordinary words. */
const SHORTEST = 8
/** What values are made of; also what JSON, URLs and quotes stand around. */
const WORD = /[\w+/=.~:@%-]{8,}/g

/** Of each value its keyed digest, its length (only stretches that long are looked up), and when it was told. */
type Digests = Readonly<Record<string, { readonly length: number; readonly at: number }>>

/**
 * Remembers of a secret only its keyed digest, so that it is recognised when a log prints it and can't be had from here. Newest 200
 * forms of an app, for values of before go on being printed for a while.
 */
export async function rememberSecret(
  { store, sealer, now }: { store: Store; sealer: Pick<Sealer, 'digest'>; now: number },
  app: string,
  value: string,
): Promise<void> {
  const forms = formsOf(value)
  if (forms.length === 0) return
  await store.update(BUCKET, app, (current) => {
    const told = forms.map((one) => [sealer.digest(one), { length: one.length, at: now }] as const)
    const all = { ...(current as Digests | undefined), ...Object.fromEntries(told) }
    return Object.fromEntries(
      Object.entries(all)
        .sort(([, a], [, b]) => b.at - a.at)
        .slice(0, KEPT),
    )
  })
}
const KEPT = 200

/**
 * How programs write a value: as it is, its lines and words one by one (a pasted key, a connection string with blanks), in a URL, in base64.
 * Base64 of more than the value (`user:value`) can't be known by digest; behind `Basic` its shape gives it away.
 */
function formsOf(value: string): readonly string[] {
  const base64 = Buffer.from(value)
  const inUrl = encodeURIComponent(value.toWellFormed())
  const forms = [
    value,
    inUrl,
    base64.toString('base64'),
    base64.toString('base64').replace(/=+$/, ''),
    base64.toString('base64url'),
    ...value.split(NO_WORD),
    ...inUrl.split(NO_WORD),
  ]
  return [...new Set(forms)].filter(({ length }) => length >= SHORTEST).slice(0, MOST_FORMS)
}
const NO_WORD = /[^\w+/=.~:@%-]+/
const MOST_FORMS = 40

/** Takes secrets out of what an app printed and counts the lines that held one. */
export interface Redaction {
  readonly apply: (message: string) => string
  readonly hits: () => number
}

/** For one app: values we were told of by their digests, whatever looks like a credential, and the patterns of this installation. */
export async function loadRedaction(
  deps: {
    readonly store: Store
    readonly sealer: Pick<Sealer, 'digest'>
    readonly patterns?: readonly Pattern[] | undefined
  },
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
  readonly patterns: readonly Pattern[]
}): Redaction {
  let hits = 0
  return {
    hits: () => hits,
    apply(message) {
      const known = message.replace(WORD, (word) => withoutKnown(word, isKnown))
      const clean = patterns.reduce((left, withoutIt) => withoutIt(left), withoutPrinted(known))
      if (clean !== message) hits += 1
      return clean
    },
  }
}

/** A value may stand alone, behind `NAME=`, in a URL or before a full stop, and may hold such signs itself: every stretch is tried. */
function withoutKnown(word: string, isKnown: (word: string) => boolean): string {
  const ends = [...word.matchAll(/[=/:@.,?&%~]+/g)].flatMap(({ index, 0: signs }) => [
    index,
    index + signs.length,
  ])
  const cuts = [0, ...ends, word.length]
  for (let parts = Math.min(cuts.length - 1, MOST_PARTS); parts > 0; parts -= 1)
    for (let from = 0; from + parts < cuts.length; from += 1) {
      const stretch = word.slice(cuts[from], cuts[from + parts])
      if (stretch.length >= SHORTEST && isKnown(stretch))
        return withoutKnown(word.replaceAll(stretch, MASK), isKnown)
    }
  return word
}
const MOST_PARTS = 60
