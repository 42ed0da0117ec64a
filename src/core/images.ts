import type { Text } from './text.ts'

/** What a registry says of an image's name; `null` is "could not be learnt". */
export interface ImageFound {
  /** False when the registry knows no such image; null when it could not be asked. */
  readonly exists: boolean | null
  /** What the name stands for now. */
  readonly digest: string | null
  /** Other digests of the same image: that of its part for the machines' architecture, which Fly may name instead. */
  readonly same: readonly string[]
  /** The release that the image itself names. */
  readonly version: string | null
  /** Why something is not known. */
  readonly why: Text | null
}

/** Registries of images, as far as anybody may read them. */
export interface Images {
  /** Asks the image's own registry. Never rejects for what that does; only when cancelled. */
  readonly find: (
    name: {
      readonly registry: string
      readonly repository: string
      readonly tag: string | null
      readonly digest: string | null
    },
    signal: AbortSignal,
  ) => Promise<ImageFound>
}
