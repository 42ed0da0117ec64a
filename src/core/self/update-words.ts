import type { WorkContext } from '../context.ts'
import type { ProcessRecord } from '../processes.ts'
import { type Block, code, fields, type Reply, reply, table, text } from '../reply.ts'
import { duration, join, type Text, tr } from '../text.ts'
import { meanwhile } from './restart.ts'
import { isUpdated, type UpdateData, type UpdateResult } from './update-result.ts'

interface Asked {
  readonly data: UpdateData
  readonly app: string
  readonly running: string
  readonly others: readonly ProcessRecord[]
  readonly warnings: readonly Text[]
}

/** What the question shows: from what to what, who is away, and who puts it back if it goes wrong. */
export async function planUpdateBlocks(
  context: WorkContext,
  { data, app, running, others, warnings }: Asked,
): Promise<readonly Block[]> {
  return [
    table(
      ['', tr('Now', '目前'), tr('Then', '之後')],
      [
        [tr('Image', '映像檔'), data.from, data.image],
        [tr('Version', '版本'), running, tr('told by the image', '由映像檔決定')],
      ],
    ),
    ...[
      tr(
        `First the image is started in a machine of its own in ${app}, without volume and chats, and the program is loaded in it: a minute or so. If that fails I am not touched.`,
        `首先會在 ${app} 的獨立機器（無磁碟區、不連聊天平台）啟動此映像檔並載入程式：約一分鐘。若失敗，我不會變動。`,
      ),
      ...(await meanwhile(context)),
      others.length > 0
        ? tr(
            'If I do not come back within 3 minutes, the other worker puts the old image back.',
            '若我在 3 分鐘內沒有恢復，另一個工作程序會改回舊映像檔。',
          )
        : tr(
            'If I do not come back nobody is here to undo it; the command for that is below.',
            '若我沒有恢復，這裡沒有人能復原；所需的指令列於下方。',
          ),
      tr(
        'A version that is older than its state may not read it: jobs and grants are on the volume. Take a snapshot before a step back.',
        '比狀態更舊的版本可能無法讀取它：工作與授權都在磁碟區上。退回舊版前請先建立快照。',
      ),
      ...warnings,
    ].map(text),
    ...(others.length > 0 ? [] : [code(wayBack({ ...data, app }))]),
  ]
}

/** Says what came up, and whether it is what the image had promised. */
export function renderUpdate(result: UpdateResult): Reply {
  const { up, expected, image, from, id, before } = result
  const done = isUpdated(result)
  return reply[done ? 'ok' : 'warn'](
    done
      ? tr(`Updated: I am version ${expected}`, `已更新：我現在是 ${expected} 版`)
      : headline(result),
    [
      fields(
        [tr('Machine', '機器'), id],
        [tr('State', '狀態'), up.state],
        [tr('Image', '映像檔'), join(' → ', from, image)],
        [tr('Version', '版本'), up.version ?? tr('unknown', '未知')],
        [
          tr('Seen up again after', '恢復所需時間'),
          up.startedAt === null ? undefined : duration(up.startedAt - before.asked),
        ],
        [tr('Why', '原因'), up.reason ?? undefined],
        [tr('Checks', '檢查'), up.failing.length > 0 ? up.failing.join(', ') : undefined],
      ),
      ...(done ? [] : [text(NEXT), code(wayBack(result))]),
    ],
    {
      actions: [
        {
          label: tr('About me', '關於我'),
          style: 'neutral',
          intent: { do: 'run', command: 'ops self status', input: {} },
        },
      ],
    },
  )
}

function headline({ up, expected }: UpdateResult): Text {
  if (up.ready !== true)
    return tr('Updated, but the bot is not there now', '已更新，但機器人目前不在')
  if (up.version !== expected)
    return tr(
      `I am back as version ${up.version}, not ${expected} as the image said`,
      `我以 ${up.version} 版恢復，而非映像檔所示的 ${expected} 版`,
    )
  return tr('I am back, but a check does not pass yet', '我回來了，但有檢查尚未通過')
}

const NEXT = tr(
  'Read its logs. If it does not get better, this is the way back:',
  '請查看其日誌。若沒有好轉，以下為復原方式：',
)

const wayBack = ({ id, app, from }: Pick<UpdateResult, 'id' | 'app' | 'from'>): string =>
  `fly machine update ${id} -a ${app} --image ${from}`
