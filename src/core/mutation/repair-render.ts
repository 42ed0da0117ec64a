import { type Action, type Block, type Reply, reply, text } from '../reply.ts'
import { type Text, tr } from '../text.ts'
import { marked } from './command-plan.ts'
import { isOpen } from './proven-up.ts'
import { changeTable } from './repair-plan.ts'
import type { Repaired } from './repair-run.ts'
import { isReady } from './up.ts'
import { upFields } from './up-words.ts'

/** What was put right and seen of it, and what was left alone. */
export function renderRepair(result: Repaired): Reply {
  const { kind, changes, left, open, up, parts } = result
  if (kind === 'nothing') return nothing(result)
  const tone = up === null || isReady(up) ? 'ok' : up.ready === false ? 'error' : 'warn'
  const more = [...left, ...open]
  return reply[more.length > 0 && tone === 'ok' ? 'warn' : tone](
    headline(result),
    [
      changeTable(changes),
      ...(up === null ? [] : [upFields(up, { fresh: parts.includes('checks') })]),
      ...more.map((words) => text(marked(words))),
      ...again(result),
      text(LATER),
    ],
    { actions: actions(result) },
  )
}

function nothing({ app, machine, open }: Repaired): Reply {
  const done = text(tr('Nothing was changed.', '沒有變更任何東西。'))
  const actions = [button(tr('Doctor', '診斷'), 'doctor', { app })]
  if (open.length === 0)
    return reply.ok(
      tr(`${app}: nothing to repair on ${machine}`, `${app}：${machine} 沒有需要修復的項目`),
      [done],
      { actions },
    )
  return reply.warn(
    tr(
      `${app}: nothing to repair was found on ${machine}, but not all could be looked at`,
      `${app}：${machine} 未發現需要修復的項目，但有部分無法查看`,
    ),
    [...open.map((words) => text(marked(words))), done],
    { actions },
  )
}

const LATER = tr(
  'A later fly deploy sets what fly.toml says: the button “fly.toml” gives that file as the machine is now.',
  '之後的 fly deploy 會套用 fly.toml 的內容：按「fly.toml」可取得符合目前機器的檔案。',
)

function headline({ app, machine, up }: Repaired): Text {
  if (up === null)
    return tr(
      `${app}: ${machine} is repaired; it counts from its next start`,
      `${app}：${machine} 已修復，下次啟動時生效`,
    )
  if (up.ready === null)
    return tr(
      `${app}: ${machine} is repaired; whether the gateway is ready is unknown`,
      `${app}：${machine} 已修復；無法得知閘道是否就緒`,
    )
  if (up.ready === false)
    return tr(
      `${app}: ${machine} is repaired, but the gateway is not ready`,
      `${app}：${machine} 已修復，但閘道未就緒`,
    )
  return up.failing.length > 0
    ? tr(
        `${app}: ${machine} is repaired and ready, but a check does not pass yet`,
        `${app}：${machine} 已修復並就緒，但有檢查尚未通過`,
      )
    : tr(
        `${app}: ${machine} is repaired, and its gateway is ready`,
        `${app}：${machine} 已修復，閘道就緒`,
      )
}

function again(result: Repaired): readonly Block[] {
  if (result.up === null || isReady(result.up)) return []
  return [
    text(
      isOpen(result)
        ? tr(
            'I look again every 30 s for 5 minutes and correct this answer.',
            '我會在 5 分鐘內每 30 秒再看一次並更正此回覆。',
          )
        : tr('Look at the logs and at the doctor.', '請查看紀錄與診斷。'),
    ),
  ]
}

const button = (label: Text, command: string, input: Readonly<Record<string, string>>): Action => ({
  label,
  style: 'neutral',
  intent: { do: 'run', command: `openclaw ${command}`, input },
})

function actions({ app, machine, up }: Repaired): readonly Action[] {
  const first =
    up === null
      ? [button(tr('Start', '啟動'), 'machine start', { app, machine })]
      : isReady(up)
        ? []
        : [button(tr('Logs', '紀錄'), 'logs', { app })]
  return [
    ...first,
    button(tr('Doctor', '診斷'), 'doctor', { app }),
    button('fly.toml', 'deploy export', { app }),
  ]
}
