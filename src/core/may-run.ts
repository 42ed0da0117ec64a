import { leastRole, type Role } from './command.ts'
import type { Registered } from './registry.ts'

/** Whether somebody may run a command at least on one app: what help, completion and menus list goes by it, each with `decide` behind `may`. */
export function mayRun(
  { path, command }: Pick<Registered, 'path' | 'command'>,
  apps: readonly string[],
  may: (role: Role, app: string | null) => boolean,
): boolean {
  const targets = path.startsWith('openclaw ') ? apps : [null]
  return targets.some((app) => may(leastRole(command), app))
}
