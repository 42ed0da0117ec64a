import { DETECTORS } from './detectors.ts'
import { WATCH } from './rule-settings.ts'

/** What `/oncall rule` can be about. */
export const RULE_IDS: readonly string[] = [...DETECTORS.map(({ id }) => id), WATCH]
