/** What entries held when this process saw them last: a guess, that saves the read before a compare-and-set. */
export interface Known {
  readonly get: (key: string) => string | undefined
  /** Nothing in place of JSON: the entry is not there. */
  readonly set: (key: string, json: string | null | undefined) => void
}

/** As many entries, and of none more than so many characters: a few MB at most. */
const MOST = 500
const LONGEST = 16_384

/** The ones seen last are kept. */
export function createKnown(): Known {
  const seen = new Map<string, string>()
  return {
    get: (key) => seen.get(key),
    set(key, json) {
      seen.delete(key)
      if (typeof json !== 'string' || json.length > LONGEST) return
      seen.set(key, json)
      const [oldest] = seen.keys()
      if (seen.size > MOST && oldest !== undefined) seen.delete(oldest)
    },
  }
}
