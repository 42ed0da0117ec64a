import { taggedVersion } from '../services.ts'
import { tr } from '../text.ts'
import type { Seen } from './seen.ts'

/** The release that runs, by its own word or else by the tag of its image; null when neither tells. */
export const versionOf = ({ deployment: { gateway }, machine }: Seen): string | null =>
  (gateway.known ? gateway.value.version : null) ??
  (machine?.config ? taggedVersion(machine.config) : null)

export const NO_VERSION = tr('The running version is not known.', '不知道執行中的版本。')
