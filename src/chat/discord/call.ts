import type { RequestData, REST } from '@discordjs/rest'
import { ChatError } from '../../core/ports.ts'
import { isTokenRefused, toChatError } from './rest.ts'

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
/** One REST call; rejects with `ChatError`. */
export type Call = (method: Method, route: `/${string}`, options?: RequestData) => Promise<unknown>

/** Calls through one REST client; `onTokenRefused` hears when Discord no longer takes the bot's token. */
export function createCall(rest: REST, onTokenRefused: () => void = () => {}): Call {
  return async (method, route, options) => {
    try {
      return await rest[method](route, options)
    } catch (error) {
      if (isTokenRefused(error)) onTokenRefused()
      throw toChatError(error)
    }
  }
}

/** Nothing instead of a rejection when what was addressed is not there any more. */
export async function unlessGone(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call
  } catch (error) {
    if (error instanceof ChatError && error.kind === 'gone') return undefined
    throw error
  }
}
