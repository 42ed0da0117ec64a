import type { Command } from './command.ts'
import type { MenuEntry } from './front.ts'
import { describeOptions, type OptionSpec } from './options.ts'
import { LOCALES, say } from './text.ts'

export interface Registered {
  /** `openclaw token rotate` */
  readonly path: string
  readonly command: Command
  /** Those that may be typed or chosen from a menu: one that is always asked for privately is not among them. */
  readonly options: readonly OptionSpec[]
}
export type Registry = ReadonlyMap<string, Registered>

/** The top-level commands; everything else is a word below one of them. */
export const ROOTS = ['openclaw', 'oncall', 'ops'] as const

/** What Discord and Telegram both take as a name. */
const NAME = /^[a-z][a-z0-9_]{0,31}$/
const DESCRIPTION_MAX = 100
const OPTIONS_MAX = 25
/** Discord's longest label of a field in a modal. */
const ASK_MAX = 45

/** Checks what was found in each file; throws on the first that is no good command, naming the file. */
export function createRegistry(
  found: ReadonlyArray<{ readonly root: string; readonly file: string; readonly value: unknown }>,
): Registry {
  const registry = new Map<string, Registered>()
  for (const { root, file, value } of found) {
    const commands = (Array.isArray(value) ? value : [value]) as readonly unknown[]
    if (commands.length === 0) throw new Error(`commands/${root}/${file}: no command in it`)
    for (const command of commands) {
      const entry = register(root, file, command)
      if (registry.has(entry.path))
        throw new Error(`commands/${root}/${file}: /${entry.path} is there twice`)
      registry.set(entry.path, entry)
    }
  }
  checkGroups(registry)
  return registry
}

function register(root: string, file: string, command: unknown): Registered {
  const at = `commands/${root}/${file}`
  if (!ROOTS.some((known) => known === root))
    throw new Error(`${at}: no top-level command /${root}`)
  if (!isCommand(command)) throw new Error(`${at} exports no command as default`)
  const words = command.name.split(' ')
  if (words.length > 2 || !words.every((word) => NAME.test(word)))
    throw new Error(`${at}: "${command.name}" is not one or two words of a-z, 0-9 and _`)
  for (const locale of LOCALES) {
    const length = say(command.description, locale).length
    if (length < 3 || length > DESCRIPTION_MAX)
      throw new Error(
        `${at}: the description of "${command.name}" is 3 to ${DESCRIPTION_MAX} characters`,
      )
  }
  const options = publicOptions(at, command, checkedOptions(at, command))
  return { path: `${root} ${command.name}`, command, options }
}

function checkedOptions(at: string, command: Command): readonly OptionSpec[] {
  const options = described(at, command)
  if (options.length > OPTIONS_MAX) throw new Error(`${at}: more than ${OPTIONS_MAX} options`)
  for (const { name, about, choices } of options) {
    if (!NAME.test(name)) throw new Error(`${at}: option "${name}" is no good name`)
    if (choices.length > OPTIONS_MAX)
      throw new Error(`${at}: option "${name}" has too many choices`)
    if (LOCALES.some((locale) => say(about, locale).length > DESCRIPTION_MAX))
      throw new Error(
        `${at}: option "${name}" is described in more than ${DESCRIPTION_MAX} characters`,
      )
  }
  return options
}

/** What is asked for need not be given beforehand. */
function publicOptions(
  at: string,
  { private: hidden }: Command,
  options: readonly OptionSpec[],
): readonly OptionSpec[] {
  if (hidden === undefined) return options
  if (!options.some(({ name, type }) => name === hidden.option && type === 'string'))
    throw new Error(`${at}: the private option "${hidden.option}" is none of its texts`)
  if (LOCALES.some((locale) => say(hidden.ask, locale).length > ASK_MAX))
    throw new Error(`${at}: "${hidden.option}" is asked for in more than ${ASK_MAX} characters`)
  if (hidden.kind === 'secret') return options.filter(({ name }) => name !== hidden.option)
  return options.map((one) => (one.name === hidden.option ? { ...one, required: false } : one))
}

function described(at: string, { options }: Command): readonly OptionSpec[] {
  try {
    return describeOptions(options)
  } catch (cause) {
    throw new Error(`${at}: ${cause instanceof Error ? cause.message : 'options'}`, { cause })
  }
}

/** A word is either a command or a group of commands: Discord allows no mixture. */
function checkGroups(registry: Registry): void {
  for (const path of registry.keys()) {
    const group = path.split(' ').slice(0, 2).join(' ')
    if (group !== path && registry.has(group)) throw new Error(`/${group} is a command and a group`)
  }
}

function isCommand(value: unknown): value is Command {
  const record = (value ?? {}) as Record<string, unknown>
  return (
    typeof record['name'] === 'string' &&
    typeof record['run'] === 'function' &&
    typeof record['render'] === 'function' &&
    typeof record['options'] === 'object' &&
    record['description'] !== undefined &&
    record['role'] !== undefined &&
    Array.isArray(record['examples']) &&
    (record['where'] === 'chat' || (record['where'] === 'worker' && record['kind'] !== undefined))
  )
}

/** The registry as menus list it. */
export function menuOf(registry: Registry): readonly MenuEntry[] {
  return Array.from(registry.values(), ({ path, command, options }) => ({
    path,
    about: both(command.description),
    options: options.map((option) => ({
      name: option.name,
      about: both(option.about),
      type: option.type,
      required: option.required,
      choices: option.choices,
      complete: option.complete !== undefined,
      ...(option.min !== undefined && { min: option.min }),
      ...(option.max !== undefined && { max: option.max }),
    })),
  }))
}
const both = (text: Command['description']) => ({
  en: say(text, 'en'),
  'zh-TW': say(text, 'zh-TW'),
})
