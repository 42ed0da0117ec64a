import type { AcceptDeps } from './accept-deps.ts'
import type { Address, Invocation, Place } from './invocation.ts'
import type { Store } from './ports.ts'
import type { Registry } from './registry.ts'
import type { SaidReply } from './reply.ts'
import type { Locale } from './text.ts'

/** What an admin has settled for an app, wherever it is asked about; what is left out is as everywhere. */
export interface AppSetting {
  /** No sound for what nobody has to look at now. */
  readonly quiet?: boolean
  /** How many lines are shown where no number is named. */
  readonly lines?: number
}

/** The same for one place. Where both say something, the place does: it is nearer to who reads it. */
export interface PlaceSetting extends AppSetting {
  /** The app that is meant where none is named. */
  readonly app?: string
  /** For those whose own language is not known. */
  readonly locale?: Locale
}

/** The settings of all places and apps at hand, so that no request waits for them. */
export interface Settings {
  /** Those of the room, then of the channel its thread hangs in, then of the guild or chat. */
  readonly of: (place: Omit<Place, 'private'>) => PlaceSetting
  readonly ofApp: (app: string) => AppSetting
}

export const PLACES = 'place'
/** The nudge that tells every process to read them again. */
export const SETTINGS_TOPIC = 'settings'

/** Where the settings of a room lie; of the whole guild or chat, when it is none. */
export const settingId = (
  { platform, space }: Pick<Place, 'platform' | 'space'>,
  room: string | undefined,
): string => `${platform}:${space}/${room ?? ''}`

/** Where those of an app lie. */
export const appSettingId = (app: string): string => `app:${app}`

/** All that bear on a place, the nearest first, made one. */
export function settingOf(
  all: ReadonlyMap<string, PlaceSetting>,
  place: Omit<Place, 'private'>,
): PlaceSetting {
  const rooms = [undefined, place.parent, place.room]
  return Object.assign({}, ...rooms.map((room) => all.get(settingId(place, room)))) as PlaceSetting
}

type Change = { readonly [Name in keyof PlaceSetting]?: PlaceSetting[Name] | null | undefined }

/** Changes the settings of the very room; null takes one away. */
export const changeSetting = (store: Writing, { room, ...place }: Place, change: Change) =>
  write(store, settingId(place, room), change)

/** Changes the settings of an app, wherever it is asked about. */
export const changeAppSetting = (store: Writing, app: string, { quiet, lines }: Change) =>
  write(store, appSettingId(app), { quiet, lines })

type Writing = Pick<Store, 'update' | 'nudge'>

async function write(store: Writing, id: string, change: Change): Promise<void> {
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  await store.update(PLACES, id, (current) => {
    const merged = { ...(current as PlaceSetting | undefined), ...Object.fromEntries(given) }
    return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null))
  })
  await store.nudge(SETTINGS_TOPIC)
}

/** What is settled for an app as the store has it now. */
export const readAppSetting = async (store: Pick<Store, 'get'>, app: string): Promise<AppSetting> =>
  ((await store.get(PLACES, appSettingId(app))) ?? {}) as AppSetting

/** What is settled for a place as the store has it now. */
export async function readSetting(store: Pick<Store, 'get'>, place: Place): Promise<PlaceSetting> {
  const rooms = [...new Set([undefined, place.parent, place.room])]
  const found = await Promise.all(rooms.map((room) => store.get(PLACES, settingId(place, room))))
  return Object.assign({}, ...found) as PlaceSetting
}

/** The request with what its place and its app settle: the app where none is named, how many lines, and how loud its answer is. */
export function withSettings(
  { settings, registry, apps }: Pick<AcceptDeps, 'settings' | 'registry' | 'apps'>,
  invocation: Invocation,
): Invocation {
  if (settings === undefined) return invocation
  const { input, address } = invocation
  const options = optionsOf(registry, invocation.command)
  const here = settings.of(invocation.place)
  const isOpen = input['app'] === undefined || input['app'] === ''
  const bound = here.app !== undefined && apps.includes(here.app) && options.has('app') && isOpen
  const meant = bound ? here.app : isOpen ? apps[0] : input['app']
  const own = options.has('app') && typeof meant === 'string' ? settings.ofApp(meant) : {}
  const { quiet, lines } = { ...own, ...here }
  const isUncounted = options.has('lines') && input['lines'] === undefined
  return {
    ...invocation,
    input: {
      ...input,
      ...(bound && { app: here.app }),
      ...(isUncounted && lines !== undefined && { lines }),
    },
    ...(quiet === true && { address: { ...address, quiet } }),
  }
}

/** Only what lies under /openclaw acts on an app. */
const optionsOf = (registry: Registry, command: string): ReadonlySet<string> =>
  new Set(
    command.startsWith('openclaw ')
      ? registry.get(command)?.options.map(({ name }) => name)
      : undefined,
  )

/** Whether a new message makes no sound: in a quiet place, unless something is wrong or somebody is called. */
export const isQuiet = (
  { quiet = false }: Pick<Address, 'quiet'>,
  { tone, mention = [] }: Pick<SaidReply, 'tone' | 'mention'>,
): boolean => quiet && mention.length === 0 && tone !== 'warn' && tone !== 'error'
