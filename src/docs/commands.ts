import { type Command, type Confirm, leastRole, type Role } from '../core/command.ts'
import type { Registered, Registry } from '../core/registry.ts'
import { say } from '../core/text.ts'
import { markdownTable } from './table.ts'

const CONFIRM: Readonly<Record<Confirm, string>> = {
  none: '–',
  button: 'a button',
  typed: 'type the app’s name',
  second: 'a second person',
}

/** The table of all commands, in the registry's order, but the verbs of a group (`/ops access …`) all together. */
export function commandsTable(registry: Registry): string {
  const groups = Map.groupBy(
    registry.values(),
    ({ path }) => /^\S+ \S+(?= )/.exec(path)?.[0] ?? path,
  )
  return markdownTable(
    ['Command', 'Options', 'What it does', 'Role', 'Confirm'],
    [...groups.values()].flat().map(row),
  )
}

const row = ({ path, command, options }: Registered): readonly string[] => [
  `\`/${path}\``,
  options.map(({ name, required }) => (required ? `**${name}**` : name)).join(', ') || '–',
  say(command.description, 'en'),
  roleOf(command),
  confirmOf(command),
]

const roleOf = (command: Command): string => {
  const role = named(leastRole(command))
  return typeof command.role === 'function' ? `${role}, or by the options` : role
}

const named = (role: Role): string => (role === 'known' ? 'anyone known here' : role)

const confirmOf = ({ confirm = 'none' }: Command): string =>
  typeof confirm === 'function' ? 'depends on the options' : CONFIRM[confirm]
