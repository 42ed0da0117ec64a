import { type RESTGetCurrentApplicationResult, Routes } from 'discord-api-types/v10'
import type { Call } from './call.ts'
import type { CommandBody } from './commands.ts'

/** The library waits out rate limits without a word, so a registration that hangs is given up. */
const TIMEOUT_MS = 20_000

/**
 * Makes Discord's command list equal to `commands`, writing only when it differs: new names count toward 200 a day.
 * The write replaces every command of the application. Rejects with `ChatError`.
 */
export async function registerCommands(
  call: Call,
  commands: readonly CommandBody[],
): Promise<'unchanged' | 'registered'> {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const { id } = (await call('get', '/applications/@me', {
    signal,
  })) as RESTGetCurrentApplicationResult
  const route = Routes.applicationCommands(id)
  const query = new URLSearchParams({ with_localizations: 'true' })
  const current = (await call('get', route, { signal, query })) as unknown[]
  if (canonical(current) === canonical(commands)) return 'unchanged'
  await call('put', route, { signal, body: commands })
  return 'registered'
}

/** What we set, in a fixed order; Discord adds ids and writes out defaults. */
function canonical(commands: readonly unknown[]): string {
  return JSON.stringify(commands.map(pick).toSorted((a, b) => (name(a) < name(b) ? -1 : 1)))
}

const KEYS = [
  'type',
  'name',
  'description',
  'description_localizations',
  'required',
  'autocomplete',
  'min_value',
  'max_value',
  'choices',
  'options',
  'integration_types',
  'contexts',
  'value',
]

type Plain = Readonly<Record<string, unknown>>
const name = (command: unknown): string => String((command as Plain)['name'])

function pick(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pick)
  if (typeof value !== 'object' || value === null) return value
  const source = value as Plain
  return Object.fromEntries(
    KEYS.filter((key) => !isDefault(source[key])).map((key) => [
      key,
      canonicalPart(key, source[key]),
    ]),
  )
}

const canonicalPart = (key: string, part: unknown): unknown =>
  key === 'description_localizations'
    ? Object.entries(part as Plain).toSorted(([a], [b]) => (a < b ? -1 : 1))
    : pick(part)

const isDefault = (part: unknown): boolean =>
  part === undefined ||
  part === null ||
  part === false ||
  (Array.isArray(part) && part.length === 0)
