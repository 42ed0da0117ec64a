import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { lookPatiently } from '../mutation/settle.ts'
import { type Text, tr } from '../text.ts'
import type { Target } from './change.ts'
import { criticalSince } from './log-words.ts'
import { noGood, notReady, refuseDead, type Seen, unlessOver } from './prove.ts'

/** A gateway that falls over under its first work does so within a minute or so. */
const SMOKE_MS = 60_000
const EACH_MS = 30_000
/** At the end of the window one look has to succeed; it is tried so often. */
const TRIES = 3

/** What came of watching the first minute. */
export interface Smoke {
  /** Null when the last look failed. */
  readonly ready: boolean | null
  readonly reason: Text | null
  /** What its log says that a person should know; nothing is done for it. */
  readonly lines: readonly Text[]
}

/** Watches a gateway that became ready: no exit, and the checks that passed before pass at the end. Rejects with `NoGood` when not. */
export async function smoke(context: WorkContext, target: Target, seen: Seen): Promise<Smoke> {
  try {
    await watch(context, target, seen)
    return await atTheEnd(context, target, seen)
  } catch (error) {
    return { ready: null, reason: unlessOver(context, error).text, lines: [] }
  }
}

async function watch(context: WorkContext, target: Target, seen: Seen): Promise<void> {
  const { clock, signal } = context
  const until = clock.now() + SMOKE_MS
  for (;;) {
    await clock.sleep(Math.min(EACH_MS, until - clock.now()), signal)
    if (clock.now() >= until) return
    const machine = await look(context, target.id)
    if (!(machine instanceof OpsError)) await refuseDead(context, machine, seen.since, 1)
  }
}

/** A look that fails says nothing about the machine. */
const look = (context: WorkContext, id: string): Promise<Machine | OpsError> =>
  lookPatiently(context, id).catch((error: unknown) => unlessOver(context, error))

async function atTheEnd(context: WorkContext, target: Target, seen: Seen): Promise<Smoke> {
  const { app, gateway } = context
  const { id } = target
  const machine = await lookPatiently(context, id)
  await refuseDead(context, machine, seen.since, 1)
  await refuseUnhealthy(context, target, machine)
  for (let tries = 1; ; tries++) {
    const report = await gateway.probe(app, machine)
    if (report.ready === false) throw await notReady(context, machine, { ...seen, report })
    const known = report.ready === true
    if (!known && tries < TRIES) continue
    const lines = await criticalSince(context, id, seen.since)
    return {
      ready: report.ready,
      reason: known ? null : report.reason,
      lines: lines.map(({ signature }) => signature.meaning),
    }
  }
}

/** Fly sends no traffic where a check fails. */
async function refuseUnhealthy(
  context: WorkContext,
  { passing }: Target,
  first: Machine,
): Promise<void> {
  const { clock, signal } = context
  const giveUp = clock.now() + SMOKE_MS
  let machine = first
  for (;;) {
    const failing = failingOf(machine, passing)
    if (failing.length === 0) return
    if (clock.now() >= giveUp) throw unhealthy(machine, failing)
    await clock.sleep(EACH_MS, signal)
    machine = await lookPatiently(context, first.id)
  }
}

const failingOf = ({ checks }: Machine, passing: readonly string[]): readonly string[] => {
  const now = new Map(checks.map(({ name, status }) => [name, status]))
  return passing.filter((name) => now.get(name) !== 'passing')
}

const unhealthy = ({ id }: Machine, failing: readonly string[]) =>
  noGood(
    tr(
      `The gateway in ${id} answers, but the checks ${failing.join(', ')} passed before and fail with the new image.`,
      `${id} 的閘道有回應，但先前通過的檢查 ${failing.join('、')} 在新映像檔下未通過。`,
    ),
  )
