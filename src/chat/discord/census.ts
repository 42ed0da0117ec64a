import { type APIGuild, Routes } from 'discord-api-types/v10'
import type { Census } from '../../core/census.ts'
import { ChatError } from '../../core/ports.ts'
import type { Call } from './call.ts'

/** Asks the REST API: the gateway tells of guilds and roles only to who takes in all of them, and of members with a privilege. */
export function createCensus(asBot: Call): Census {
  return {
    async place(space) {
      const guild = await unless(['gone', 'forbidden'], asBot('get', Routes.guild(space)))
      if (guild === undefined) return { here: false, roles: null }
      return { here: true, roles: new Set((guild as APIGuild).roles.map(({ id }) => id)) }
    },
    async member(space, user) {
      const asked = asBot('get', Routes.guildMember(space, user)).then(() => true)
      const left = unless(['gone'], asked).then((there) => there === true)
      return (await unless(['forbidden'], left)) as boolean | undefined
    },
  }
}

/** Nothing in place of a rejection of these kinds. */
async function unless(kinds: ReadonlyArray<ChatError['kind']>, call: Promise<unknown>) {
  try {
    return await call
  } catch (error) {
    if (error instanceof ChatError && kinds.includes(error.kind)) return undefined
    throw error
  }
}
