import { type Action, type Block, fields, type Reply, reply, text } from '../reply.ts'
import { join, type Text, tr } from '../text.ts'
import type { Effect } from './effect.ts'
import type { Checked } from './port.ts'
import type { ConfigResult } from './run.ts'

/** What came of a change, by what was seen. */
export function changeReply(
  result: ConfigResult,
  _options: unknown,
  { app }: { readonly app: string },
): Reply {
  if (!result.changed) return reply.ok(tr('Nothing to change', '沒有需要變更之處'), [text(ALREADY)])
  const { effect, file } = result
  const words = effectWords(effect)
  const blocks: readonly Block[] = [
    text(words),
    ...(file === 'rewritten' ? [text(REWRITTEN)] : []),
    ...(file === null ? [text(UNREAD)] : []),
    fields(
      [tr('File', '檔案'), fileWords(result)],
      [tr('Checked before it was written', '寫入前的檢查'), checkedWords(result.checked)],
    ),
  ]
  return reply[toneOf(result)](titleOf(result, app), blocks, { actions: actionsOf(result, app) })
}

type Tone = 'ok' | 'warn' | 'error'

function toneOf({ effect, file }: ConfigResult): Tone {
  if (effect.is === 'reverted' || effect.is === 'refused') return 'error'
  if (effect.is === 'restarted') return effect.ready === true && file !== null ? 'ok' : 'warn'
  if (effect.is === 'unseen' || effect.is === 'down' || file !== 'same') return 'warn'
  return 'ok'
}

function titleOf({ kind, path, effect }: ConfigResult, app: string): Text {
  if (effect.is === 'reverted') return tr(`${app} has its old config again`, `${app} 又恢復舊設定`)
  if (effect.is === 'refused')
    return tr(`${app} refuses the changed config`, `${app} 拒絕變更後的設定`)
  const what = path ?? ''
  if (kind === 'restore')
    return tr(`The earlier config of ${app} is back`, `${app} 的先前設定已還原`)
  if (kind === 'unset') return tr(`${what} of ${app} is removed`, `${app} 的 ${what} 已移除`)
  return tr(`${what} of ${app} is set`, `${app} 的 ${what} 已設定`)
}

function effectWords(effect: Effect): Text {
  switch (effect.is) {
    case 'hot':
      return tr(
        `The gateway took it over without a restart: ${effect.paths}.`,
        `閘道已直接套用，未重新啟動：${effect.paths}。`,
      )
    case 'restarted':
      return restartWords(effect)
    case 'refused':
      return tr(
        `The gateway refuses the file: ${effect.why} It runs on with what it has and would not start again with this. Put the earlier version back.`,
        `閘道拒絕此檔案：${effect.why} 它仍以原設定執行，但無法以此檔案再次啟動。請還原先前版本。`,
      )
    case 'reverted':
      return join(
        '',
        tr('The gateway put the old file back by itself', '閘道自行還原了舊檔案'),
        effect.why === '' ? '' : ` (${effect.why})`,
        tr(
          '. The new one is kept beside it as .clobbered.',
          '。新檔案以 .clobbered 之名保留在旁。',
        ),
      )
    case 'unseen':
      return effect.logs ? UNSEEN : NO_LOGS
    case 'later':
      return LATER
    case 'same':
      return tr(
        'Nothing that the gateway reads differs, so it has nothing to take over.',
        '閘道讀取的內容沒有差異，因此無需套用。',
      )
    case 'silent':
      return SILENT
    case 'down':
      return DOWN
  }
}

function restartWords({ ready, why, paths }: Extract<Effect, { is: 'restarted' }>): Text {
  if (ready === true)
    return tr(
      `The gateway restarted itself for it (${paths}) and is ready again.`,
      `閘道已為此自行重新啟動（${paths}），並再次就緒。`,
    )
  return join(
    ' ',
    tr(
      `The gateway restarts itself for it (${paths}); it was not seen ready again yet.`,
      `閘道正為此自行重新啟動（${paths}）；尚未看到它再次就緒。`,
    ),
    why ?? '',
  )
}

const fileWords = ({ id, before }: ConfigResult): Text =>
  join(
    '',
    before === null ? tr('made', '已建立') : tr(`version ${before}`, `版本 ${before}`),
    id === null ? '' : ` → ${id}`,
  )

const NOT_ASKED: Readonly<Record<Extract<Checked, { by: null }>['why'], Text>> = {
  small: tr(
    'by own rules; the machine is too small for OpenClaw’s own check',
    '以自有規則；機器太小，無法執行 OpenClaw 的檢查',
  ),
  memory: tr(
    'by own rules; too little memory was free for OpenClaw’s own check',
    '以自有規則；可用記憶體太少，無法執行 OpenClaw 的檢查',
  ),
  none: tr(
    'by own rules; the machine has no OpenClaw command line',
    '以自有規則；機器內沒有 OpenClaw 指令列',
  ),
  time: tr(
    'by own rules; OpenClaw’s own check took too long',
    '以自有規則；OpenClaw 的檢查耗時過久',
  ),
  unclear: tr(
    'by own rules; OpenClaw’s own check gave no clear answer',
    '以自有規則；OpenClaw 的檢查沒有明確回覆',
  ),
}

/** Who judged a file. */
export const checkedWords = (checked: Checked): Text =>
  checked.by === null ? NOT_ASKED[checked.why] : tr('by OpenClaw itself', '由 OpenClaw 本身檢查')

function actionsOf({ before, effect, machine }: ConfigResult, app: string): readonly Action[] {
  const undo: readonly Action[] =
    before === null || effect.is === 'reverted'
      ? []
      : [
          {
            label: tr('Undo', '復原'),
            style: 'neutral',
            intent: { do: 'run', command: 'openclaw config restore', input: { app, id: before } },
          },
        ]
  if (effect.is !== 'later' && effect.is !== 'down') return undo
  return [
    {
      label: tr('Restart', '重新啟動'),
      style: 'primary',
      intent: { do: 'run', command: 'openclaw restart', input: { app, machine } },
    },
    ...undo,
  ]
}

const ALREADY = tr(
  'The file says that already. Nothing was done.',
  '檔案已是如此，沒有執行任何動作。',
)
const REWRITTEN = tr(
  'The file has been written anew since, by the gateway or by somebody: config show has it as it is now.',
  '檔案在那之後又被閘道或其他人寫過：config show 可查看目前內容。',
)
const UNREAD = tr(
  'The file could not be read again yet; it is looked at later.',
  '尚無法再次讀取檔案；稍後會再查看。',
)
const UNSEEN = tr(
  'The file is written, but the gateway has not said yet that it took it over. I look again. At the latest it counts from the next start.',
  '檔案已寫入，但閘道尚未表示已套用。我會再查看。最遲於下次啟動時生效。',
)
const NO_LOGS = tr(
  'The file is written. Whether the gateway took it over could not be seen: its log can’t be read now. I look again.',
  '檔案已寫入。目前無法讀取日誌，因此看不出閘道是否已套用。我會再查看。',
)
const LATER = tr(
  'The gateway does not watch its file (gateway.reload.mode is off): it counts from the next start.',
  '閘道不監看設定檔（gateway.reload.mode 為 off）：下次啟動時生效。',
)
const SILENT = tr(
  'The gateway did not refuse it and reports no change, as when it runs with just this already.',
  '閘道沒有拒絕，也未回報變更；這表示它多半已以此設定執行。',
)
const DOWN = tr(
  'The gateway was not ready, so nobody was there to take it over: it counts from its next start.',
  '閘道先前未就緒，因此沒有套用：下次啟動時生效。',
)
