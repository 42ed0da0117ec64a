import { OpsError } from '../../core/errors.ts'
import type { Change, PutOptions, Store } from '../../core/ports.ts'
import { tr } from '../../core/text.ts'
import type { InTurn } from '../in-turn.ts'
import { decode, encode } from '../json.ts'

/** What becomes of one entry in a run of the WRITE script. */
export interface Written {
  readonly bucket: string
  readonly id: string
  /** Nothing with `same`, which only compares. */
  readonly json: string
  readonly mode: 'put' | 'create' | 'swap' | 'same'
  readonly expected?: string
  readonly options?: PutOptions | undefined
}

/** One run of the WRITE script: all is written, or nothing and then the entries hold `current`. */
export type Write = (entries: readonly Written[]) => Promise<{
  readonly written: boolean
  readonly current: ReadonlyArray<string | null>
}>

interface Deps {
  readonly read: (bucket: string, id: string) => Promise<string | null>
  readonly write: Write
  /** What the entry held when it was seen last, if that is known. */
  readonly known: (bucket: string, id: string) => string | undefined
  readonly inTurn: InTurn
  /** How long the whole may take, waiting for other callers included. */
  readonly limitMs: number
}

/**
 * Change, compare and set. It begins with what this process knows of the entries, or with nothing there: a wrong guess costs no more than
 * the read it saves, for a write that loses brings what there is, from this process or another one. Nothing is left alone on a guess.
 */
export function createRedisUpdate({ read, write, known, inTurn, limitMs }: Deps): Store['update'] {
  return (bucket, id, change, { along = [], ...options } = {}) => {
    const until = performance.now() + limitMs
    const all: readonly Change[] = [{ bucket, id, change, options }, ...along]
    return inTurn(JSON.stringify([bucket, id]), async () => {
      let current = all.map((one) => known(one.bucket, one.id) ?? null)
      let isSeen = false
      // Behind a caller whose time ran out there is none left either: not one more command.
      while (performance.now() < until) {
        const next = isSeen ? changed(all, current) : guessed(all, current)
        if (next === undefined && isSeen) return decode(current[0])
        if (next === undefined)
          current = await Promise.all(all.map((one) => read(one.bucket, one.id)))
        else {
          const result = await write(next)
          if (result.written) return decode(next[0]?.json)
          current = [...result.current]
        }
        isSeen = true
      }
      throw contended()
    })
  }
}

/** Nothing when the first one is left as it was. */
function changed(
  all: readonly Change[],
  current: ReadonlyArray<string | null>,
): readonly Written[] | undefined {
  const next = all.map(({ bucket, id, change, options }, i): Written => {
    const expected = current[i] ?? ''
    const value = change(decode(current[i]))
    if (value === undefined) return { bucket, id, json: '', mode: 'same', expected }
    return { bucket, id, json: encode(value), mode: 'swap', expected, options }
  })
  return next[0]?.mode === 'same' ? undefined : next
}

/** What is not there as guessed may be what `change` can't bear; the real one decides. */
function guessed(...guess: Parameters<typeof changed>): ReturnType<typeof changed> {
  try {
    return changed(...guess)
  } catch {
    return undefined
  }
}

const contended = (): OpsError =>
  new OpsError(
    'unavailable',
    tr(
      'The store is too busy with the same entry. Try again in a moment.',
      '儲存區正忙於處理同一筆資料。請稍後再試。',
    ),
  )
