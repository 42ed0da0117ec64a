import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandGroupOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord-api-types/v10'
import { OpsError } from '../../core/errors.ts'
import type { MenuEntry, MenuOption } from '../../core/front.ts'
import { type Text, tr, truncate } from '../../core/text.ts'
import { commandSize } from './command-size.ts'
import { LIMITS } from './limits.ts'

export type CommandBody = RESTPostAPIChatInputApplicationCommandsJSONBody
type Nested = APIApplicationCommandSubcommandGroupOption | APIApplicationCommandSubcommandOption
type About = MenuEntry['about']

/** The three commands people see; each has its verbs as subcommands. */
const TOP: Readonly<Record<string, About>> = {
  openclaw: {
    en: 'Run the OpenClaw Gateway on Fly.io: status, logs, restart and more',
    'zh-TW': '操作 Fly.io 上的 OpenClaw Gateway：狀態、記錄、重新啟動等',
  },
  oncall: { en: 'Alerts, schedules and who is on call', 'zh-TW': '警報、值班表與值班人員' },
  ops: { en: 'Help, access, jobs and this bot itself', 'zh-TW': '說明、權限、工作與機器人本身' },
}

/** Longest description of an option that is tried, from generous to terse, until a command is within its sum. */
const OPTION_ABOUT = [LIMITS.commandText, 80, 60, 45, 30, 20]
const NAME = /^[-_'\p{L}\p{N}]{1,32}$/u

/**
 * The menu as Discord's command bodies: a two-word path is a subcommand, a three-word path a group's. Descriptions of options are
 * shortened as far as the sum of a command asks for. Throws `OpsError('validation')` naming the command that cannot be listed.
 */
export function buildCommands(menu: readonly MenuEntry[]): CommandBody[] {
  const names = new Set(menu.map(({ path }) => path.split(' ')[0] ?? ''))
  return [...names].map((name) =>
    fitting(
      name,
      menu.filter(({ path }) => path.split(' ')[0] === name),
    ),
  )
}

function fitting(name: string, entries: readonly MenuEntry[]): CommandBody {
  const about = TOP[name]
  if (about === undefined) throw unlisted(tr(`/${name} is no command.`, `/${name} 不是指令。`))
  for (const length of OPTION_ABOUT) {
    const body = topCommand(name, about, nest(entries, length))
    if (commandSize(body) <= LIMITS.commandSum) return body
  }
  throw unlisted(
    tr(
      `/${name} has more than ${LIMITS.commandSum} characters of names, descriptions and choices.`,
      `/${name} 的名稱、說明與選項超過 ${LIMITS.commandSum} 個字元。`,
    ),
  )
}

const topCommand = (name: string, about: About, options: Nested[]): CommandBody => ({
  type: ApplicationCommandType.ChatInput,
  name: checked(name),
  ...described(about),
  integration_types: [ApplicationIntegrationType.GuildInstall],
  contexts: [InteractionContextType.Guild],
  options: few(options, name),
})

function nest(entries: readonly MenuEntry[], aboutLength: number): Nested[] {
  const groups = new Map<string, APIApplicationCommandSubcommandOption[]>()
  const options: Nested[] = []
  for (const entry of entries) {
    const [, first = '', second] = entry.path.split(' ')
    if (second === undefined) {
      options.push(subcommand(first, entry, aboutLength))
      continue
    }
    const verbs = groups.get(first) ?? []
    if (verbs.length === 0) options.push(group(first, verbs))
    verbs.push(subcommand(second, entry, aboutLength))
    groups.set(first, verbs)
  }
  return options.map(withVerbsNamed)
}

const group = (
  name: string,
  options: APIApplicationCommandSubcommandOption[],
): APIApplicationCommandSubcommandGroupOption => ({
  type: ApplicationCommandOptionType.SubcommandGroup,
  name: checked(name),
  description: name,
  options,
})

/** A group is described by its verbs, which need no translation. */
function withVerbsNamed(option: Nested): Nested {
  if (option.type !== ApplicationCommandOptionType.SubcommandGroup) return option
  const verbs = few(option.options ?? [], option.name)
  const description = verbs.map(({ name }) => name).join(' · ')
  return { ...option, description: truncate(description, LIMITS.commandText) }
}

const subcommand = (
  name: string,
  { about, options, path }: MenuEntry,
  aboutLength: number,
): APIApplicationCommandSubcommandOption => ({
  type: ApplicationCommandOptionType.Subcommand,
  name: checked(name),
  ...described(about),
  options: few(
    options
      .toSorted((a, b) => Number(b.required) - Number(a.required))
      .map((option) => optionBody(option, aboutLength)),
    path,
  ),
})

const TYPE = {
  string: ApplicationCommandOptionType.String,
  integer: ApplicationCommandOptionType.Integer,
  number: ApplicationCommandOptionType.Number,
  boolean: ApplicationCommandOptionType.Boolean,
} as const

function optionBody(option: MenuOption, aboutLength: number): APIApplicationCommandBasicOption {
  const { name, about, type, required, choices, complete, min, max } = option
  const isNumber = type === 'integer' || type === 'number'
  const offered = few(choices, name).map((choice) => ({
    name: choice,
    value: isNumber ? Number(choice) : choice,
  }))
  return {
    type: TYPE[type],
    name: checked(name),
    ...described(about, aboutLength),
    ...(required && { required }),
    ...(type !== 'boolean' && offered.length > 0 && { choices: offered }),
    // Discord takes either fixed choices or completion.
    ...(type !== 'boolean' && offered.length === 0 && complete && { autocomplete: true }),
    ...(isNumber && min !== undefined && { min_value: min }),
    ...(isNumber && max !== undefined && { max_value: max }),
  } as APIApplicationCommandBasicOption
}

const described = (about: About, length: number = LIMITS.commandText) => ({
  description: truncate(about.en, length),
  description_localizations: { 'zh-TW': truncate(about['zh-TW'], length) },
})

function checked(name: string): string {
  if (NAME.test(name) && name === name.toLowerCase()) return name
  throw unlisted(tr(`"${name}" is no name Discord takes.`, `Discord 不接受「${name}」這個名稱。`))
}

function few<T>(list: readonly T[], where: string): T[] {
  if (list.length <= LIMITS.commandOptions) return [...list]
  throw unlisted(
    tr(`"${where}" has ${list.length} entries.`, `「${where}」有 ${list.length} 個項目。`),
  )
}

const unlisted = (text: Text): OpsError =>
  new OpsError('validation', text, {
    hint: tr('Shorten, rename or split it in its command file.', '請在指令檔中縮短、改名或拆分。'),
  })
