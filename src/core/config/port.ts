import type { Machine } from '../fly.ts'
import type { Text } from '../text.ts'

/** A place of the text that is masked; offsets as in JavaScript strings. Equal tags within one answer: equal secrets. */
export type Region = readonly [start: number, end: number, tag: string]

/** A config file's text with every secret masked inside the machine, as long as it really is. */
export interface MaskedText {
  readonly text: string
  readonly regions: readonly Region[]
  /** Offset at which it stops being JSON5; then all but its shape is masked. */
  readonly broken: number | null
}

/** The file as it lies there. */
interface ConfigFacts {
  /** Of the raw bytes, for comparing. Never shown: a weak secret could be guessed from it. */
  readonly sha256: string
  readonly size: number
  readonly uid: number
  readonly gid: number
  /** Octal, four digits. */
  readonly mode: string
  readonly changedMs: number
  /** What the history calls this content, by a digest nobody outside the machine can make; null when there is no history yet. */
  readonly id: string | null
}

/**
 * A version that was kept; `op` names the work that wrote it, `until` when it was replaced (ms). `last-good` and `bak` are copies of the
 * gateway's own.
 */
interface ConfigVersion {
  readonly id: string
  readonly size: number
  readonly until: number
  readonly op: string | null
}

/** What the gateway's own program says of a file. `by` null: it was not asked, or gave no answer. */
export type Checked =
  | { readonly by: null; readonly why: 'small' | 'memory' | 'none' | 'time' | 'unclear' }
  | {
      readonly by: 'program'
      readonly valid: boolean
      /** Of a valid one: warnings. */
      readonly issues: ReadonlyArray<{ readonly path: string; readonly message: string }>
    }

/** Work that was begun; which of the two the file now is tells whether it was done. */
interface ConfigWork {
  /** Just before the file was put in place; the machine's clock, ms. */
  readonly at: number
  readonly before: string
  readonly after: string
  /** What the history calls the two; null for no file. */
  readonly from: string | null
  readonly id: string | null
  readonly checked: Checked
}

/** Why something could not be done with a file, as scripts and people can tell it apart. */
export type ConfigTrouble =
  | 'machine'
  | 'missing'
  | 'unreadable'
  | 'encoding'
  | 'large'
  | 'version'
  | 'changed'
  | 'same'
  | 'masked'
  | 'broken'
  | 'invalid'
  | 'stuck'
  | 'unknown'

export interface ConfigRefusal {
  readonly known: false
  readonly trouble: ConfigTrouble
  readonly why: Text
  /** With `invalid`. */
  readonly checked?: Checked | undefined
}

export interface ConfigSeen {
  readonly known: true
  readonly path: string
  /** The machine's clock, ms. */
  readonly at: number
  /** `null` when there is no file. */
  readonly facts: ConfigFacts | null
  readonly current: MaskedText | null
  /** The version that was asked for. */
  readonly kept: MaskedText | null
  readonly history: readonly ConfigVersion[]
  /** The work that wrote what is there now, if it was ours. */
  readonly written: string | null
  /** Newest first: what the gateway has set aside, and when (ms). */
  readonly aside: ReadonlyArray<{ readonly name: string; readonly at: number }>
  readonly work: ConfigWork | null
}

/** Puts `text` in place of what stands between two offsets of the text as it is. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Edits of the file, a version to be put back, or (`from: null`) no file at all. */
export type ConfigChange =
  | { readonly edits: readonly Edit[]; readonly from?: undefined }
  | { readonly from: string | null; readonly edits?: undefined }

export interface ConfigWritten {
  readonly known: true
  readonly path: string
  /** Just before the file was put in place; the machine's clock, ms. */
  readonly at: number
  /** Of the file as it is now; `missing` when it was removed. */
  readonly sha256: string
  /** What the history calls the content before and this one; null for no file. */
  readonly from: string | null
  readonly id: string | null
  readonly checked: Checked
}

/** The config file of a gateway, by one `exec` each. */
export interface ConfigPort {
  /** Rejects only when cancelled. */
  readonly look: (
    app: string,
    machine: Machine,
    options?: { readonly version?: string | undefined; readonly op?: string | undefined },
  ) => Promise<ConfigSeen | ConfigRefusal>
  /** Has the gateway's own program check the file; 3 s and, in the machine, 280 MB for a moment. Rejects only when cancelled. */
  readonly check: (app: string, machine: Machine) => Promise<Checked>
  /**
   * Writes when the file is still the one with this digest (`missing`: when there is none) and the candidate is good; otherwise nothing is
   * changed. The same `op` does it once, however often it is asked for. Rejects as Fly's `exec` does: then `look` with `op` tells.
   */
  readonly write: (
    app: string,
    machine: Machine,
    change: ConfigChange & { readonly op: string; readonly before: string },
  ) => Promise<ConfigWritten | ConfigRefusal>
}
