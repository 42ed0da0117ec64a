import { lastExit } from '../checks/machine.ts'
import type { WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import { alive, processOn } from '../processes.ts'
import { type Text, tr } from '../text.ts'
import { downForGood } from './hopeless.ts'
import { reachable, settledNow } from './kept.ts'
import { type Baseline, baselineOf, startedAt } from './power.ts'
import { waitUnless } from './ready.ts'
import { lookPatiently } from './settle.ts'

/** What was so before, kept for the proof. */
export interface Before extends Baseline {
  readonly action: 'restart' | 'start'
  /** When the work on it began, in ms. */
  readonly asked: number
  /** The gateway's boot; null when it did not run or could not be told. */
  readonly boot: string | null
  /** Names of the checks that passed. */
  readonly passing: readonly string[]
  /** The run of this bot on it: it is the bot that has to be back then, not a gateway. */
  readonly bot?: string
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
  /** `ready` and `version` are those of this bot, which runs there. */
  readonly bot?: true
}

/** Checks run every 15 s or so; they are waited for a little, then the answer is corrected later. */
const CHECKS_MS = 60_000
/** A start of the bot takes seconds, pulling a new image minutes. */
const BOT_MS = 180_000
const PAUSE_MS = 5000

/** Looks at what will have to be different, or as before, afterwards. */
export async function lookBefore(context: WorkContext, id: string): Promise<Before> {
  const { app, fly, gateway } = context
  const machine = settledNow(reachable(await fly.machine(app, id)))
  const bot = await botOn(context, id)
  const runs = machine.state === 'started'
  return {
    ...baselineOf(machine),
    action: runs ? 'restart' : 'start',
    asked: context.clock.now(),
    boot: runs && bot === undefined ? (await gateway.probe(app, machine)).bootId : null,
    passing: runs ? namesOf(machine) : [],
    ...(bot !== undefined && { bot }),
  }
}

const namesOf = ({ checks }: Machine): readonly string[] =>
  checks.filter(({ status }) => status === 'passing').map(({ name }) => name)

/** Waits for the gateway, then for the checks; gives what was seen last. */
export async function proveUp(context: WorkContext, machine: Machine, before: Before): Promise<Up> {
  if (before.bot !== undefined) return proveBot(context, machine, before)
  const isOver = downForGood(context, machine.id, before)
  const readiness = await waitUnless(context, machine, { before: before.boot, isOver })
  const after = readiness.ready
    ? await checksAgain(context, machine, before)
    : await lookPatiently(context, machine.id)
  return upOf(after, before, readiness)
}

/** What was seen before the gateway was ready says nothing of the checks, so the first look is at once. */
async function checksAgain(context: WorkContext, first: Machine, before: Before): Promise<Machine> {
  if (failingOf(first, before).length === 0) return first
  const { clock, signal } = context
  const giveUp = clock.now() + CHECKS_MS
  let machine = await lookPatiently(context, first.id)
  while (failingOf(machine, before).length > 0 && clock.now() < giveUp) {
    await clock.sleep(PAUSE_MS, signal)
    machine = await lookPatiently(context, first.id)
  }
  return machine
}

const failingOf = (machine: Machine, { passing }: Before): readonly string[] => {
  const now = new Set(namesOf(machine))
  return passing.filter((name) => !now.has(name))
}

type Seen = Pick<Awaited<ReturnType<typeof waitUnless>>, 'newBoot' | 'report'>

/** The run of this bot on a machine, if one is known there that has not ended. */
async function botOn({ app, store, clock }: WorkContext, id: string): Promise<string | undefined> {
  const there = await processOn(store, app, id)
  return there !== undefined && alive(there, clock.now()) ? there.boot : undefined
}

/** Waits until the bot's next run on that machine has said that it is there. */
async function proveBot(context: WorkContext, machine: Machine, before: Before): Promise<Up> {
  const { clock, signal } = context
  const giveUp = clock.now() + BOT_MS
  let up = await botUp(context, machine, before)
  while (up.ready !== true && clock.now() < giveUp) {
    await clock.sleep(PAUSE_MS, signal)
    up = await botUp(context, await lookPatiently(context, machine.id), before)
  }
  return up.ready === true && up.failing.length > 0
    ? botUp(context, await checksAgain(context, machine, before), before)
    : up
}

async function botUp(context: WorkContext, machine: Machine, before: Before): Promise<Up> {
  const now = await processOn(context.store, context.app, machine.id)
  const back = now !== undefined && now.boot !== before.bot && now.endedAt === null
  const exit = machine.state === 'started' ? null : lastExit(machine)
  return {
    id: machine.id,
    action: before.action,
    state: machine.state,
    startedAt: startedAt(machine, before),
    ready: back,
    newBoot: back,
    reason: back ? null : SILENT,
    version: back ? now.version : null,
    failing: failingOf(machine, before),
    passing: namesOf(machine).length,
    exit: exit && { code: exit.code, oom: exit.oom },
    bot: true,
  }
}

const SILENT = tr(
  'The bot on this machine has given no sign of life since.',
  '此機器上的機器人此後沒有任何回應。',
)

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
  return lookAt(context, await context.fly.machine(context.app, id), { before })
}

/** The same for a machine that was just read; `waitMs` as for a probe. */
export async function lookAt(
  context: WorkContext,
  machine: Machine,
  { before, waitMs = 0 }: { readonly before: Before; readonly waitMs?: number },
): Promise<Up> {
  const { app, gateway } = context
  if (before.bot !== undefined) return botUp(context, machine, before)
  const other = waitMs > 0 && before.boot !== null && { otherBootThan: before.boot }
  const report = await gateway.probe(app, machine, { ...(waitMs > 0 && { waitMs }), ...other })
  const newBoot =
    before.boot === null || report.bootId === null ? null : report.bootId !== before.boot
  return upOf(machine, before, { newBoot, report })
}

/** All that a restart has to prove was seen. */
export const isReady = ({ ready, failing }: Up): boolean => ready === true && failing.length === 0
