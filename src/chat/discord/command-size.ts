import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10'

interface Sized {
  readonly name: string
  readonly description?: string
  readonly description_localizations?: Readonly<Record<string, string | null>> | null
  readonly choices?: ReadonlyArray<{ readonly name: string; readonly value: string | number }>
  readonly options?: readonly Sized[]
}

/** Characters Discord counts toward a command's limit: names, descriptions (the longest language) and choices, at every depth. */
export const commandSize = (body: RESTPostAPIChatInputApplicationCommandsJSONBody): number =>
  sizeOf(body as Sized)

function sizeOf({ name, choices = [], options = [], ...about }: Sized): number {
  const translations = Object.values(about.description_localizations ?? {})
  const descriptions = [about.description, ...translations].map((text) => text?.length ?? 0)
  const offered = choices.map((choice) => choice.name.length + String(choice.value).length)
  return sum([name.length, Math.max(...descriptions), ...offered, ...options.map(sizeOf)])
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)
