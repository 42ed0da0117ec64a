import type { Telegram } from 'telegraf'
import type { Opts, Telegram as Methods } from 'telegraf/types'
import { createDownload } from '../download.ts'
import { movedTo, toChatError } from './errors.ts'

interface CallOptions {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}
/** The Bot API through telegraf. Rejects with `ChatError`, never retries, never waits out a limit. */
export interface Api {
  readonly call: <M extends keyof Methods>(
    method: M,
    payload: Opts<M>,
    options?: CallOptions,
  ) => Promise<ReturnType<Methods[M]>>
  /** The first bytes of a file that somebody sent, `most` + 1 at most. */
  readonly download: (file: string, most: number) => Promise<Uint8Array>
  /** Follows a group to its new id, for whatever is sent to the old one. */
  readonly move: (from: string, to: string) => void
}

export interface ApiOptions {
  readonly telegram: Telegram
  /** Told once per move. */
  readonly onMove: (from: string, to: string) => void
}

const TIMEOUT_MS = 15_000

export function createApi({ telegram, onMove }: ApiOptions): Api {
  const moves = new Map<string, string>()
  const download = createDownload([new URL(telegram.options.apiRoot).origin])
  const move = (from: string, to: string) => {
    if (moves.get(from) === to) return
    moves.set(from, to)
    onMove(from, to)
  }
  const here = <P extends object>(payload: P): P => {
    const to = 'chat_id' in payload ? moves.get(String(payload.chat_id)) : undefined
    return to === undefined ? payload : { ...payload, chat_id: Number(to) }
  }
  const once: Api['call'] = (method, payload, { timeoutMs = TIMEOUT_MS, signal } = {}) => {
    const timeout = AbortSignal.timeout(timeoutMs)
    const both = signal ? AbortSignal.any([timeout, signal]) : timeout
    // telegraf's types know only the signal of a polyfill; at run time it takes the real one.
    return telegram.callApi(method, here(payload), { signal: both as never })
  }
  const call: Api['call'] = async (method, payload, options) => {
    try {
      return await once(method, payload, options)
    } catch (error) {
      const to = movedTo(error)
      if (to === undefined || !('chat_id' in payload)) throw error
      move(String(payload.chat_id), String(to))
      return once(method, payload, options)
    }
  }
  const told: Api['call'] = async (method, payload, options) => {
    try {
      return await call(method, payload, options)
    } catch (error) {
      throw toChatError(error)
    }
  }
  return {
    move,
    call: told,
    download: async (file, most) => {
      const found = await told('getFile', { file_id: file })
      return download(await telegram.getFileLink(found), most)
    },
  }
}
