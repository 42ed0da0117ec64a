import { OpsError } from '../errors.ts'
import { join, type Text, tr } from '../text.ts'

export const refusedByGateway = (why: string): OpsError =>
  new OpsError(
    'validation',
    tr(`The gateway refuses the changed file: ${why}`, `閘道拒絕變更後的檔案：${why}`),
    {
      hint: tr(
        'The old file was put back. Correct the value and send the command again.',
        '已還原舊檔案。請修正後重新送出指令。',
      ),
    },
  )

/** The gateway's own names for what made a file look damaged (OPENCLAW.md §7). */
const DAMAGES: ReadonlyArray<readonly [RegExp, Text]> = [
  [/missing-meta/, tr('the file had lost its meta block', '檔案少了 meta 區塊')],
  [/gateway-mode-missing/, tr('the file had lost gateway.mode', '檔案少了 gateway.mode')],
  [/size-drop/, tr('the file had shrunk to less than half', '檔案縮小到不足一半')],
]

export const reverted = (why: string): OpsError => {
  const known = DAMAGES.find(([form]) => form.test(why))?.[1]
  const because =
    known ?? (why === '' ? tr('it took the file for a damaged one', '它認為檔案已損壞') : why)
  return new OpsError(
    'conflict',
    join(
      '',
      tr('The gateway put the old file back by itself, because ', '閘道自行還原了舊檔案，因為'),
      because,
      tr('. The new one is kept beside it as .clobbered.', '。新檔案以 .clobbered 之名保留在旁。'),
    ),
    {
      hint: tr(
        'The old config counts. Look at it with /openclaw config show, then send a change that keeps what was lost.',
        '目前以舊設定為準。請用 /openclaw config show 查看，再送出保留該部分的變更。',
      ),
    },
  )
}

export const notUp = (why: Text | null): OpsError =>
  new OpsError(
    'not_ready',
    join(
      ' ',
      tr(
        'With the changed file the gateway did not come up again.',
        '使用變更後的檔案，閘道無法再次就緒。',
      ),
      why ?? '',
    ),
    {
      hint: tr(
        'The old file was put back. Look at /openclaw logs.',
        '已還原舊檔案。請查看 /openclaw logs。',
      ),
    },
  )

export const putBackByOthers = (): OpsError =>
  new OpsError(
    'conflict',
    tr(
      'The file is again what it was before; who put it back could not be seen.',
      '檔案又變回原樣；看不出是誰還原的。',
    ),
    {
      hint: tr(
        'Look at /openclaw config history and the logs, then send the command again.',
        '請查看 /openclaw config history 與日誌，再重新送出指令。',
      ),
    },
  )
