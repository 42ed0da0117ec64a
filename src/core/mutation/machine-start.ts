import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { fields, type Reply, reply, text } from '../reply.ts'
import { tr } from '../text.ts'
import { reachable, settledNow } from './kept.ts'
import type { RestartData } from './restart-plan.ts'
import { renderRestart } from './restart-render.ts'
import { restartFollow, type RestartResult, runRestart } from './restart-run.ts'
import { gatewayMachines, named, noMachine, onlyOne } from './targets.ts'

interface Options {
  readonly machine?: string | undefined
}
type Data = RestartData & { readonly running: string | null }
/** `already`: it ran before anything was asked. */
type Result = RestartResult & { readonly already: string | null }

/** Without a name the one machine that does not run is meant; where all run, there is nothing to do. */
export async function planStart(context: WorkContext, options: Options): Promise<Plan> {
  const { app, fly } = context
  const all = await fly.machines(app)
  const own = gatewayMachines(all)
  const idle = own.filter(({ state }) => state !== 'started')
  if (options.machine === undefined && own.length === 0) throw noMachine()
  const [first] = own
  const chosen =
    options.machine !== undefined
      ? named(all, options.machine)
      : idle.length === 0 && first
        ? first
        : onlyOne(idle)
  const { id, name, state, version } = settledNow(reachable(chosen))
  const running = state === 'started' ? id : null
  const data: Data = {
    running,
    machines: running === null ? [{ id, name, lease: null, start: true }] : [],
  }
  return {
    title: tr(`Start ${id}?`, `要啟動 ${id} 嗎？`),
    blocks: [fields([tr('Now', '目前'), state])],
    fingerprint: JSON.stringify([id, state, version]),
    data,
  }
}

export async function runStart(
  context: WorkContext,
  _options: Options,
  plan: unknown,
): Promise<Result> {
  const data = plan as Data
  if (data.running !== null) return { machines: [], left: [], looks: 0, already: data.running }
  const [machine] = data.machines
  const title = tr(`Starting ${machine?.id ?? ''}`, `正在啟動 ${machine?.id ?? ''}`)
  return { ...(await runRestart(context, data, title)), already: null }
}

export function renderStart(
  result: Result,
  _options: Options,
  { app }: { readonly app: string },
): Reply {
  if (result.already === null) return renderRestart(result, app)
  return reply.ok(tr(`${result.already} runs already`, `${result.already} 已在執行`), [
    text(
      tr(
        'Nothing was done. Restart makes it start anew.',
        '沒有執行任何動作。若要重新啟動，請用 restart。',
      ),
    ),
  ])
}

export const startFollow = {
  after: restartFollow.after,
  look: async (context: WorkContext, options: Options, result: Result): Promise<Result> => ({
    ...(await restartFollow.look(context, options, result)),
    already: result.already,
  }),
}
