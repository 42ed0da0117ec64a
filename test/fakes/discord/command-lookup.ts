import type { CommandOption, World } from './world.ts'

export type Values = Readonly<Record<string, string | number | boolean>>
interface DataOption {
  readonly type: number
  readonly name: string
  readonly value?: string | number | boolean
  readonly focused?: boolean
  readonly options?: DataOption[]
}

/**
 * The `data` of a slash command as the client would send it. Only what is registered can be typed: unknown words, options of
 * another type, values outside fixed choices and missing required options throw.
 */
export function commandData(
  world: World,
  line: string,
  { values, focused }: { readonly values: Values; readonly focused?: string },
) {
  const [top = '', ...rest] = line.replace(/^\//, '').split(' ')
  const command = world.commands.find(({ name }) => name === top)
  if (command === undefined) throw new Error(`/${top} is not registered`)
  const options = nest(command.options ?? [], rest, { line, values, focused })
  return { id: command.id, name: top, type: 1, options }
}

interface Typed {
  readonly line: string
  readonly values: Values
  readonly focused: string | undefined
}

function nest(level: readonly CommandOption[], words: string[], typed: Typed): DataOption[] {
  const [word, ...rest] = words
  if (word === undefined) return valueOptions(level, typed)
  const found = level.find(({ name, type }) => name === word && type <= 2)
  if (found === undefined) throw new Error(`${typed.line}: "${word}" is not registered`)
  return [{ type: found.type, name: word, options: nest(found.options ?? [], rest, typed) }]
}

function valueOptions(
  level: readonly CommandOption[],
  { line, values, focused }: Typed,
): DataOption[] {
  if (level.some(({ type }) => type <= 2)) throw new Error(`${line}: a subcommand is missing`)
  const missing = level.filter(({ name, required }) => required && !(name in values))
  if (missing.length > 0 && focused === undefined)
    throw new Error(`${line}: ${missing.map(({ name }) => name).join(', ')} is required`)
  return Object.entries(values).map(([name, value]) => {
    const option = level.find((one) => one.name === name)
    if (option === undefined) throw new Error(`${line}: option "${name}" is not registered`)
    const isFocused = focused === name
    if (!isFocused) checkValue(option, value, line)
    return { type: option.type, name, value, ...(isFocused && { focused: true }) }
  })
}

const TYPES: Readonly<Record<number, string>> = {
  3: 'string',
  4: 'number',
  5: 'boolean',
  10: 'number',
}

function checkValue({ type, name, choices }: CommandOption, value: unknown, line: string): void {
  if (typeof value !== TYPES[type]) throw new Error(`${line}: "${name}" is a ${TYPES[type]}`)
  if (choices?.length && !choices.some((choice) => choice.value === value))
    throw new Error(`${line}: ${String(value)} is no choice of "${name}"`)
}
