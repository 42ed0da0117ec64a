import type { APIInteraction } from 'discord-api-types/v10'
import type { Census } from '../../core/census.ts'
import type { Front, MenuEntry } from '../../core/front.ts'
import type { Place } from '../../core/invocation.ts'
import type { Chat, Clock, Health, Log, Metrics, Sealer } from '../../core/ports.ts'
import type { Secret } from '../../core/secret.ts'
import type { Locale } from '../../core/text.ts'
import { createDownload } from '../download.ts'
import { createCall } from './call.ts'
import { createCensus } from './census.ts'
import { createGateway, REFUSED } from './client.ts'
import { buildCommands } from './commands.ts'
import { handleInteraction } from './handle.ts'
import { registerCommands } from './register.ts'
import { createRests } from './rest.ts'
import { createSend } from './send.ts'
import { CDN } from './upload.ts'
import { atMost } from '../../core/at-most.ts'

export interface DiscordDeps {
  readonly token: Secret
  /** `https://discord.com/api`, without a version. */
  readonly apiUrl: string
  readonly front: Front
  readonly menu: readonly MenuEntry[]
  readonly sealer: Sealer
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: Clock
  readonly defaultLocale: Locale
  /** The language that a place settled on, for those whose own is not known. */
  readonly placeLocale?: ((place: Place) => Locale | undefined) | undefined
  /** `false` when interactions come by the signed HTTP endpoint: Discord sends them one way only. */
  readonly gateway?: boolean
}

export interface Discord {
  readonly chat: Chat
  readonly census: Census
  /** Resolves when connected or when the first attempt failed (then it is tried on); never rejects. */
  readonly start: () => Promise<void>
  /** Disconnects, then waits for interactions that are being answered; `deadlineMs` bounds both together. */
  readonly stop: (deadlineMs: number) => Promise<void>
  readonly health: () => Health
  /** All guilds that the bot is in, whenever Discord says which: with each new session of the gateway. */
  readonly onGuilds: (listener: (guilds: ReadonlySet<string>) => void) => void
  /** Rejects with `ChatError`. */
  readonly register: () => Promise<'unchanged' | 'registered'>
  /** Handles one interaction, whichever way it came; never rejects. */
  readonly interaction: (raw: APIInteraction) => Promise<void>
}

/** The Discord adapter. Throws `OpsError('validation')` at once when the menu does not fit Discord's limits. */
export function createDiscord(deps: DiscordDeps): Discord {
  const { token, apiUrl, sealer, clock, metrics } = deps
  const commands = buildCommands(deps.menu)
  const rests = createRests({ token, apiUrl, metrics })
  let refused = false
  const asBot = createCall(rests.bot, () => {
    refused = true
  })
  const byToken = createCall(rests.token)
  const chat = createSend({ asBot, byToken, sealer, clock })
  const download = createDownload([...CDN, new URL(apiUrl).origin])
  const busy = createBusy()
  const guildListeners = new Set<(guilds: ReadonlySet<string>) => void>()
  const interaction = (raw: APIInteraction): Promise<void> =>
    busy.add(handleInteraction({ ...deps, chat, byToken, download }, raw))
  const gateway =
    deps.gateway === false
      ? undefined
      : createGateway({
          ...deps,
          onInteraction: (raw) => void interaction(raw),
          onGuilds: (guilds) => guildListeners.forEach((listener) => listener(guilds)),
        })

  return {
    chat,
    census: createCensus(asBot),
    interaction,
    onGuilds: (listener) => void guildListeners.add(listener),
    start: async () => gateway?.start(),
    async stop(deadlineMs) {
      await atMost(clock, deadlineMs, async () => {
        await gateway?.stop(deadlineMs)
        await busy.end()
      })
      rests.close()
    },
    health: () =>
      refused
        ? REFUSED
        : (gateway?.health() ?? { ok: true, detail: 'Discord calls the endpoint.' }),
    register: () => registerCommands(asBot, commands),
  }
}

/** Work that a stop has to wait for. */
function createBusy() {
  const running = new Set<Promise<void>>()
  return {
    async add(work: Promise<void>): Promise<void> {
      running.add(work)
      await work
      running.delete(work)
    },
    end: () => Promise.all(running),
  }
}
