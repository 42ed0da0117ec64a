import { OpsError } from '../errors.ts'
import { join, type Text, tr } from '../text.ts'
import type { ConfigRefusal } from './port.ts'
import { cleanWords } from './secret-path.ts'

export const notReady = (why: Text | null): OpsError =>
  new OpsError(
    'unproven',
    join(
      ' ',
      tr('The old file is back, but the gateway is not ready.', '舊檔案已還原，但閘道尚未就緒。'),
      why ?? '',
    ),
    { hint: tr('Look at /openclaw logs.', '請查看 /openclaw logs。') },
  )

/** What the file was refused for, with what the program said. */
export function refused({ trouble, why, checked }: ConfigRefusal): OpsError {
  const issues = checked?.by === 'program' ? checked.issues : []
  const said = issues.map(
    ({ path, message }) => `${path === '' ? '' : `${path}: `}${cleanWords(message)}`,
  )
  const code =
    trouble === 'changed' ? 'stale_version' : trouble === 'stuck' ? 'not_ready' : 'bad_input'
  return new OpsError(code, join(' ', why, said.join('; ')), { hint: NEXT })
}
const NEXT = tr(
  'Nothing was changed. /openclaw config validate shows the state of the file.',
  '沒有任何變更。/openclaw config validate 會顯示檔案狀態。',
)

export const changedMeanwhile = (): OpsError =>
  new OpsError(
    'stale_version',
    tr(
      'The config file was changed by somebody else in the meantime, so it was left alone.',
      '設定檔在此期間被其他人變更，因此沒有動它。',
    ),
    { hint: tr('Send the command again for a new plan.', '請重新送出指令以取得新的計畫。') },
  )
export const unanswered = (): OpsError =>
  new OpsError(
    'not_ready',
    tr(
      'The machine did not answer, and its config file is as it was.',
      '機器沒有回應，設定檔維持原樣。',
    ),
    { hint: tr('Send the command again.', '請重新送出指令。') },
  )
export const unseen = (why: Text): OpsError =>
  new OpsError(
    'unproven',
    join(
      ' ',
      tr(
        'Whether the config file was written is not known: it could not be looked at again.',
        '無法得知設定檔是否已寫入：無法再次查看。',
      ),
      why,
    ),
    {
      hint: tr(
        'Look at /openclaw config show and config history when the machine answers again.',
        '機器恢復回應後，請查看 /openclaw config show 與 config history。',
      ),
    },
  )
