import {
  type APIApplicationCommandAutocompleteInteraction,
  type APIApplicationCommandInteractionDataOption,
  type APIChatInputApplicationCommandInteraction,
  ApplicationCommandOptionType,
} from 'discord-api-types/v10'

export type CommandInteraction =
  APIChatInputApplicationCommandInteraction | APIApplicationCommandAutocompleteInteraction
type Option = APIApplicationCommandInteractionDataOption<CommandInteraction['type']>
type ValueOption = Extract<Option, { value: unknown }>

/** The words of the command and its options: Discord nests group, subcommand and values in each other. */
export function readCommand(raw: CommandInteraction): {
  readonly command: string
  readonly input: Readonly<Record<string, unknown>>
} {
  const { words, values } = flatten(raw)
  return {
    command: words.join(' '),
    input: Object.fromEntries(values.map(({ name, value }) => [name, value])),
  }
}

/** The option someone is typing into, and the values of the others. */
export function readFocused(raw: CommandInteraction) {
  const { words, values } = flatten(raw)
  const focused = values.find((option) => 'focused' in option && option.focused === true)
  const others = values.filter((option) => option !== focused)
  return {
    command: words.join(' '),
    option: focused?.name ?? '',
    typed: String(focused?.value ?? ''),
    input: Object.fromEntries(others.map(({ name, value }) => [name, value])),
  }
}

/** Whether the completed option takes a number: its choices must be numbers, too. */
export const completesNumber = (raw: CommandInteraction): boolean =>
  flatten(raw).values.some(
    (option) =>
      'focused' in option &&
      option.focused === true &&
      (option.type === ApplicationCommandOptionType.Integer ||
        option.type === ApplicationCommandOptionType.Number),
  )

function flatten(raw: CommandInteraction): { words: string[]; values: ValueOption[] } {
  const words = [raw.data.name]
  let level: readonly Option[] = raw.data.options ?? []
  for (let nested = level[0]; nested && !('value' in nested); nested = level[0]) {
    words.push(nested.name)
    level = nested.options ?? []
  }
  return { words, values: level.filter((option): option is ValueOption => 'value' in option) }
}
