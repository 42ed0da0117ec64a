import { type Action, type Block, fields, type Reply, reply, text } from '../reply.ts'
import { duration, join, type Text, tr } from '../text.ts'
import { isReady } from './up.ts'
import { isOpen, type Restarted, type RestartResult } from './restart-run.ts'

/** Says what was seen of each machine, and nothing more. */
export function renderRestart(result: RestartResult, app: string): Reply {
  const { machines, left } = result
  const ready = machines.every(isReady)
  // What was asked for is not done while a machine of it was never touched.
  const whole = ready && left.length === 0
  const tone = whole ? 'ok' : ready ? 'error' : machines.some(isDown) ? 'error' : 'warn'
  return reply[tone](
    headline(result, app),
    [
      ...machines.flatMap(block),
      ...(left.length === 0 ? [] : [notTouched(left, ready)]),
      ...(ready ? [] : [next(result)]),
    ],
    { actions: [...(ready ? rest(app, left) : []), ...actions(app, ready)] },
  )
}

const isDown = ({ state }: Restarted): boolean => state !== 'started'

function headline({ machines, left }: RestartResult, app: string): Text {
  const start = machines.every(({ action }) => action === 'start')
  const [en, zh] = start ? ['started', '啟動'] : ['restarted', '重新啟動']
  if (machines.every(({ bot }) => bot === true)) return botLine(machines, app)
  if (machines.every(isReady) && left.length > 0)
    return tr(
      `${app}: ${en} and ready, but ${left.length} of ${left.length + machines.length} machines were left alone`,
      `${app}：已${zh}並就緒，但 ${left.length + machines.length} 部機器中有 ${left.length} 部未變動`,
    )
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

/** About machines on which this bot itself runs, and no gateway. */
function botLine(machines: RestartResult['machines'], app: string): Text {
  if (machines.every(isReady))
    return tr(`${app}: restarted, I am back`, `${app}：已重新啟動，我回來了`)
  if (machines.some(isDown))
    return tr(
      `${app}: restarted, but the bot went down again`,
      `${app}：已重新啟動，但機器人又停止了`,
    )
  return machines.every(({ ready }) => ready === true)
    ? tr(`${app}: restarted, but a check does not pass yet`, `${app}：已重新啟動，但有檢查尚未通過`)
    : tr(`${app}: restarted, the bot is not back yet`, `${app}：已重新啟動，機器人尚未恢復`)
}

function block(machine: Restarted): readonly Block[] {
  const { id, state, ready, reason, version, newBoot, exit } = machine
  return [
    fields(
      [tr('Machine', '機器'), id],
      [tr('State', '狀態'), state],
      [tr('Seen up again after', '恢復所需時間'), took(machine)],
      [machine.bot === true ? tr('Bot', '機器人') : tr('Gateway', '閘道'), gateway(ready, version)],
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

const notTouched = (left: readonly string[], ready: boolean): Block =>
  text(
    ready
      ? tr(
          `Not touched, because the one before was not ready in time: ${left.join(', ')}. It is now; restart them next.`,
          `因前一部未及時就緒而未變動：${left.join(', ')}。現在已就緒；請接著重新啟動。`,
        )
      : tr(
          `Not touched, because the one before is not ready: ${left.join(', ')}.`,
          `因前一部尚未就緒而未變動：${left.join(', ')}。`,
        ),
  )

/** A button for what was left, one machine each. */
const rest = (app: string, left: readonly string[]): readonly Action[] =>
  left.slice(0, 2).map((machine) => ({
    label: tr(`Restart ${machine}`, `重新啟動 ${machine}`),
    style: 'primary',
    intent: { do: 'run', command: 'openclaw restart', input: { app, machine } },
  }))

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
