import type { Recall, WorkContext } from '../context.ts'
import { lastExit } from '../checks/machine.ts'
import { OpsError } from '../errors.ts'
import type { LeaseHolder, Machine } from '../fly.ts'
import { isLost } from '../step-errors.ts'
import type { Step } from '../steps.ts'
import { join, type Text, tr } from '../text.ts'
import { reachable, settledNow } from './kept.ts'
import { type Baseline, baselineOf, power, powered, startedAt } from './power.ts'
import { waitReady } from './ready.ts'
import { lookPatiently } from './settle.ts'

export interface Restart {
  readonly id: string
  /** Somebody else's lease that the plan showed and that confirming takes away. */
  readonly lease: LeaseHolder | null
  /** It did not run when it was planned: the words are about a start. */
  readonly start?: boolean
}

/** What was so before, kept for the proof. */
export interface Before extends Baseline {
  readonly action: 'restart' | 'start'
  /** When the work on it began, in ms. */
  readonly asked: number
  /** The gateway's boot; null when it did not run or could not be told. */
  readonly boot: string | null
  /** Names of the checks that passed. */
  readonly passing: readonly string[]
}

/** How a machine is after it was asked to come up; plain JSON. */
export interface Up {
  readonly id: string
  readonly action: Before['action']
  readonly state: string
  /** Of the newest start since it was asked; ms. */
  readonly startedAt: number | null
  /** `null` is "could not be learnt". */
  readonly ready: boolean | null
  readonly newBoot: boolean | null
  readonly reason: Text | null
  readonly version: string | null
  /** Checks that passed before and do not now. */
  readonly failing: readonly string[]
  readonly passing: number
  /** Why it went down again, when it did. */
  readonly exit: { readonly code: number; readonly oom: boolean } | null
}

/** Checks run every 15 s or so; they are waited for a little, then the answer is corrected later. */
const CHECKS_MS = 60_000
const PAUSE_MS = 5000

export const beforeStep = (id: string): string => `before.${id}`
export const restartStep = (id: string): string => `restart.${id}`
export const readyStep = (id: string): string => `ready.${id}`

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
    {
      id: beforeStep(id),
      label: tr(`Look at ${id} as it is`, `查看 ${id} 目前的狀態`),
      do: () => lookBefore(context, id),
    },
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
export const readySteps = (
  context: WorkContext,
  id: string,
  seen: () => Machine | undefined = () => undefined,
): readonly Step[] => [
  {
    id: readyStep(id),
    label: tr(`Wait until the gateway in ${id} is ready`, `等待 ${id} 的閘道就緒`),
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

export async function lookBefore(context: WorkContext, id: string): Promise<Before> {
  const { app, fly, gateway } = context
  const machine = settledNow(reachable(await fly.machine(app, id)))
  const runs = machine.state === 'started'
  return {
    ...baselineOf(machine),
    action: runs ? 'restart' : 'start',
    asked: context.clock.now(),
    boot: runs ? (await gateway.probe(app, machine)).bootId : null,
    passing: runs ? namesOf(machine) : [],
  }
}

const namesOf = ({ checks }: Machine): readonly string[] =>
  checks.filter(({ status }) => status === 'passing').map(({ name }) => name)

async function proveUp(context: WorkContext, machine: Machine, before: Before): Promise<Up> {
  const readiness = await waitReady(context, machine, before.boot)
  const after = readiness.ready
    ? await checksAgain(context, machine, before)
    : await lookPatiently(context, machine.id)
  return upOf(after, before, readiness)
}

async function checksAgain(context: WorkContext, first: Machine, before: Before): Promise<Machine> {
  const { clock, signal } = context
  const giveUp = clock.now() + CHECKS_MS
  let machine = first
  while (failingOf(machine, before).length > 0 && clock.now() < giveUp) {
    await clock.sleep(PAUSE_MS, signal)
    machine = await lookPatiently(context, machine.id)
  }
  return machine
}

const failingOf = (machine: Machine, { passing }: Before): readonly string[] => {
  const now = new Set(namesOf(machine))
  return passing.filter((name) => !now.has(name))
}

type Seen = Pick<Awaited<ReturnType<typeof waitReady>>, 'newBoot' | 'report'>

function upOf(machine: Machine, before: Before, { newBoot, report }: Seen): Up {
  const { id, state } = machine
  const exit = state === 'started' ? null : lastExit(machine)
  return {
    id,
    action: before.action,
    state,
    startedAt: startedAt(machine, before),
    ready: newBoot === false && report.ready === true ? false : report.ready,
    newBoot,
    reason:
      newBoot === false && report.ready === true
        ? tr('The process of before still answers.', '仍是先前的程序在回應。')
        : report.reason,
    version: report.version,
    failing: failingOf(machine, before),
    passing: namesOf(machine).length,
    exit: exit && { code: exit.code, oom: exit.oom },
  }
}

/** One more look at a machine whose gateway was not ready, or whose checks did not pass yet. */
export async function lookAgain(context: WorkContext, id: string, before: Before): Promise<Up> {
  const { app, fly, gateway } = context
  const machine = await fly.machine(app, id)
  const report = await gateway.probe(app, machine)
  const newBoot =
    before.boot === null || report.bootId === null ? null : report.bootId !== before.boot
  return upOf(machine, before, { newBoot, report })
}

export const isReady = ({ ready, failing }: Up): boolean => ready === true && failing.length === 0

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
