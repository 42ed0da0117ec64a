import { type Before, isReady, type Up } from '../mutation/up.ts'

/** What an update needs again after the restart it causes; plain JSON. */
export interface UpdateData {
  readonly id: string
  readonly version: string
  readonly region: string
  readonly guest: unknown
  readonly from: string
  readonly image: string
}

/** What came of it; field names are public. */
export interface UpdateResult {
  readonly app: string
  readonly id: string
  readonly from: string
  readonly image: string
  /** The version that the trial saw in the image. */
  readonly expected: string
  readonly up: Up
  readonly before: Before
  readonly looks: number
}

/** The bot is back with the version that the image promised, and the checks that passed before pass. */
export const isUpdated = ({ up, expected }: UpdateResult): boolean =>
  isReady(up) && up.version === expected
