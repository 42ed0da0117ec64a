import { type Text, tr } from '../text.ts'
import type { Parsed } from './parse.ts'
import { nodeAt } from './path.ts'

/** `lost`: a part it needs is gone; `shrunk`: it became much smaller. */
export interface Damage {
  readonly is: 'lost' | 'shrunk'
  readonly why: Text
}

/** Below this a file may shrink as it likes. */
const NOTICED = 512

/**
 * Why the next start would take the new file for a damaged one, throw it away and put its backup in place (OPENCLAW.md §7). Given both
 * texts as they are parsed; lengths are those of the masked texts, which are the real ones.
 */
export function damageOf(
  before: { readonly text: string; readonly parsed: Parsed | null } | null,
  after: { readonly text: string; readonly parsed: Parsed | null },
): Damage | null {
  if (before === null || before.parsed === null || after.parsed === null) return null
  const [old, fresh] = [before.parsed.root, after.parsed.root]
  const lost = ([['meta'], ['gateway', 'mode']] as const).find(
    (path) => nodeAt(old, path) !== undefined && nodeAt(fresh, path) === undefined,
  )
  if (lost !== undefined) {
    const name = lost.join('.')
    return {
      is: 'lost',
      why: tr(
        `Without ${name} the next start of the gateway takes the file for a damaged one, throws it away and puts its backup in place.`,
        `少了 ${name}，閘道下次啟動會視為檔案損壞，捨棄它並還原備份。`,
      ),
    }
  }
  if (before.text.length < NOTICED || after.text.length >= before.text.length / 2) return null
  return {
    is: 'shrunk',
    why: tr(
      'The file shrinks to less than half: the next start of the gateway may take it for a damaged one, throw it away and put its backup in place.',
      '檔案縮小到不足一半：閘道下次啟動可能視為檔案損壞，捨棄它並還原備份。',
    ),
  }
}
