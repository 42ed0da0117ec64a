import type { Text } from './text.ts'

/** How full one directory's file system is. */
export interface Disk {
  readonly path: string
  readonly totalBytes: number
  readonly usedBytes: number
  readonly freeBytes: number
  /** Something is mounted at just this directory. */
  readonly mounted: boolean
}

/** The config file as it lies there; its words are not read. */
export type ConfigFile =
  | { readonly state: 'missing' }
  | {
      readonly state: 'there'
      readonly bytes: number
      /** Octal, as `ls` counts: 600. */
      readonly mode: string
      readonly uid: number
      readonly changedAt: number
      /** Whether the gateway's own user may read it; null when that user is not known. */
      readonly readable: boolean | null
    }

/** Figures of a machine from inside it. `null` is "could not be learnt". */
export type InsideReport =
  | { readonly known: false; readonly why: Text }
  | {
      readonly known: true
      /** Of the directories that were asked about; what could not be measured is left out. */
      readonly disks: readonly Disk[]
      readonly memory: { readonly totalBytes: number; readonly freeBytes: number } | null
      /** Where the gateway's port is listened on: `all` addresses, `loopback` alone, another one; empty when nowhere. */
      readonly listens: ReadonlyArray<'all' | 'loopback' | 'other'>
      readonly configPath: string
      /** Where the running gateway keeps its state, by its own environment; left out when that could not be learnt. */
      readonly stateDir?: string
      readonly config: ConfigFile | null
      /** Configs that the gateway threw away, and when the newest was put aside. */
      readonly clobbered: { readonly count: number; readonly newestAt: number | null } | null
    }
