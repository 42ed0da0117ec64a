import {
  type APIInteraction,
  type APIMessage,
  type APIMessageComponentInteraction,
  type APIModalSubmitInteraction,
  ChannelType,
  ComponentType,
  InteractionContextType,
  InteractionType,
  MessageFlags,
} from 'discord-api-types/v10'
import type { CompleteRequest } from '../../core/front.ts'
import type { Actor, Address, Invocation, Place, Press } from '../../core/invocation.ts'
import type { Sealer } from '../../core/ports.ts'
import { type Locale, localeOf } from '../../core/text.ts'
import type { Download } from '../download.ts'
import { type CommandInteraction, readCommand, readFocused } from './command-options.ts'
import { TOKEN_LIFE_MS } from './limits.ts'
import { readUpload } from './upload.ts'

/** Discord's ids count milliseconds from the first second of 2015. */
const EPOCH = 1_420_070_400_000n

/** When Discord made this id, in ms. */
const snowflakeTime = (id: string): number => Number((BigInt(id) >> 22n) + EPOCH)

export interface ReadOptions {
  readonly sealer: Pick<Sealer, 'seal'>
  readonly download: Download
  readonly defaultLocale: Locale
  /** The language that a place settled on, for those whose own is not known. */
  readonly placeLocale?: ((place: Place) => Locale | undefined) | undefined
}

/** A slash command in the system's words. */
export function toInvocation(raw: CommandInteraction, options: ReadOptions): Invocation {
  return { ...readRequest(raw, options), ...readCommand(raw), surface: 'slash' }
}

/** A pressed button, a choice from a select, or a submitted modal. */
export function toPress(
  raw: APIMessageComponentInteraction | APIModalSubmitInteraction,
  options: ReadOptions,
): Press {
  const answer = readAnswer(raw)
  const file =
    raw.type === InteractionType.ModalSubmit ? readUpload(raw, options.download) : undefined
  return {
    ...readRequest(raw, options),
    surface: 'components' in raw.data ? 'modal' : 'button',
    token: raw.data.custom_id,
    ...(raw.message && { shown: tokensOn(raw.message) }),
    ...(answer !== undefined && { answer }),
    ...(file && { file }),
  }
}

/** As Discord has the message, not as the client drew it. */
const tokensOn = ({ components = [] }: Pick<APIMessage, 'components'>): readonly string[] =>
  components
    .flatMap((row) => (row.type === ComponentType.ActionRow ? row.components : []))
    .flatMap((part) => ('custom_id' in part ? part.custom_id : []))

/** What is being typed into an option that completes. */
export function toCompleteRequest(raw: CommandInteraction, options: ReadOptions): CompleteRequest {
  const { actor, place, locale } = readRequest(raw, options)
  return { ...readFocused(raw), actor, place, locale }
}

/** The reader's language: their own, else the guild's, else the configured one. */
export const readLocale = (raw: APIInteraction, otherwise: Locale): Locale =>
  localeOf('locale' in raw ? raw.locale : undefined) ?? localeOf(raw.guild_locale) ?? otherwise

/** The person's own first, then what the place settled on. */
function localeIn(raw: APIInteraction, place: Place, options: ReadOptions): Locale {
  const own = localeOf('locale' in raw ? raw.locale : undefined)
  return own ?? options.placeLocale?.(place) ?? readLocale(raw, options.defaultLocale)
}

function readRequest(raw: APIInteraction, options: ReadOptions) {
  const at = snowflakeTime(raw.id)
  const actor = readActor(raw)
  const place = readPlace(raw, actor.id)
  const locale = localeIn(raw, place, options)
  return {
    id: `d-${raw.id}`,
    actor,
    place,
    locale,
    at,
    address: readAddress(raw, { place, at, user: actor.id, sealer: options.sealer }),
  }
}

/** Roles come from the signed payload: without privileged intents the library's cache knows only @everyone. */
function readActor({ member, user }: APIInteraction): Actor {
  const person = member?.user ?? user
  if (person === undefined) throw new TypeError('interaction without a person')
  const name = member?.nick ?? person.global_name ?? person.username
  return { platform: 'discord', id: person.id, name, roles: member?.roles ?? [] }
}

const THREADS: ReadonlySet<ChannelType | undefined> = new Set([
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
])

function readPlace(raw: APIInteraction, user: string): Place {
  const { channel } = raw
  const room = channel?.id
  if (raw.guild_id === undefined) {
    // A group of people without a guild is no private talk; as its own space it is trusted only if someone says so.
    const isGroup = raw.context === InteractionContextType.PrivateChannel && room !== undefined
    return { platform: 'discord', space: isGroup ? room : user, private: !isGroup }
  }
  // An ordinary channel's parent is its category, which stands for nothing here.
  const parent =
    channel && 'parent_id' in channel && THREADS.has(channel.type) ? channel.parent_id : undefined
  return {
    platform: 'discord',
    space: raw.guild_id,
    ...(room !== undefined && { room }),
    ...(parent && { parent }),
    private: false,
  }
}

interface AddressParts {
  readonly place: Place
  readonly at: number
  readonly user: string
  readonly sealer: ReadOptions['sealer']
}

function readAddress(raw: APIInteraction, { place, at, user, sealer }: AddressParts): Address {
  const message = raw.message
  const isEphemeral = ((message?.flags ?? 0) & MessageFlags.Ephemeral) !== 0
  return {
    platform: 'discord',
    chat: raw.channel?.id ?? user,
    user,
    private: place.private || isEphemeral,
    handle: sealer.seal(`${raw.application_id}:${raw.token}`),
    until: at + TOKEN_LIFE_MS,
    ...(message && { message: message.id }),
  }
}

function readAnswer(
  raw: APIMessageComponentInteraction | APIModalSubmitInteraction,
): string | undefined {
  if ('values' in raw.data) return raw.data.values[0]
  if (!('components' in raw.data)) return undefined
  // A reason stands in a field of its own; behind the name it reads as where there is one line only.
  const fields = raw.data.components.flatMap((part) => {
    if (part.type === ComponentType.Label && part.component.type === ComponentType.TextInput)
      return [part.component.value]
    return part.type === ComponentType.ActionRow ? [part.components[0]?.value ?? ''] : []
  })
  return fields.length === 0 ? undefined : fields.join(' ')
}
