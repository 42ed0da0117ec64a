import { OpsError } from '../errors.ts'
import { say, type Text, tr } from '../text.ts'
import type { Unfit } from './edits.ts'
import { type Path, showPath } from './path.ts'
import type { ConfigRead, ConfigUnread } from './read.ts'
import type { Problem } from './rules.ts'

export const unread = ({ trouble, reason }: ConfigUnread): OpsError =>
  new OpsError(trouble === 'missing' || trouble === 'version' ? 'not_found' : 'not_ready', reason, {
    hint: tr('Nothing was changed.', '沒有任何變更。'),
  })

export const broken = ({ problems }: ConfigRead): OpsError => {
  const [problem] = problems
  const { line = 1, column = 1, what = '' } = problem ?? {}
  return new OpsError(
    'conflict',
    tr(
      `The config file is no JSON5 (line ${line}, column ${column}), so nothing in it can be changed.`,
      `設定檔不是有效的 JSON5（第 ${line} 行第 ${column} 欄），因此無法變更。`,
    ),
    {
      hint: tr(
        `${say(what, 'en')} Put an earlier version back: config history, then config restore.`,
        `${say(what, 'zh-TW')}請還原先前版本：先用 config history，再用 config restore。`,
      ),
    },
  )
}

const WHY: Readonly<Record<Unfit, Text>> = {
  root: tr('The whole file can’t be one value.', '整個檔案不能是單一值。'),
  no_container: tr(
    'On the way there stands a value that is no block and no list.',
    '路徑途中有一個既不是區塊也不是清單的值。',
  ),
  gap: tr(
    'A list has no such place: items are counted from 0, and a new one goes right behind the last.',
    '清單沒有該位置：項目從 0 起算，新項目接在最後一項之後。',
  ),
}

export const unfit = (why: Unfit, path: Path): OpsError =>
  new OpsError('bad_input', WHY[why], {
    hint: tr(
      `Nothing was changed. Look at it with /openclaw config get path=${showPath(path.slice(0, -1))}.`,
      `沒有任何變更。請用 /openclaw config get path=${showPath(path.slice(0, -1))} 查看。`,
    ),
  })

export const keepMeta = (): OpsError =>
  damaging(
    tr(
      'meta has to stay: without it the next start of the gateway throws the file away and puts its backup in place.',
      'meta 必須保留：少了它，閘道下次啟動會捨棄此檔並還原備份。',
    ),
  )

export const damaging = (why: Text): OpsError =>
  new OpsError('bad_input', why, {
    hint: tr('Nothing was changed. Set another value instead.', '沒有任何變更，請改設其他值。'),
  })

export const badProblem = ({ what, fix }: Problem): OpsError =>
  new OpsError('bad_input', what, {
    hint: fix ?? tr('Nothing was changed.', '沒有任何變更。'),
  })
