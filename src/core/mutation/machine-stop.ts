import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { ownWarning, refuseLastOwn } from '../own-machine.ts'
import { type Block, code, fields, type Reply, reply, text } from '../reply.ts'
import { join, tr } from '../text.ts'
import { reachable, settledNow } from './kept.ts'
import { leaseWarning } from './lease.ts'
import { type Stop, type Stopped, stopStep, stopSteps, revival } from './stop.ts'
import { gatewayMachines, named, noMachine, onlyOne } from './targets.ts'

interface Options {
  readonly machine?: string | undefined
}
interface Data extends Stop {
  readonly stopped: boolean
  /** The command that keeps it down, where a request would start it again. */
  readonly revival: string | null
}
interface Result extends Stopped {
  readonly id: string
  readonly already: boolean
  /** The command that keeps it down, where a request would start it again. */
  readonly revival: string | null
}

/** Without a name the one machine that runs is meant. */
export async function planStop(context: WorkContext, options: Options): Promise<Plan> {
  const { app, fly, gateway, phase } = context
  const all = await fly.machines(app)
  const own = gatewayMachines(all)
  if (options.machine === undefined && own.length === 0) throw noMachine()
  const running = own.filter(({ state }) => state !== 'stopped')
  const chosen =
    options.machine === undefined
      ? onlyOne(running.length > 0 ? running : own)
      : named(all, options.machine)
  const machine = settledNow(reachable(chosen))
  await refuseLastOwn(context, machine.id)
  const { id, state, version, lease } = machine
  const safety =
    phase === 'plan' && state === 'started' ? await gateway.preflight(app, machine) : null
  const again = await revival(context, machine)
  const busy =
    safety === null || safety.safe === true || safety.detail === null
      ? []
      : [join(' ', safety.safe === null ? 'ℹ️' : '⚠️', safety.detail)]
  const stopped = state === 'stopped'
  const data: Data = { id, lease, stopped, revival: again }
  return {
    title: tr(`Stop ${id} of ${app}?`, `要停止 ${app} 的 ${id} 嗎？`),
    blocks: [
      fields([tr('State', '狀態'), `${state} → stopped`]),
      ...effects,
      ...[...ownWarning(context, [id]), ...busy, ...leaseWarning(machine)].map(text),
      ...comesBack(again),
    ],
    fingerprint: JSON.stringify([id, state, version, lease && [lease.owner, lease.description]]),
    data,
    ...(stopped && { nothing: true }),
  }
}

const effects: readonly Block[] = [
  text(
    tr(
      'The gateway, its channels and the Control UI go away until it is started again. Work under way gets 60 s to end, then it is cut off. CPU and memory cost nothing meanwhile; the volume and its data stay, and cost as before.',
      '在再次啟動前，閘道、頻道與 Control UI 都無法使用。進行中的工作有 60 秒可結束，之後會被中斷。停止期間不計 CPU 與記憶體費用；磁碟區與資料會保留，費用照舊。',
    ),
  ),
]

export async function runStop(
  context: WorkContext,
  _options: Options,
  plan: unknown,
): Promise<Result> {
  const { id, lease, stopped, revival: again } = plan as Data
  if (stopped) return { id, state: 'stopped', exit: null, already: true, revival: again }
  const recall = await context.steps(
    tr(`Stopping ${id}`, `正在停止 ${id}`),
    stopSteps(context, { id, lease }),
  )
  return { ...(recall(stopStep(id)) as Stopped), id, already: false, revival: again }
}

export function renderStop(
  result: Result,
  _options: Options,
  { app }: { readonly app: string },
): Reply {
  const { id, already, exit, revival: again } = result
  return reply[again === null ? 'ok' : 'warn'](
    already
      ? tr(`${id} is stopped already`, `${id} 已經停止`)
      : tr(`${id} is stopped`, `${id} 已停止`),
    [
      ...(already ? [text(tr('Nothing was done.', '沒有執行任何動作。'))] : [exitBlock(exit)]),
      ...comesBack(again),
    ],
    {
      actions: [
        {
          label: tr('Start', '啟動'),
          style: 'success',
          intent: { do: 'run', command: 'openclaw machine start', input: { app, machine: id } },
        },
      ],
    },
  )
}

const comesBack = (keepDown: string | null): readonly Block[] =>
  keepDown === null
    ? []
    : [
        text(
          tr(
            'Autostart is on: the first request to the app starts it again. To keep it down:',
            '自動啟動已開啟：應用程式收到的第一個請求就會再次啟動它。若要保持停止：',
          ),
        ),
        code(keepDown),
      ]

function exitBlock(exit: Result['exit']): Block {
  if (exit === null)
    return text(
      tr(
        'Fly shows no exit for it, so how its process ended is not known.',
        'Fly 沒有其結束紀錄，因此不知道程序如何結束。',
      ),
    )
  const how = exit.oom
    ? tr(`code ${exit.code}, out of memory`, `代碼 ${exit.code}，記憶體不足`)
    : exit.code === 0
      ? tr('cleanly (code 0)', '正常結束（代碼 0）')
      : tr(`code ${exit.code}`, `代碼 ${exit.code}`)
  return fields([tr('Its process ended', '程序結束'), how])
}
