import type { AcceptDeps } from './accept-deps.ts'
import type { Address, Invocation, Place } from './invocation.ts'
import type { Store } from './ports.ts'
import type { Registry } from './registry.ts'
import type { SaidReply } from './reply.ts'
import type { Locale } from './text.ts'

/** What an admin has settled for one place; what is left out is as everywhere. */
export interface PlaceSetting {
  /** The app that is meant where none is named. */
  readonly app?: string
  /** For those whose own language is not known. */
  readonly locale?: Locale
  /** No sound for what nobody has to look at now. */
  readonly quiet?: boolean
}

/** The settings of all places at hand, so that no request waits for them. */
export interface Settings {
  /** Those of the room, then of the channel its thread hangs in, then of the guild or chat. */
  readonly of: (place: Omit<Place, 'private'>) => PlaceSetting
}

export const PLACES = 'place'
/** The nudge that tells every process to read them again. */
export const SETTINGS_TOPIC = 'settings'

/** Where the settings of a room lie; of the whole guild or chat, when it is none. */
export const settingId = (
  { platform, space }: Pick<Place, 'platform' | 'space'>,
  room: string | undefined,
): string => `${platform}:${space}/${room ?? ''}`

/** All that bear on a place, the nearest first, made one. */
export function settingOf(
  all: ReadonlyMap<string, PlaceSetting>,
  place: Omit<Place, 'private'>,
): PlaceSetting {
  const rooms = [undefined, place.parent, place.room]
  return Object.assign({}, ...rooms.map((room) => all.get(settingId(place, room)))) as PlaceSetting
}

type Change = { readonly [Name in keyof PlaceSetting]?: PlaceSetting[Name] | null }

/** Changes the settings of the very room; null takes one away. Gives what is settled there afterwards. */
export async function changeSetting(
  store: Pick<Store, 'update' | 'nudge'>,
  place: Place,
  change: Change,
): Promise<PlaceSetting> {
  const after = await store.update(PLACES, settingId(place, place.room), (current) => {
    const merged = { ...(current as PlaceSetting | undefined), ...change }
    return Object.fromEntries(
      Object.entries(merged).filter(([, value]) => value !== null && value !== undefined),
    )
  })
  await store.nudge(SETTINGS_TOPIC)
  return after as PlaceSetting
}

/** What is settled for a place as the store has it now. */
export async function readSetting(store: Pick<Store, 'get'>, place: Place): Promise<PlaceSetting> {
  const rooms = [...new Set([undefined, place.parent, place.room])]
  const found = await Promise.all(rooms.map((room) => store.get(PLACES, settingId(place, room))))
  return Object.assign({}, ...found) as PlaceSetting
}

/** The request with what its place settles: the app where none is named, and how loud its answer is. */
export function withSettings(
  { settings, registry, apps }: Pick<AcceptDeps, 'settings' | 'registry' | 'apps'>,
  invocation: Invocation,
): Invocation {
  const { app, quiet } = settings?.of(invocation.place) ?? {}
  const { command, input, address } = invocation
  const bound = app !== undefined && apps.includes(app) && takesApp(registry, command)
  const isOpen = input['app'] === undefined || input['app'] === ''
  return {
    ...invocation,
    ...(bound && isOpen && { input: { ...input, app } }),
    ...(quiet === true && { address: { ...address, quiet } }),
  }
}

/** Only what lies under /openclaw acts on an app. */
const takesApp = (registry: Registry, command: string): boolean =>
  command.startsWith('openclaw ') &&
  registry.get(command)?.options.some(({ name }) => name === 'app') === true

/** Whether a new message makes no sound: in a quiet place, unless something is wrong or somebody is called. */
export const isQuiet = (
  { quiet = false }: Pick<Address, 'quiet'>,
  { tone, mention = [] }: Pick<SaidReply, 'tone' | 'mention'>,
): boolean => quiet && mention.length === 0 && tone !== 'warn' && tone !== 'error'
