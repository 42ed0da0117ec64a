import type { Text } from '../text.ts'

/** What was looked up after the first card; each part is an answer or one sentence on why there is none, and left out where no app is named. */
export interface Found {
  readonly logs?: { readonly lines: readonly string[] } | { readonly why: Text }
  readonly checks?:
    | { readonly failing: ReadonlyArray<readonly [name: string, output: string]> }
    | { readonly why: Text }
  /** Who did what when, newest first. */
  readonly changes?:
    | { readonly list: ReadonlyArray<{ readonly at: number; readonly what: Text }> }
    | { readonly why: Text }
  readonly similar: { readonly id: string; readonly at: number; readonly cure: Text } | null
  /** The machine's memory over the last hour; left out where no machine is named. */
  readonly memory?: FoundMemory | { readonly why: Text }
  /** Where the machine runs. */
  readonly region?: string
}

export interface FoundMemory {
  readonly spark: string
  readonly peakMb: number
  readonly totalMb: number
  /** The picture's name in the bucket `PICTURES`; null where it could not be drawn. */
  readonly picture: string | null
}
