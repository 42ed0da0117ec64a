/** See config-mask.mjs. */
export function maskConfig(text: string): {
  readonly masked: string
  readonly regions: ReadonlyArray<readonly [start: number, end: number]>
  readonly broken: number | null
}
