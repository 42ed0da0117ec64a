import type { Store } from '../core/ports.ts'
import type { Rules } from '../core/watch/detector.ts'
import {
  isWatching,
  readSettings,
  RULE_NUDGE,
  rulesOf,
  type RuleSettings,
} from '../core/watch/rule-settings.ts'
import { type CachedDeps, createCached } from '../oncall/cached.ts'

/** What people have settled about the look-out. */
export interface RuleBook {
  readonly isOn: () => Promise<boolean>
  readonly rules: () => Promise<Rules>
  readonly settings: () => Promise<RuleSettings>
  /** Gives a function that stops listening. */
  readonly onChange: (listener: () => void) => () => void
}

export function createRuleBook(
  deps: Omit<CachedDeps<RuleSettings>, 'topic' | 'read' | 'store'> & { readonly store: Store },
): RuleBook {
  const { store } = deps
  const { get } = createCached({ ...deps, topic: RULE_NUDGE, read: () => readSettings(store) })
  return {
    settings: get,
    isOn: async () => isWatching(await get()),
    rules: async () => rulesOf(await get()),
    onChange: (listener) => store.onNudge(RULE_NUDGE, listener),
  }
}
