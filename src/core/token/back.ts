import type { Recall, WorkContext } from '../context.ts'
import type { Machine } from '../fly.ts'
import { isUp, reachable } from '../mutation/kept.ts'
import { waitFor } from '../mutation/settle.ts'
import { backContext, updateSteps } from '../mutation/update.ts'
import { OpsError } from '../errors.ts'
import { tr } from '../text.ts'
import { digestOf, insist, proveToken } from './prove.ts'
import { keptTokens, oldOf } from './kept.ts'
import { lookAtToken } from './look.ts'
import type { Target } from './rotate.ts'
import { markOf, type SecretMark, setToken } from './secret.ts'

interface WayBack {
  readonly targets: readonly Target[]
  readonly recall: Recall
  /** What Fly said of the secret before the rotation. */
  readonly before: SecretMark | null
}

/**
 * Puts the old secret back, then brings every machine to it that does not run with it, and proves that. Goes by what it sees, so that it
 * can be cut off anywhere and begun again. Tells whether there was anything to put back.
 */
export async function putOldBack(
  context: WorkContext,
  way: WayBack,
): Promise<'back' | 'untouched'> {
  const back = backContext(context)
  const kept = keptTokens(way.recall)
  if (kept === undefined) return 'untouched'
  const now = await markOf(back)
  const untouched = now?.digest === way.before?.digest && now?.updatedAt === way.before?.updatedAt
  const version = untouched ? null : (await setToken(back, oldOf(back, kept), now)).version
  const failures: unknown[] = []
  // One machine that does not come back must not keep the others from it.
  for (const target of way.targets)
    await bringBack(back, { ...way, target, version }).catch((error: unknown) =>
      failures.push(error),
    )
  if (failures.length > 0) throw failures[0]
  return untouched ? 'untouched' : 'back'
}

interface OneBack extends WayBack {
  readonly target: Target
  readonly version: number | null
}

async function bringBack(context: WorkContext, one: OneBack): Promise<void> {
  const { target, recall, version } = one
  const machine = reachable(await atRest(context, target.id))
  const kept = keptTokens(recall)
  if (kept === undefined) return
  if (machine.version === target.version && isUp(machine) === target.up) return
  const old = oldOf(context, kept, target.id)
  const bootId = isUp(machine) ? await othersBoot(context, machine, digestOf(old)) : null
  if (bootId === OLD) return
  await updateTo(context, machine, version)
  if (!target.up) return
  await startUp(context, target.id)
  if (!target.gateway) return
  const { proven, why } = await proveToken(context, target.id, {
    value: oldOf(context, kept),
    before: bootId,
  })
  if (proven === null) throw notSeen(target.id, why)
}

const RESTING = /^(?:created|started|stopped|suspended|failed)$/

/** A machine that is still on its way into the update is waited for: on its way nothing can be changed. */
async function atRest(context: WorkContext, id: string): Promise<Machine> {
  const machine = await context.fly.machine(context.app, id)
  if (RESTING.test(machine.state)) return machine
  return waitFor(context, id, { state: 'settled' }, ({ state }) => RESTING.test(state))
}

const OLD = Symbol('runs with the old token')

/** Which run of the gateway has to go, unless it is one with the old token. */
async function othersBoot(
  context: WorkContext,
  machine: Machine,
  old: string,
): Promise<string | null | typeof OLD> {
  const { report, token } = await insist(context, () => lookAtToken(context, machine))
  const there = token.known && token.sha256 === old && token.current === 'accepted'
  return there ? OLD : report.bootId
}

/** The same config once more: that alone gives a machine the vault's newest values (FLY.md §2.4). */
async function updateTo(
  context: WorkContext,
  { id, version }: Machine,
  secrets: number | null,
): Promise<void> {
  const [keep, update] = updateSteps(context, {
    id,
    version,
    label: '',
    mutate: (config) => config,
    minSecretsVersion: () => secrets ?? undefined,
  })
  const kept = await keep?.do(() => undefined)
  await update?.do((step) => (step === keep?.id ? kept : undefined))
}

/** A machine that stopped on the way, for want of room or by itself, is started again. */
async function startUp(context: WorkContext, id: string): Promise<void> {
  const machine = await context.fly.machine(context.app, id)
  if (machine.state === 'stopped') await context.fly.start(context.app, id)
  await waitFor(context, id, { state: 'started' }, ({ state }) => state === 'started')
}

const notSeen = (id: string, why: OpsError['text'] | null): OpsError =>
  new OpsError(
    'unproven',
    why ??
      tr(
        `Whether ${id} takes the old token again was not to be seen.`,
        `無法確認 ${id} 是否再次接受舊權杖。`,
      ),
    { hint: tr('Send token check in a minute.', '請一分鐘後執行 token check。') },
  )
