import { networkClosed } from './network-memory.ts'
import type { Store } from './ports.ts'

/** What somebody set on a machine through the bot, which a deploy made elsewhere puts back without a word. */
export interface Override {
  readonly memoryMb?: number
  readonly cpus?: number
  /** CPUs it had before more memory demanded more of them: less memory gives them back. */
  readonly cpusBefore?: number
  /** NODE_OPTIONS as it was left; null when there is none. */
  readonly nodeOptions?: string | null
  /** The words of the start command; never one that holds a secret. */
  readonly command?: readonly string[]
  /** Name of who asked. */
  readonly by: string
  readonly at: number
  readonly job: string
}

/** All that was set on an app through the bot and should still be so. */
export interface Remembered {
  readonly machines: Readonly<Record<string, Override>>
  /** When `network private` had closed the app (ms); null when it has not, or it was opened again since. */
  readonly closedAt: number | null
}

const BUCKET = 'override'
const keyOf = (app: string, machine: string): string => `${app}.${machine}`

/** Adds to what is remembered of a machine; parts that are not named stay. */
export async function rememberOverride(
  store: Store,
  at: { readonly app: string; readonly machine: string },
  override: Override,
): Promise<void> {
  await store.update(BUCKET, keyOf(at.app, at.machine), (current) => ({
    ...(current as Override | undefined),
    ...override,
  }))
}

export const overrideOf = async (
  store: Store,
  at: { readonly app: string; readonly machine: string },
): Promise<Override | undefined> =>
  (await store.get(BUCKET, keyOf(at.app, at.machine))) as Override | undefined

/** What is remembered of an app and these machines of it. */
export async function rememberedOf(
  { app, store }: { readonly app: string; readonly store: Store },
  machines: ReadonlyArray<{ readonly id: string }>,
): Promise<Remembered> {
  const found = await Promise.all(
    machines.map(async ({ id }) => [id, await overrideOf(store, { app, machine: id })] as const),
  )
  const known = found.filter((pair): pair is [string, Override] => pair[1] !== undefined)
  return { machines: Object.fromEntries(known), closedAt: await networkClosed({ app, store }) }
}
