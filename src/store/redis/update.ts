import { OpsError } from '../../core/errors.ts'
import type { PutOptions, Store } from '../../core/ports.ts'
import { tr } from '../../core/text.ts'
import type { InTurn } from '../in-turn.ts'
import { decode, encode } from '../json.ts'

/** One run of the WRITE script. */
export type Write = (
  mode: 'put' | 'create' | 'swap',
  place: readonly [bucket: string, id: string],
  json: string,
  more: { readonly options?: PutOptions | undefined; readonly expected?: string },
) => Promise<{ readonly written: boolean; readonly current: string | undefined }>

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
 * Change, compare and set. It begins with what this process knows of the entry, or with nothing there: a wrong guess costs no more than
 * the read it saves, for a write that loses brings what there is, from this process or another one. Nothing is left alone on a guess.
 */
export function createRedisUpdate({ read, write, known, inTurn, limitMs }: Deps): Store['update'] {
  return (bucket, id, change, options) => {
    const until = performance.now() + limitMs
    return inTurn(JSON.stringify([bucket, id]), async () => {
      let current = known(bucket, id) ?? null
      let isSeen = false
      // Behind a caller whose time ran out there is none left either: not one more command.
      while (performance.now() < until) {
        const next = isSeen ? change(decode(current)) : guessed(change, current)
        if (next === undefined && isSeen) return decode(current)
        if (next === undefined) current = await read(bucket, id)
        else {
          const json = encode(next)
          const expected = current ?? ''
          const result = await write('swap', [bucket, id], json, { options, expected })
          if (result.written) return decode(json)
          current = result.current ?? null
        }
        isSeen = true
      }
      throw contended()
    })
  }
}

/** What is not there as guessed may be what `change` can't bear; the real one decides. */
function guessed(change: (current: unknown) => unknown, current: string | null): unknown {
  try {
    return change(decode(current))
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
