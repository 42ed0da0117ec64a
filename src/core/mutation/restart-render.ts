import { type Action, type Block, fields, type Reply, reply, text } from '../reply.ts'
import { duration, join, type Text, tr } from '../text.ts'
import { isReady } from './up.ts'
import { isOpen, type Restarted, type RestartResult } from './restart-run.ts'

/** Says what was seen of each machine, and nothing more. */
export function renderRestart(result: RestartResult, app: string): Reply {
  const { machines, left } = result
  const ready = machines.every(isReady)
  const tone = ready ? 'ok' : machines.some(isDown) ? 'error' : 'warn'
  return reply[tone](
    headline(result, app),
    [
      ...machines.flatMap(block),
      ...(left.length === 0 ? [] : [notTouched(left)]),
      ...(ready ? [] : [next(result)]),
    ],
    { actions: actions(app, ready) },
  )
}

const isDown = ({ state }: Restarted): boolean => state !== 'started'

function headline({ machines }: RestartResult, app: string): Text {
  const start = machines.every(({ action }) => action === 'start')
  const [en, zh] = start ? ['started', '啟動'] : ['restarted', '重新啟動']
  if (machines.every(isReady))
    return tr(`${app}: ${en}, the gateway is ready`, `${app}：已${zh}，閘道已就緒`)
  if (machines.some(isDown))
    return tr(`${app}: ${en}, but it went down again`, `${app}：已${zh}，但又停止了`)
  if (machines.some(({ ready }) => ready === null))
    return tr(
      `${app}: ${en}; whether the gateway is ready is unknown`,
      `${app}：已${zh}；無法得知閘道是否就緒`,
    )
  return machines.every(({ ready }) => ready === true)
    ? tr(`${app}: ${en}, but a check does not pass yet`, `${app}：已${zh}，但有檢查尚未通過`)
    : tr(`${app}: ${en}, not ready yet`, `${app}：已${zh}，尚未就緒`)
}

function block(machine: Restarted): readonly Block[] {
  const { id, state, ready, reason, version, newBoot, exit } = machine
  return [
    fields(
      [tr('Machine', '機器'), id],
      [tr('State', '狀態'), state],
      [tr('Seen up again after', '恢復所需時間'), took(machine)],
      [tr('Gateway', '閘道'), gateway(ready, version)],
      [tr('Why', '原因'), reason ?? undefined],
      [
        tr('New process', '新的程序'),
        newBoot === true ? tr('yes', '是') : newBoot === false ? tr('no', '否') : undefined,
      ],
      [tr('Checks', '檢查'), checks(machine)],
      [tr('Last exit', '上次結束'), exit === null ? undefined : exitWords(exit)],
    ),
  ]
}

const took = ({ startedAt, before }: Restarted): Text | undefined =>
  startedAt === null || before.asked === undefined ? undefined : duration(startedAt - before.asked)

function gateway(ready: boolean | null, version: string | null): Text {
  const of = version === null ? '' : ` (${version})`
  if (ready === null) return tr('unknown', '未知')
  return ready ? tr(`ready${of}`, `已就緒${of}`) : tr(`not ready${of}`, `未就緒${of}`)
}

function checks({ before, failing, passing }: Restarted): Text | undefined {
  if (failing.length > 0)
    return tr(
      `passed before and not now: ${failing.join(', ')}`,
      `先前通過、現在未通過：${failing.join(', ')}`,
    )
  if (before.passing.length > 0) return tr('pass as before', '與先前相同，均通過')
  return passing > 0 ? tr(`${passing} passing`, `${passing} 項通過`) : undefined
}

const exitWords = ({ code, oom }: NonNullable<Restarted['exit']>): Text =>
  oom
    ? tr(`code ${code}, out of memory`, `代碼 ${code}，記憶體不足`)
    : tr(`code ${code}`, `代碼 ${code}`)

const notTouched = (left: readonly string[]): Block =>
  text(
    tr(
      `Not touched, because the one before is not ready: ${left.join(', ')}.`,
      `因前一部尚未就緒而未變動：${left.join(', ')}。`,
    ),
  )

function next(result: RestartResult): Block {
  const again = !isOpen(result)
    ? ''
    : tr(
        'I look again every 30 s for 5 minutes and correct this answer.',
        '我會在 5 分鐘內每 30 秒再看一次並更正此回覆。',
      )
  const down = result.machines.find(isDown)
  const then = down
    ? tr(
        `Read the logs of ${down.id}, then run doctor.`,
        `請查看 ${down.id} 的紀錄，再執行 doctor。`,
      )
    : tr('If it stays so: logs, then doctor.', '若持續如此：請查看 logs，再執行 doctor。')
  return text(join(' ', again, then))
}

function actions(app: string, ready: boolean): readonly Action[] {
  const run = (label: Text, command: string): Action => ({
    label,
    style: 'neutral',
    intent: { do: 'run', command: `openclaw ${command}`, input: { app } },
  })
  const status = run(tr('Status', '狀態'), 'status')
  const logs = run(tr('Logs', '紀錄'), 'logs')
  return ready ? [status, logs] : [logs, run(tr('Doctor', '診斷'), 'doctor'), status]
}
