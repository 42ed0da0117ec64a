import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine, MachineExit } from '../fly.ts'
import type { GatewayReport } from '../gateway.ts'
import { attempt } from '../mutation/attempt.ts'
import { exitsSince, updatedAt } from '../mutation/oom-watch.ts'
import { lookPatiently } from '../mutation/settle.ts'
import { isLost } from '../step-errors.ts'
import { join, type Text, tr, utc } from '../text.ts'
import type { DeployChange, Target } from './change.ts'
import { isGoal } from './goal.ts'
import { meaningInLog } from './log-words.ts'

/** The first start of a new release migrates and installs: minutes (OPENCLAW.md §2). */
const READY_MS = 360_000
/** Close looks at first, when a gateway that falls over does so; then one that takes its time costs fewer calls. */
const PAUSES = { firstMs: 2000, laterMs: 6000, laterAfterMs: 60_000 }
const INSIDE_MS = 15_000
/** Ends of the gateway that make waiting for it pointless; one more, and the old image would come back to a tripped breaker. */
const ENDS = 2
/** So many in 5 minutes, and a gateway since 2026.8 opens no channels (OPENCLAW.md §3). */
const BREAKER_ENDS = 3

/** It is certain that a machine does not run well with the new image: the way back follows. */
export class NoGood extends OpsError {}

export const noGood = (words: Text): NoGood =>
  new NoGood('not_ready', words, {
    hint: tr('Look at /openclaw logs for why.', '請以 /openclaw logs 查看原因。'),
  })

/** What was seen of a machine that has the new image; plain JSON. */
export interface Seen {
  readonly id: string
  /** Null when it could not be learnt, or the machine does not run. */
  readonly ready: boolean | null
  readonly started: boolean
  readonly bootId: string | null
  /** When it was updated, by Fly's clock. */
  readonly since: number
  readonly version: string | null
  readonly digest: string | null
  /** Whether that is the digest that was asked for. */
  readonly sameDigest: boolean | null
  readonly reason: Text | null
}

/**
 * Waits until the gateway answers ready as another boot than before. Rejects with `NoGood` when it is certain that it is not. What could
 * not be learnt is no reason to go back.
 */
export async function awaitReady(
  context: WorkContext,
  change: DeployChange,
  target: Target,
): Promise<Seen> {
  try {
    return await waitFor(context, change, target)
  } catch (error) {
    const { text: reason } = unlessOver(context, error)
    const { id, started } = target
    const nothing = { ready: null, bootId: null, version: null, digest: null, sameDigest: null }
    return { ...nothing, id, started, since: context.clock.now(), reason }
  }
}

async function waitFor(context: WorkContext, change: DeployChange, target: Target): Promise<Seen> {
  const { app, gateway, clock, signal } = context
  const begun = clock.now()
  let since: number | undefined
  for (;;) {
    const machine = await lookPatiently(context, target.id)
    since ??= await sinceUpdate(context, machine)
    if (!target.started) return seenOf(change, machine, { since, report: null })
    await refuseDead(context, machine, since)
    const otherBootThan = target.bootId
    const report = await gateway.probe(app, machine, {
      waitMs: INSIDE_MS,
      ...(otherBootThan !== null && { otherBootThan }),
    })
    const waited = clock.now() - begun
    const over = waited >= READY_MS
    if (report.ready === true || (report.ready === null && over))
      return seenOf(change, machine, { since, report })
    if (over) throw await notReady(context, machine, { since, report })
    await clock.sleep(waited < PAUSES.laterAfterMs ? PAUSES.firstMs : PAUSES.laterMs, signal)
  }
}

/** When the machine was updated. One that falls over again and again pushes that out of the list that comes with the machine. */
async function sinceUpdate(context: WorkContext, machine: Machine): Promise<number> {
  const { app, fly, clock, signal } = context
  const isThere = machine.events.some(({ type }) => type === 'update')
  const more = isThere ? null : await attempt(fly.events(app, machine.id), signal)
  const events = more?.known === true ? more.value : machine.events
  if (events.some(({ type }) => type === 'update'))
    return updatedAt({ ...machine, events }, clock.now())
  return Math.min(clock.now(), ...events.map(({ at }) => at - 1))
}

interface Look {
  readonly since: number
  readonly report: GatewayReport | null
}

function seenOf({ to }: DeployChange, machine: Machine, { since, report }: Look): Seen {
  const { id, imageDigest } = machine
  return {
    id,
    ready: report?.ready ?? null,
    started: report !== null,
    bootId: report?.bootId ?? null,
    since,
    version: report?.version ?? null,
    digest: imageDigest,
    sameDigest: isGoal(to, imageDigest),
    reason: report?.reason ?? null,
  }
}

/** A machine that Fly gave up on, or whose gateway ends again and again, will not become ready. */
export async function refuseDead(
  context: WorkContext,
  machine: Machine,
  since: number,
  ends = ENDS,
): Promise<void> {
  const exits = exitsSince(machine.events, since)
  const down = machine.state === 'stopped' || machine.state === 'failed'
  if (!down && exits.length < ends) return
  throw await fellOver(context, machine, { since, exits })
}

async function fellOver(
  context: WorkContext,
  { id, state }: Machine,
  { since, exits }: { readonly since: number; readonly exits: readonly MachineExit[] },
): Promise<NoGood> {
  const exit = exits.at(-1)
  const ended =
    exit === undefined ? tr(`It is ${state}.`, `目前狀態為 ${state}。`) : exitWords(exit)
  return noGood(
    join(
      ' ',
      tr(
        `The gateway in ${id} falls over with the new image.`,
        `${id} 的閘道使用新映像檔時異常結束。`,
      ),
      ended,
      await meaningInLog(context, id, since),
      exits.length < BREAKER_ENDS ? '' : BREAKER,
    ),
  )
}

const BREAKER = tr(
  'After three unclean ends within 5 minutes a gateway keeps its channels off until they are past; then restart it once.',
  '5 分鐘內三次不正常結束後，閘道會關閉頻道直到時間過去；之後請重新啟動一次。',
)

const exitWords = ({ code, oom, at }: MachineExit): Text =>
  oom
    ? tr(`It ran out of memory at ${utc(at)}.`, `它於 ${utc(at)} 記憶體不足。`)
    : tr(`It exited with code ${code} at ${utc(at)}.`, `它於 ${utc(at)} 以代碼 ${code} 結束。`)

export async function notReady(
  context: WorkContext,
  { id }: Machine,
  { since, report }: Look,
): Promise<NoGood> {
  return noGood(
    join(
      ' ',
      tr(
        `The gateway in ${id} was not ready with the new image in time.`,
        `${id} 的閘道使用新映像檔時未能及時就緒。`,
      ),
      report?.reason ?? '',
      await meaningInLog(context, id, since),
    ),
  )
}

/** A look that fails is no verdict; cancel, loss and faults of our own still end the job. */
export function unlessOver(context: Pick<WorkContext, 'signal'>, error: unknown): OpsError {
  context.signal.throwIfAborted()
  if (isLost(error) || !(error instanceof OpsError) || error instanceof NoGood) throw error
  return error
}
