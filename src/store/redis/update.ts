import { OpsError } from '../../core/errors.ts'
import type { PutOptions, Store } from '../../core/ports.ts'
import { tr } from '../../core/text.ts'
import type { InTurn } from '../in-turn.ts'
import { decode, encode } from '../json.ts'

/** Losing this often means that something rewrites the entry all the time. */
const MAX_ROUNDS = 200
/** A caller behind others waits no longer for its turn than for the server itself. */
const TURN_MS = 5000

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
}

/** Read, change, compare and set: another process that was faster makes it read again. */
export function createRedisUpdate({ read, write, inTurn }: Deps): Store['update'] {
  return (bucket, id, change, options) => {
    const until = performance.now() + TURN_MS
    return inTurn(JSON.stringify([bucket, id]), async () => {
      if (performance.now() > until) throw contended()
      let current = (await read(bucket, id)) ?? undefined
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const next = change(decode(current))
        if (next === undefined) return decode(current)
        const json = encode(next)
        const result = await write('swap', [bucket, id], json, { options, expected: current ?? '' })
        if (result.written) return decode(json)
        current = result.current
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
