import type { Command, Confirm } from '../core/command.ts'
import type { Registered, Registry } from '../core/registry.ts'
import { say } from '../core/text.ts'
import { markdownTable } from './table.ts'

const CONFIRM: Readonly<Record<Confirm, string>> = {
  none: '–',
  button: 'a button',
  typed: 'type the app’s name',
  second: 'a second person',
}

/** The table of all commands, in the registry's order. */
export const commandsTable = (registry: Registry): string =>
  markdownTable(
    ['Command', 'Options', 'What it does', 'Role', 'Confirm'],
    Array.from(registry.values(), row),
  )

const row = ({ path, command, options }: Registered): readonly string[] => [
  `\`/${path}\``,
  options.map(({ name, required }) => (required ? `**${name}**` : name)).join(', ') || '–',
  say(command.description, 'en'),
  roleOf(command),
  confirmOf(command),
]

const roleOf = ({ role }: Command): string =>
  typeof role === 'function' ? 'the fix’s own' : role === 'known' ? 'anyone known here' : role

const confirmOf = ({ confirm = 'none' }: Command): string =>
  typeof confirm === 'function' ? 'depends on the options' : CONFIRM[confirm]
