import type { Finding } from '../checks/finding.ts'
import { OpsError } from '../errors.ts'
import { join, type Text, tr } from '../text.ts'
import { hinders } from './findings.ts'
import { hindersFirst } from './first.ts'
import type { TokenLook } from './look.ts'

/** Rejects, with every reason, when a rotation would not change who may come in. */
export function refuseHindered(
  findings: readonly Finding[],
  looks: readonly TokenLook[],
  isFirst: boolean,
): void {
  const found = findings.filter(isFirst ? hindersFirst : hinders)
  const [first] = found
  if (first === undefined) return
  const unseen = looks.flatMap(({ token }) => (token.known ? [] : [token.why]))
  throw new OpsError(
    first.id === 'token.unknown' ? 'not_ready' : 'conflict',
    join(' ', ...found.map(({ text }) => text), ...unseen),
    { hint: cure(first) },
  )
}

function cure({ fix }: Finding): Text {
  const nothing = tr('Nothing was changed.', '未做任何變更。')
  if (fix === null)
    return join(' ', nothing, tr('Then send the command again.', '處理後請重新送出指令。'))
  return join(
    ' ',
    nothing,
    tr(`/openclaw ${fix} cures it; then rotate.`, `請用 /openclaw ${fix} 處理，再輪替。`),
  )
}
