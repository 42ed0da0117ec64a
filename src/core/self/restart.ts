import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { reachable, settledNow } from '../mutation/kept.ts'
import { leaseWarning } from '../mutation/lease.ts'
import { type RestartData } from '../mutation/restart-plan.ts'
import { restartFollow, type RestartResult, runRestart } from '../mutation/restart-run.ts'
import { named } from '../mutation/targets.ts'
import { otherWorkers } from '../own-machine.ts'
import { renderRestart } from '../mutation/restart-render.ts'
import { fields, type Reply, text } from '../reply.ts'
import { duration, join, type Text, tr } from '../text.ts'
import { ownContext } from './look.ts'

/** What the restart of the own machine means for everybody else. */
export async function planSelfRestart(given: WorkContext): Promise<Plan> {
  const { own, context } = ownContext(given)
  const { app, fly, clock } = context
  const machine = settledNow(reachable(named(await fly.machines(app), own.machine)))
  const { id, name, version, lease, state } = machine
  const data: RestartData = { machines: [{ id, name, lease }] }
  return {
    title: tr(`Restart me (${id} of ${app})?`, `要重新啟動我（${app} 的 ${id}）嗎？`),
    blocks: [
      fields(
        [
          tr('Now', '目前'),
          join(' ', own.version, tr('up for', '已運行'), duration(clock.now() - own.startedAt)),
        ],
        [tr('Machine', '機器'), `${id}, ${machine.region}, ${state}`],
      ),
      ...[...(await meanwhile(given)), ...leaseWarning(machine)].map(text),
    ],
    fingerprint: JSON.stringify([id, version, state, lease && [lease.owner, lease.description]]),
    data,
  }
}

/** Who answers while this machine is away, and what becomes of the jobs. */
export async function meanwhile(context: WorkContext): Promise<readonly Text[]> {
  const others = await otherWorkers(context)
  const active = Object.values((await context.self?.queue()) ?? {}).reduce(
    (sum, lane) => sum + lane.active,
    0,
  )
  const names = others.map(({ machine, place }) => machine ?? place).join(', ')
  return [
    others.length > 0
      ? tr(`Meanwhile ${names} goes on.`, `在此期間由 ${names} 繼續工作。`)
      : tr(
          'Nobody else works: for 10 to 60 s nothing is answered. What is sent meanwhile is answered afterwards, as far as the platform delivers it.',
          '沒有其他工作程序：10 至 60 秒內不會有回應。此期間送出的內容會在之後處理，前提是平台會再次傳送。',
        ),
    // This question is one of them.
    ...(active > 1
      ? [
          tr(
            `${active === 2 ? 'Another job is' : `${active - 1} other jobs are`} running: 20 s to end, else it goes on afterwards where it was.`,
            `另有 ${active - 1} 個工作執行中：有 20 秒可結束，否則之後從中斷處繼續。`,
          ),
        ]
      : []),
  ]
}

/** As of any machine, and the app it is in: not the one the command was asked about. */
export type SelfRestartResult = RestartResult & { readonly app: string }

/** Restarts the own machine; the next process finds the job and brings it to its end. */
export async function runSelfRestart(
  given: WorkContext,
  plan: unknown,
): Promise<SelfRestartResult> {
  const { context } = ownContext(given)
  const title = tr('Restarting myself', '正在重新啟動自己')
  return { ...(await runRestart(context, plan as RestartData, title)), app: context.app }
}

/** The words of a restart; a press shows how I am. */
export const renderSelfRestart = (result: SelfRestartResult): Reply => ({
  ...renderRestart(result, result.app),
  actions: [
    {
      label: tr('About me', '關於我'),
      style: 'neutral',
      intent: { do: 'run', command: 'ops self status', input: {} },
    },
  ],
})

export const selfFollow = {
  after: restartFollow.after,
  look: async (given: WorkContext, options: unknown, result: SelfRestartResult) => ({
    ...(await restartFollow.look(ownContext(given).context, options, result)),
    app: result.app,
  }),
}
