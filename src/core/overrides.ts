import type { Store } from './ports.ts'

/** What somebody set on a machine through the bot, which a deploy made elsewhere puts back without a word. */
export interface Override {
  readonly memoryMb?: number
  readonly cpus?: number
  /** CPUs it had before more memory demanded more of them: less memory gives them back. */
  readonly cpusBefore?: number
  /** NODE_OPTIONS as it was left; null when there is none. */
  readonly nodeOptions?: string | null
  /** Name of who asked. */
  readonly by: string
  readonly at: number
  readonly job: string
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
