import { lastExit } from '../checks/machine.ts'
import type { Machine } from '../fly.ts'
import type { ProcessRecord } from '../processes.ts'
import { duration, join, type Text, tr } from '../text.ts'

/** When it last came up and what had ended the run before, by Fly's events, else by what that run told the store. */
export function lastStart(
  machine: Machine | undefined,
  before: ProcessRecord | null,
): { readonly at: string | null; readonly why: Text } {
  const starts = (machine?.events ?? [])
    .filter(({ type, status }) => type === 'start' && status === 'started')
    .map(({ at }) => at)
  const at = starts.length === 0 ? null : new Date(Math.max(...starts)).toISOString()
  return { at, why: join(' ', byEvents(machine, Math.max(...starts)), byRecord(before)) }
}

/** What happened to the machine before its newest start. */
function byEvents(machine: Machine | undefined, start: number): Text {
  if (machine === undefined) return ''
  const update = machine.events.find(({ type, at }) => type === 'update' && at <= start)
  const exit = lastExit(machine)
  if (exit === null || exit.at > start)
    return tr('Fly shows no end of a run before it.', 'Fly 沒有先前執行結束的紀錄。')
  // The run that an update ends may look as if it had crashed (FLY.md §3.2).
  if (update !== undefined && update.at <= exit.at + 1 && exit.at - update.at < 600_000)
    return tr('Its image or config was changed.', '其映像檔或設定已變更。')
  if (exit.oom) return tr('It had run out of memory.', '記憶體曾經用盡。')
  if (exit.requested)
    return tr('A stop or restart had been asked for.', '先前有人要求停止或重新啟動。')
  return tr(`It had ended by itself with code ${exit.code}.`, `先前自行結束，代碼為 ${exit.code}。`)
}

function byRecord(before: ProcessRecord | null): Text {
  if (before === null)
    return tr('No earlier run here is known to me.', '我不知道此處有更早的執行。')
  if (before.endedAt === null)
    return tr(
      `The run before (${before.version}) ended without saying so: killed or crashed.`,
      `先前的執行（${before.version}）未告知即結束：被強制終止或當機。`,
    )
  return join(
    ' ',
    tr(
      `The run before (${before.version}) ended on purpose after`,
      `先前的執行（${before.version}）正常結束，執行時間`,
    ),
    join('', duration(before.endedAt - before.startedAt), tr('.', '。')),
  )
}
