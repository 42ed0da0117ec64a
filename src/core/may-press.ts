import type { Access } from './access.ts'
import { roleOf } from './command.ts'
import type { Origin } from './buttons.ts'
import { decide } from './policy.ts'
import type { Settings } from './settings.ts'
import type { Registry } from './registry.ts'
import type { Intent } from './reply.ts'

/**
 * Gives the rule by which buttons are shown: the same `decide` that a press will meet. Buttons of commands that are not there are never
 * shown. A freeze hides none: whoever presses is told who froze and why, as the buttons that were there before do.
 */
export function createMayPress(deps: {
  readonly registry: Registry
  readonly access: Access
  readonly apps: readonly string[]
  /** What is bound to a place; nothing where it is left out. */
  readonly settings?: Pick<Settings, 'of'>
  readonly now: () => number
}): (intent: Intent, origin: Origin) => boolean {
  const { registry, access, apps, settings, now } = deps
  return (intent, { asker, place }) => {
    if (intent.do !== 'run') return true
    const entry = registry.get(intent.command)
    if (entry === undefined) return false
    const given = intent.input['app']
    const usual = settings?.of(place).app ?? apps[0] ?? ''
    const app = typeof given === 'string' && given !== '' ? given : usual
    const decision = decide(access.snapshot(), {
      actor: asker,
      place,
      verb: entry.path,
      role: roleOf(entry.command, { ...intent.input }),
      confirm: 'none',
      app: entry.path.startsWith('openclaw ') ? app : null,
      now: now(),
    })
    return decision.verdict !== 'deny'
  }
}
