/** See lock-judge.mjs. */
export interface LockFacts {
  readonly pid: number | null
  readonly startTime: number | null
  readonly createdAt: number | null
  readonly stateDir: string | null
  readonly port: number | null
}
export type LockVerdict = 'live' | 'fresh' | 'dead' | 'reused' | 'restarted' | 'earlier' | 'garbage'
export function factsIn(text: string): LockFacts
export function judge(
  facts: Pick<LockFacts, 'pid' | 'startTime' | 'createdAt'>,
  world: {
    readonly changedAt: number
    readonly owner: { readonly gateway: boolean; readonly startTime: number } | null
    readonly bootedAt: number
    readonly now: number
  },
): LockVerdict
export function looksLikeGateway(argv: readonly string[]): boolean
