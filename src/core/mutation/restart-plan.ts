import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import type { RestartSafety } from '../gateway.ts'
import { ownWarning } from '../own-machine.ts'
import { type Block, table, text } from '../reply.ts'
import { count, join, say, type Text, tr } from '../text.ts'
import { restartWaitMs, tooSoon } from './cool-down.ts'
import { leftAlone, reachable } from './kept.ts'
import { leaseWarning } from './lease.ts'
import type { Restart } from './restart.ts'
import { gatewayMachines, named, noMachine, onlyOne } from './targets.ts'

export interface RestartOptions {
  readonly machine?: string | undefined
  readonly force?: boolean | undefined
}

export interface RestartData {
  readonly machines: ReadonlyArray<Restart & { readonly name: string }>
}

const STARTABLE: ReadonlySet<string> = new Set(['stopped', 'suspended', 'failed'])
const RESTARTABLE: ReadonlySet<string> = new Set(['started', ...STARTABLE])

/** Chooses the machines, refuses what can't or should not be restarted now, and says what will happen. */
export async function planRestart(context: WorkContext, options: RestartOptions): Promise<Plan> {
  const { app, fly, phase } = context
  const all = await fly.machines(app)
  const chosen = choose(all, options.machine).map(present)
  if (options.force !== true) await refuseTooSoon(context, chosen)
  const safety = phase === 'plan' ? await safetyOf(context, chosen) : []
  const data: RestartData = {
    machines: chosen.map(({ id, name, lease, state }) => ({
      id,
      name,
      lease,
      start: state !== 'started',
    })),
  }
  return {
    title: title(app, chosen),
    blocks: [
      what(chosen),
      ...ownWarning(
        context,
        chosen.map(({ id }) => id),
      ).map(text),
      ...warnings(chosen, safety, options),
      ...others(all, chosen),
    ],
    fingerprint: JSON.stringify([
      options.force === true,
      ...chosen.map(({ id, state, version, lease }) => [
        id,
        state,
        version,
        lease && [lease.owner, lease.description],
      ]),
    ]),
    data,
  }
}

function choose(all: readonly Machine[], word: string | undefined): readonly Machine[] {
  if (word !== undefined && word !== 'all') return [named(all, word)]
  const own = gatewayMachines(all)
  if (own.length === 0) throw noMachine()
  if (word === 'all') return own
  const started = own.filter(({ state, hostStatus }) => state === 'started' && hostStatus === 'ok')
  return started.length > 0 ? started : [onlyOne(own)]
}

function present(machine: Machine): Machine {
  if (!RESTARTABLE.has(reachable(machine).state)) throw leftAlone(machine)
  return machine
}

/** A machine that does not run has no channels to lose. */
async function refuseTooSoon(context: WorkContext, chosen: readonly Machine[]): Promise<void> {
  for (const machine of chosen.filter(({ state }) => state === 'started')) {
    const waitMs = await restartWaitMs(context, machine)
    if (waitMs > 0) throw tooSoon(machine.id, waitMs)
  }
}

type Safe = RestartSafety & { readonly id: string }

async function safetyOf(
  { app, gateway }: WorkContext,
  chosen: readonly Machine[],
): Promise<readonly Safe[]> {
  const running = chosen.filter(({ state }) => state === 'started')
  return Promise.all(
    running.map(async (machine) => ({
      id: machine.id,
      ...(await gateway.preflight(app, machine)),
    })),
  )
}

function title(app: string, chosen: readonly Machine[]): Text {
  const start = chosen.every(({ state }) => STARTABLE.has(state))
  const [only] = chosen
  const which = chosen.length === 1 && only ? only.id : undefined
  const en = which ?? say(count(chosen.length, 'machine', 'machines', ''), 'en')
  const zh = which ?? `${chosen.length} 部機器`
  return start
    ? tr(`Start ${en} of ${app}?`, `要啟動 ${app} 的 ${zh} 嗎？`)
    : tr(`Restart ${en} of ${app}?`, `要重新啟動 ${app} 的 ${zh} 嗎？`)
}

const what = (chosen: readonly Machine[]): Block =>
  table(
    [tr('Machine', '機器'), tr('Now', '目前'), tr('Will be', '將會')],
    chosen.map(({ id, state }) => [
      id,
      state,
      STARTABLE.has(state) ? tr('started', '啟動') : tr('restarted', '重新啟動'),
    ]),
  )

function warnings(
  chosen: readonly Machine[],
  safety: readonly Safe[],
  { force }: RestartOptions,
): readonly Block[] {
  const runs = chosen.some(({ state }) => state === 'started')
  const unsafe = safety.flatMap(({ id, safe, detail }) =>
    safe === true || detail === null
      ? []
      : [join(' ', safe === null ? 'ℹ️' : '⚠️', `${id}:`, detail)],
  )
  return [
    ...(runs
      ? [
          tr(
            'The gateway and its channels are away for 20 to 60 s; work under way gets up to 60 s more to end, then it is cut off.',
            '閘道與頻道會中斷 20 至 60 秒；進行中的工作最多再有 60 秒可結束，之後會被中斷。',
          ),
        ]
      : []),
    ...(chosen.length > 1
      ? [
          tr(
            'One machine after another; if one does not come back ready, the rest is left alone.',
            '逐一進行；若有一部未能就緒，其餘不會變動。',
          ),
        ]
      : []),
    ...unsafe,
    ...chosen.flatMap(leaseWarning),
    ...(force === true
      ? [
          tr(
            '⚠️ force: the pause between restarts is not kept. After three unclean starts in 5 minutes the gateway opens no channels.',
            '⚠️ force：不遵守重新啟動的間隔。5 分鐘內三次不正常啟動後，閘道不會開啟頻道。',
          ),
        ]
      : []),
  ].map(text)
}

function others(all: readonly Machine[], chosen: readonly Machine[]): readonly Block[] {
  const rest = all.filter(({ id }) => !chosen.some((one) => one.id === id))
  if (rest.length === 0) return []
  const list = rest
    .map(
      ({ id, state, hostStatus }) =>
        `${id} (${hostStatus === 'ok' ? state : `host ${hostStatus}`})`,
    )
    .join(', ')
  return [text(tr(`Left alone: ${list}.`, `不會變動：${list}。`))]
}
