import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { LeaseHolder, Machine } from '../fly.ts'
import { isOwnMachine } from '../own-machine.ts'
import { isLost } from '../step-errors.ts'
import type { Step } from '../steps.ts'
import { join, tr } from '../text.ts'
import { power, powered, startedAt } from './power.ts'
import { lookPatiently } from './settle.ts'
import { beforeStep, lookStep, readyStep } from './up-steps.ts'
import { type Before, proveUp } from './up.ts'

export interface Restart {
  readonly id: string
  /** Somebody else's lease that the plan showed and that confirming takes away. */
  readonly lease: LeaseHolder | null
  /** It did not run when it was planned: the words are about a start. */
  readonly start?: boolean
}

const restartStep = (id: string): string => `restart.${id}`

/** Steps that restart one machine (a stopped or suspended one is started), see it up again, and wait for its gateway. */
export function restartSteps(context: WorkContext, restart: Restart): readonly Step[] {
  const { id, lease } = restart
  const request = (recall: Recall) => {
    const before = recall(beforeStep(id)) as Before
    return { id, lease, action: before.action, before }
  }
  // Saves a call: what was seen a moment ago need not be asked for again, except after a crash.
  let seen: Machine | undefined
  const kept = (machine: Machine) => {
    seen = machine
    return { startedAt: startedAt(machine, { at: 0 }) }
  }
  return [
    lookStep(context, id),
    {
      id: restartStep(id),
      label:
        restart.start === true
          ? tr(`Start ${id}`, `啟動 ${id}`)
          : tr(`Restart ${id}`, `重新啟動 ${id}`),
      do: async (recall) => kept(await power(context, request(recall))),
      done: async (recall) => {
        const machine = await powered(context, request(recall))
        return machine && kept(machine)
      },
    },
    ...readySteps(context, id, () => seen),
  ]
}

/** The step that waits for the gateway of a machine that `restartSteps` brought up. Not ready in time is a result, no failure. */
const readySteps = (
  context: WorkContext,
  id: string,
  seen: () => Machine | undefined = () => undefined,
): readonly Step[] => [
  {
    id: readyStep(id),
    proof: true,
    label: isOwnMachine(context, context.app, id)
      ? tr('Wait until I am back', '等待我恢復')
      : tr(`Wait until the gateway in ${id} is ready`, `等待 ${id} 的閘道就緒`),
    do: async (recall) => {
      try {
        const machine = seen() ?? (await lookPatiently(context, id))
        return await proveUp(context, machine, recall(beforeStep(id)) as Before)
      } catch (error) {
        throw leftWaiting(context, id, error)
      }
    },
  },
]

/** Whatever ends the wait, the machine was brought up before it. */
function leftWaiting({ signal }: WorkContext, id: string, error: unknown): unknown {
  if (!(error instanceof OpsError) && !signal.aborted) return error
  const reason: unknown = signal.reason
  if (isLost(error) || isLost(reason)) return error
  const why = signal.aborted && reason instanceof OpsError ? reason : (error as OpsError)
  const { code, text, hint } = why
  const done = tr(
    `${id} was started anew; whether its gateway is ready was not seen.`,
    `${id} 已重新啟動；但未確認閘道是否就緒。`,
  )
  return new OpsError(code, join(' ', text, done), {
    hint: hint ?? tr('Look at /openclaw status.', '請查看 /openclaw status。'),
  })
}
