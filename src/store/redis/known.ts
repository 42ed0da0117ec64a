/** What entries held when this process saw them last: a guess, that saves the read before a compare-and-set. */
export interface Known {
  readonly get: (key: string) => string | undefined
  /** Nothing in place of JSON: the entry is not there. */
  readonly set: (key: string, json: string | null | undefined) => void
}

/** Of no entry more than so many characters are kept, or told along with a nudge. */
export const LONGEST = 16_384
/** So many characters in all: a few MB, and thousands of entries of the usual size. */
const MOST = 2_000_000

/** The ones seen last are kept. */
export function createKnown(): Known {
  const seen = new Map<string, string>()
  let size = 0
  const drop = (key: string): void => {
    const json = seen.get(key)
    if (json === undefined) return
    seen.delete(key)
    size -= key.length + json.length
  }
  return {
    get: (key) => seen.get(key),
    set(key, json) {
      drop(key)
      if (typeof json !== 'string' || json.length > LONGEST) return
      seen.set(key, json)
      size += key.length + json.length
      for (const oldest of seen.keys()) {
        if (size <= MOST) return
        drop(oldest)
      }
    },
  }
}
