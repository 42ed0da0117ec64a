import type { Census } from '../../core/census.ts'
import { ChatError } from '../../core/ports.ts'
import type { Api } from './api.ts'
import { isForbidden } from './errors.ts'

const OUT: ReadonlySet<string> = new Set(['left', 'kicked'])

/** Asks the Bot API. Of others than itself a bot is told for certain only where it is an administrator, so only a clear no counts. */
export function createCensus(api: Api, me: () => Promise<number>): Census {
  const isIn = async (chat: string, user: number): Promise<boolean | undefined> => {
    const asked = { chat_id: Number(chat), user_id: user }
    try {
      const { status } = await api.call('getChatMember', asked)
      return !OUT.has(status)
    } catch (error) {
      if (error instanceof ChatError && error.kind === 'invalid') return undefined
      throw error
    }
  }
  return {
    async place(space) {
      if (!space.startsWith('-')) return undefined
      const here = await isIn(space, await me()).catch((error: unknown) => {
        if (isForbidden(error)) return false
        throw error
      })
      return here === undefined ? undefined : { here, roles: null }
    },
    member: (space, user) =>
      isIn(space, Number(user)).catch((error: unknown) => {
        // Somebody whom Telegram does not know here; that is no proof that they left.
        if (isForbidden(error)) return undefined
        throw error
      }),
  }
}
