import type { Actor, Place } from '../invocation.ts'
import type { Store } from '../ports.ts'
import type { Rules } from './detector.ts'

const BUCKET = 'watch-rule'
/** Told when a rule was changed. */
export const RULE_NUDGE = 'watch-rule'
/** The name that stands for all of them. */
export const WATCH = 'watch'

/** What runs by itself when a detector fires, and by whose right: that is decided about each time. */
export interface RuleCommand {
  /** As it was typed. */
  readonly line: string
  readonly command: string
  readonly input: Readonly<Record<string, unknown>>
  readonly coolDownMs: number
  /** On all apps together. */
  readonly perHour: number
  readonly actor: Actor
  readonly place: Place
}

/** What an installation wants of one detector; what is left out is as it comes. */
export interface RuleSetting {
  readonly on?: boolean
  readonly threshold?: number
  readonly command?: RuleCommand
  /** Name of who changed it last. */
  readonly by: string
  readonly at: number
}
export type RuleSettings = Readonly<Record<string, RuleSetting>>

export async function readSettings(store: Pick<Store, 'list'>): Promise<RuleSettings> {
  const entries = await store.list(BUCKET)
  return Object.fromEntries(entries.map(({ id, value }) => [id, value as RuleSetting]))
}

/** Puts it in the place of what was there, and tells every process. */
export async function putSetting(
  store: Pick<Store, 'put' | 'nudge'>,
  id: string,
  setting: RuleSetting,
): Promise<void> {
  await store.put(BUCKET, id, setting)
  await store.nudge(RULE_NUDGE, id)
}

export const isWatching = (settings: RuleSettings): boolean => settings[WATCH]?.on !== false

/** As detectors are run by. */
export const rulesOf = (settings: RuleSettings): Rules =>
  Object.fromEntries(
    Object.entries(settings).map(([id, { on = true, threshold }]) => [
      id,
      { on, ...(threshold !== undefined && { threshold }) },
    ]),
  )
