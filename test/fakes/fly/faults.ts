/** What goes wrong; see `Fault` for when. */
export type FaultKind =
  /** This answer instead of the work. Bodies of Fly's own errors: `flyErrors`. */
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
    }
  /** The work is done after `ms` on the clock. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Nothing is done and nothing is said until the client gives up or the fake closes. */
  | { readonly kind: 'hang' }
  /** The connection breaks before any work. */
  | { readonly kind: 'reset' }
  /** The work is done, then the connection breaks without an answer. */
  | { readonly kind: 'answerLost' }
  /** The work is done; the JSON answer is cut in the middle. */
  | { readonly kind: 'malformed' }
  /** The proxy's HTML page instead of the work. */
  | { readonly kind: 'html'; readonly status?: number }
  /** The work is done; the answer has no body. */
  | { readonly kind: 'empty'; readonly status?: number }

export type Fault = FaultKind & {
  /** Any method when left out. */
  readonly method?: string
  /** Matched against the path without the query; any path when left out. */
  readonly path?: RegExp
  /** How many requests it hits; 1 when left out. */
  readonly times?: number
  /** How many matching requests pass before the first hit. */
  readonly skip?: number
}

/** A fault that waits for its requests. */
export interface PlacedFault {
  readonly hits: () => number
  readonly remove: () => void
}

export interface Faults {
  readonly add: (fault: Fault) => PlacedFault
  /** The fault for this request, used up by one. */
  readonly take: (method: string, path: string) => FaultKind | null
}

export function createFaults(): Faults {
  const placed = new Set<{ readonly fault: Fault; seen: number; hits: number }>()
  return {
    add: (fault) => {
      const entry = { fault, seen: 0, hits: 0 }
      placed.add(entry)
      return { hits: () => entry.hits, remove: () => placed.delete(entry) }
    },
    take: (method, path) => {
      for (const entry of placed) {
        const { fault } = entry
        const matches =
          (fault.method ?? method) === method && (fault.path === undefined || fault.path.test(path))
        if (!matches || entry.hits >= (fault.times ?? 1)) continue
        entry.seen += 1
        if (entry.seen <= (fault.skip ?? 0)) continue
        entry.hits += 1
        return fault
      }
      return null
    },
  }
}
