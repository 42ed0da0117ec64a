import type { Place } from './core/invocation.ts'
import type { Log, Store } from './core/ports.ts'
import {
  appSettingId,
  type PlaceSetting,
  PLACES,
  type Settings,
  SETTINGS_TOPIC,
  settingId,
  settingOf,
} from './core/settings.ts'

/** The settings of places as the store has them, with a copy at hand. Until they are read, and while they cannot be, the last copy counts. */
export function createSettings({
  store,
  log,
}: {
  readonly store: Store
  readonly log: Log
}): Settings & {
  readonly fresh: () => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => void
  /** A place that the platform gave another id keeps what was settled. */
  readonly move: (place: Pick<Place, 'platform' | 'space'>, to: string) => Promise<void>
} {
  let copy: ReadonlyMap<string, PlaceSetting> = new Map()
  let stop = () => {}
  const fresh = async (): Promise<void> => {
    const entries = await store.list(PLACES)
    copy = new Map(entries.map(({ id, value }) => [id, value as PlaceSetting]))
  }
  return {
    of: (place) => settingOf(copy, place),
    ofApp: (app) => copy.get(appSettingId(app)) ?? {},
    fresh,
    async start() {
      stop = store.onNudge(SETTINGS_TOPIC, () => {
        fresh().catch((error: unknown) => log.warn({ err: error }, 'settings could not be read'))
      })
      await fresh()
    },
    stop: () => stop(),
    async move({ platform, space }, to) {
      const old = settingId({ platform, space }, undefined)
      for (const { id, value } of await store.list(PLACES)) {
        if (!id.startsWith(old)) continue
        await store.put(PLACES, settingId({ platform, space: to }, id.slice(old.length)), value)
        await store.remove(PLACES, id)
      }
      await fresh()
      await store.nudge(SETTINGS_TOPIC)
    },
  }
}
