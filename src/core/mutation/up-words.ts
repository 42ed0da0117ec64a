import { type Block, fields } from '../reply.ts'
import { tr } from '../text.ts'
import type { Up } from './up.ts'

/** How a machine came up, as far as it was seen; `fresh` checks have no past. */
export const upFields = (
  { id, state, version, reason, failing, newBoot }: Up,
  { fresh = false }: { readonly fresh?: boolean } = {},
): Block =>
  fields(
    [tr('Machine', '機器'), `${id} (${state})`],
    [tr('Version', '版本'), version ?? undefined],
    [tr('New process', '新的程序'), newBoot === true ? tr('yes', '是') : undefined],
    [tr('Why', '原因'), reason ?? undefined],
    [
      tr('Checks', '檢查'),
      failing.length === 0
        ? undefined
        : fresh
          ? tr(`not passing: ${failing.join(', ')}`, `未通過：${failing.join('、')}`)
          : tr(
              `passed before and not now: ${failing.join(', ')}`,
              `先前通過、現在未通過：${failing.join('、')}`,
            ),
    ],
  )
