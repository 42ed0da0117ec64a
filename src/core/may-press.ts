import type { Access } from './access.ts'
import { roleOf } from './command.ts'
import type { Origin } from './buttons.ts'
import { decide } from './policy.ts'
import type { Registry } from './registry.ts'
import type { Intent } from './reply.ts'

/** Gives the rule by which buttons are shown: the same `decide` that a press will meet. Buttons of commands that are not there are never shown. */
export function createMayPress(deps: {
  readonly registry: Registry
  readonly access: Access
  readonly apps: readonly string[]
  readonly now: () => number
}): (intent: Intent, origin: Origin) => boolean {
  const { registry, access, apps, now } = deps
  return (intent, { asker, place }) => {
    if (intent.do !== 'run') return true
    const entry = registry.get(intent.command)
    if (entry === undefined) return false
    const given = intent.input['app']
    const app = typeof given === 'string' ? given : (apps[0] ?? '')
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
