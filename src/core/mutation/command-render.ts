import { joinLine } from '../command-line.ts'
import { type Action, type Block, type Reply, reply, text } from '../reply.ts'
import { type Text, tr } from '../text.ts'
import { diff } from './command-plan.ts'
import type { Commanded } from './command-run.ts'
import { isOpen } from './proven-up.ts'
import { isReady } from './up.ts'
import { upFields } from './up-words.ts'

/** What was changed and seen of it. */
export function renderCommand(result: Commanded): Reply {
  const { app, machine, after, kind, up } = result
  if (kind === 'same')
    return reply.ok(
      tr(`${app}: ${machine} has that command already`, `${app}：${machine} 已是這個指令`),
      [
        text(
          tr(
            'Nothing was changed. It is remembered as the one that is meant.',
            '沒有變更任何東西；已記住這是要使用的指令。',
          ),
        ),
      ],
    )
  const tone = up === null || isReady(up) ? 'ok' : up.ready === false ? 'error' : 'warn'
  return reply[tone](
    headline(result),
    [
      ...(up === null ? [] : [upFields(up)]),
      ...diff({ before: result.before, words: after }),
      ...next(result),
    ],
    { actions: actions(result) },
  )
}

function headline({ app, machine, up }: Commanded): Text {
  if (up === null)
    return tr(
      `${app}: ${machine} has the new command from its next start`,
      `${app}：${machine} 下次啟動時使用新指令`,
    )
  if (up.ready === null)
    return tr(
      `${app}: ${machine} has the new command; whether the gateway is ready is unknown`,
      `${app}：${machine} 已使用新指令；無法得知閘道是否就緒`,
    )
  if (up.ready === false)
    return tr(
      `${app}: ${machine} has the new command, but the gateway is not ready`,
      `${app}：${machine} 已使用新指令，但閘道未就緒`,
    )
  return up.failing.length > 0
    ? tr(
        `${app}: the gateway is ready with the new command, but a check does not pass`,
        `${app}：閘道使用新指令並已就緒，但有檢查未通過`,
      )
    : tr(`${app}: the gateway is ready with the new command`, `${app}：閘道使用新指令並已就緒`)
}

function next(result: Commanded): readonly Block[] {
  if (result.up === null || isReady(result.up)) return []
  return [
    text(
      isOpen(result)
        ? tr(
            'I look again every 30 s for 5 minutes and correct this answer. Undo brings the old command back.',
            '我會在 5 分鐘內每 30 秒再看一次並更正此回覆。按「復原」可恢復舊指令。',
          )
        : tr(
            'Look at the logs, or Undo to bring the old command back.',
            '請查看紀錄，或按「復原」恢復舊指令。',
          ),
    ),
  ]
}

function actions({ app, machine, before, up }: Commanded): readonly Action[] {
  const run = (label: Text, command: string, input: object = {}): Action => ({
    label,
    style: 'neutral',
    intent: { do: 'run', command: `openclaw ${command}`, input: { app, ...input } },
  })
  const shown = before.length > 0 && !before.includes('***')
  return [
    ...(up === null
      ? [run(tr('Start', '啟動'), 'machine start', { machine })]
      : isReady(up)
        ? []
        : [run(tr('Logs', '紀錄'), 'logs')]),
    run(tr('Status', '狀態'), 'status'),
    ...(shown
      ? [run(tr('Undo', '復原'), 'machine command', { machine, set: joinLine(before) })]
      : []),
  ]
}
