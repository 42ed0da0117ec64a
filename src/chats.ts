import type { Discord } from './chat/discord/discord.ts'
import type { Telegram, TelegramOptions } from './chat/telegram/index.ts'
import type { Config } from './config/config.ts'
import type { Census } from './core/census.ts'
import type { Front, ReadWords } from './core/front.ts'
import type { Chat, Clock, Log, Metrics, Sealer, Store } from './core/ports.ts'
import type { Place, Platform } from './core/invocation.ts'
import type { Access } from './core/access.ts'
import { basicMenu, ownMenus } from './core/own-menus.ts'
import { menuOf, type Registry } from './core/registry.ts'
import type { Settings } from './core/settings.ts'
import type { Tried } from './oncall/proof.ts'

interface Deps {
  readonly config: Config
  readonly front: Front
  readonly readWords: ReadWords
  readonly registry: Registry
  readonly store: Store
  readonly sealer: Sealer
  readonly log: Log
  readonly metrics: Metrics
  readonly clock: Clock
  readonly settings: Settings
  readonly access: Pick<Access, 'fresh'>
}

/** The platforms this process speaks on; none in a worker. */
export interface Chats {
  readonly discord: Discord | undefined
  readonly telegram: Telegram | undefined
  readonly list: readonly Chat[]
  /** The same, with how each is connected. */
  readonly tried: readonly Tried[]
  /** Who and what is where, by platform. */
  readonly census: ReadonlyMap<Platform, Census>
}

/** Only the platforms that are spoken on are loaded: a worker and a single command start earlier, and hold less memory. */
export async function createChats(deps: Deps): Promise<Chats> {
  const { config, registry, log } = deps
  const placeLocale = (place: Place) => deps.settings.of(place).locale
  const common = { ...deps, menu: menuOf(registry), defaultLocale: config.locale, placeLocale }
  const discord =
    config.discord &&
    (await import('./chat/discord/discord.ts')).createDiscord({
      ...common,
      log: log.child({ chat: 'discord' }),
      token: config.discord.token,
      apiUrl: config.discord.apiUrl,
      gateway: config.discord.publicKey === undefined,
    })
  const telegram =
    config.telegram &&
    (await import('./chat/telegram/index.ts')).createTelegram({
      ...common,
      ...webhookOf(config),
      basics: basicMenu(registry),
      ownMenus: async () => ownMenus(await worldOf(deps)),
      log: log.child({ chat: 'telegram' }),
      token: config.telegram.token,
      apiUrl: config.telegram.apiUrl,
    })
  return {
    discord,
    telegram,
    list: [discord?.chat, telegram?.chat].filter((chat) => chat !== undefined),
    tried: [discord, telegram].filter((chat) => chat !== undefined),
    census: new Map([
      ...(discord ? [['discord', discord.census] as const] : []),
      ...(telegram ? [['telegram', telegram.census] as const] : []),
    ]),
  }
}

const worldOf = async ({ config, registry, access, clock }: Deps) => ({
  registry,
  apps: config.apps,
  state: await access.fresh(),
  now: clock.now(),
})

function webhookOf({ publicUrl, telegram }: Config): Pick<TelegramOptions, 'webhook'> {
  const secret = telegram?.webhookSecret
  return secret === undefined || publicUrl === undefined ? {} : { webhook: { publicUrl, secret } }
}
