/** What may go wrong on the way, before or after the double has done the work. */
type Fault =
  | { readonly kind: 'drop' | 'drop_after' | 'hang' }
  /** The page of a proxy in place of an answer. */
  | { readonly kind: 'html'; readonly status: number }
  | {
      readonly kind: 'error'
      readonly code: number
      readonly description: string
      readonly parameters?: { readonly retry_after?: number; readonly migrate_to_chat_id?: number }
    }

export interface Faults {
  /** The next `times` calls of `method` (`*`: of any but getUpdates) meet this fault. */
  readonly fail: (method: string, fault: Fault, times?: number) => void
  readonly next: (method: string) => Fault | undefined
}

export function createFaults(): Faults {
  const scripted: { method: string; fault: Fault; left: number }[] = []
  return {
    fail: (method, fault, times = 1) => void scripted.push({ method, fault, left: times }),
    next: (method) => {
      const found = scripted.find(
        (one) =>
          one.left > 0 &&
          (one.method === method || (one.method === '*' && method !== 'getUpdates')),
      )
      if (!found) return undefined
      found.left -= 1
      return found.fault
    },
  }
}
