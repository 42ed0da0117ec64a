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
  readonly inTurn: InTurn
  /** How long the whole may take, waiting for other callers included. */
  readonly limitMs: number
}

/** Read, change, compare and set: another process that was faster makes it change what that one wrote. */
export function createRedisUpdate({ read, write, inTurn, limitMs }: Deps): Store['update'] {
  return (bucket, id, change, options) => {
    const until = performance.now() + limitMs
    return inTurn(JSON.stringify([bucket, id]), async () => {
      // Behind a caller whose time ran out there is none left either: not one more command.
      let current = performance.now() < until ? await read(bucket, id) : null
      while (performance.now() < until) {
        const next = change(decode(current))
        if (next === undefined) return decode(current)
        const json = encode(next)
        const result = await write('swap', [bucket, id], json, { options, expected: current ?? '' })
        if (result.written) return decode(json)
        current = result.current ?? null
      }
      throw contended()
    })
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
