import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Text } from '../text.ts'
import { tr } from '../text.ts'
import { sizeName } from '../sizes.ts'
import { isLost } from '../step-errors.ts'
import { mb } from '../memory-size.ts'
import { rememberOverride } from '../overrides.ts'
import type { Step } from '../steps.ts'
import { clearSteps } from './lease.ts'
import { type MemoryChange, optionsOf, resized, sizedFacts } from './memory.ts'
import { beginWatch, updatedAt, type Watch, watchOn } from './oom-watch.ts'
import { asItWas } from './proven-up.ts'
import { waitReady } from './ready.ts'
import { lookPatiently } from './settle.ts'
import { updateSteps } from './update.ts'

/** What was seen of the gateway after the change. */
interface Seen {
  /** Null when it could not be learnt, or the machine does not run. */
  readonly ready: boolean | null
  readonly reason: Text | null
  readonly watch: Watch
  /** NODE_OPTIONS as read back; left out when it could not be. */
  readonly nodeOptions?: string | null
}

/** Changes size and heap cap and proves it. Rejects with what went wrong and, where that is proven, that all is as it was. */
export async function changeMemory(context: WorkContext, change: MemoryChange) {
  const { app } = context
  const { id, region, was, goal, started } = change
  const recall = await context
    .steps(
      tr(
        `${app}: giving ${id} ${mb(goal.guest.memoryMb)}`,
        `${app}：${id} 改為 ${mb(goal.guest.memoryMb)}`,
      ),
      stepsOf(context, change),
    )
    .catch((error: unknown) => {
      throw asItWas(error, stateWords(change))
    })
  const { ready, reason, watch } = recall('ready') as Seen
  return {
    kind: 'changed' as const,
    app,
    machine: id,
    before: sizedFacts(was, region),
    after: sizedFacts(goal, region),
    started,
    ready,
    reason,
    watch,
  }
}
export type Changed = Awaited<ReturnType<typeof changeMemory>>

function stepsOf(context: WorkContext, change: MemoryChange): readonly Step[] {
  const { id, version, goal, wasReady } = change
  const size = `${sizeName(goal.guest)}, ${mb(goal.guest.memoryMb)}`
  return [
    ...clearSteps(context, change),
    ...updateSteps(context, {
      id,
      version,
      label: tr(`Update ${id} to ${size}`, `將 ${id} 更新為 ${size}`),
      mutate: (config) => resized(config, goal),
      wasReady,
    }),
    {
      id: 'ready',
      proof: true,
      label: tr('Wait until the gateway is ready', '等待閘道就緒'),
      do: () => awaitGateway(context, change),
    },
    {
      id: 'remember',
      proof: true,
      label: tr('Remember it, for a deploy may put it back', '記住此設定，因為部署可能會改回'),
      do: (recall) => remember(context, change, recall),
    },
  ]
}

/** A look that fails here takes nothing back: the new size is proven, only the gateway is not. */
async function awaitGateway(
  context: WorkContext,
  { id, started, bootId }: MemoryChange,
): Promise<Seen> {
  const { clock, signal } = context
  try {
    const machine = await lookPatiently(context, id)
    const { config } = machine
    const nodeOptions = config === null ? null : optionsOf(config) || null
    if (!started) return { ready: null, reason: null, watch: { state: 'none' }, nodeOptions }
    const { ready, report } = await waitReady(context, machine, bootId)
    const seen = ready ? true : report.ready === null ? null : false
    const watch = beginWatch(updatedAt(machine, clock.now()), clock.now())
    return { ready: seen, reason: ready ? null : report.reason, watch, nodeOptions }
  } catch (error) {
    signal.throwIfAborted()
    if (isLost(error) || !(error instanceof OpsError)) throw error
    return { ready: null, reason: error.text, watch: beginWatch(clock.now(), clock.now()) }
  }
}

async function remember(context: WorkContext, { id, was, goal }: MemoryChange, recall: Recall) {
  const { app, store, actor, clock, job } = context
  const { nodeOptions } = recall('ready') as Seen
  await rememberOverride(
    store,
    { app, machine: id },
    {
      memoryMb: goal.guest.memoryMb,
      cpus: goal.guest.cpus,
      ...(goal.guest.cpus > was.guest.cpus && { cpusBefore: was.guest.cpus }),
      ...(nodeOptions !== undefined && { nodeOptions }),
      by: actor.name,
      at: clock.now(),
      job,
    },
  )
  return true
}

/** Looks again at a gateway that was not ready and at whether the run still stands. */
export async function lookAgain(context: WorkContext, seen: Changed): Promise<Changed> {
  const { watch, machine: id } = seen
  if (watch.state !== 'watching') return seen
  const next = await watchOn(context, id, watch)
  if (seen.ready === true) return { ...seen, watch: next }
  const machine = await lookPatiently(context, id)
  const { ready, reason } = await context.gateway.probe(context.app, machine)
  return { ...seen, ready, reason, watch: next }
}

function stateWords({ id, was, started, wasReady }: MemoryChange): Text {
  const size = `${sizeName(was.guest)}, ${mb(was.guest.memoryMb)}`
  const how = started && wasReady
  return tr(
    `${id} is as it was: ${size}${how ? ', running and its gateway ready' : ''}.`,
    `${id} 維持原狀：${size}${how ? '，執行中且閘道就緒' : ''}。`,
  )
}
