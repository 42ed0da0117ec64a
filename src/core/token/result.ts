import { actorKey } from '../access.ts'
import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { hide } from '../mutation/reveal.ts'
import type { Step } from '../steps.ts'
import { type Text, tr } from '../text.ts'
import { freshOf, keptTokens, type KeptTokens, oldOf } from './kept.ts'
import { lookAtToken } from './look.ts'
import { judge, type Proof } from './prove.ts'
import { proveRefused, type Refusal } from './refused.ts'
import { proofStep, type Turn } from './rotate.ts'

/** What was seen of one machine; `updated` is one without a gateway, `wrong` one that a later look found otherwise. */
export interface Turned {
  readonly id: string
  readonly state: 'proven' | 'unproven' | 'wrong' | 'updated' | 'stopped'
  readonly why: Text | null
}

/** What came of a rotation: no secret in it, `reveal` only names where the new token can be looked at once. */
export interface Rotation {
  readonly app: string
  /** `null` when something could not be seen, false when a later look found the new token not to work. */
  readonly proven: boolean | null
  readonly machines: readonly Turned[]
  readonly devices: readonly string[] | null
  readonly reveal: string
  /** There was none before it. */
  readonly first?: true
}

const BUCKET = 'rotation'
/** As long as second looks may need the sealed tokens. */
const KEEP_MS = 1_800_000
const LOOK_MS = 60_000

/** The last step: the new token waits for one private look, by the asker or the one who approved. */
export const revealStep = (context: WorkContext): Step => ({
  id: 'reveal',
  proof: true,
  label: tr('Keep the new token for one private look', '保存新權杖以供一次私下查看'),
  do: async (recall) => {
    const { app, job, actor, approver, store } = context
    const kept = keptTokens(recall)
    if (kept === undefined) return null
    await store.put(BUCKET, job, kept, { ttlMs: KEEP_MS })
    await hide(context, job, {
      label: tr(`Gateway token of ${app}`, `${app} 的閘道權杖`),
      value: freshOf(context, kept).reveal(),
      for: [...new Set([actorKey(actor), approver ?? actorKey(actor)])],
      verb: 'openclaw token rotate',
      app,
    })
    return null
  },
})

export function rotationOf(
  { app, job }: WorkContext,
  { targets, first }: Turn,
  recall: Recall,
): Rotation {
  const refusals = (recall('refused') ?? {}) as Readonly<Record<string, Refusal>>
  const proofs = targets.flatMap(({ id }) => (recall(proofStep(id)) as Proof | undefined) ?? [])
  const machines = targets.map((target): Turned => {
    const { id, up, gateway, launch = false } = target
    if (!up && !launch) return { id, state: 'stopped', why: null }
    if (!gateway) return { id, state: 'updated', why: null }
    const [proof, refusal] = [recall(proofStep(id)) as Proof, refusals[id]]
    if (proof.proven && (first || refusal?.proven)) return { id, state: 'proven', why: null }
    return { id, state: 'unproven', why: proof.why ?? refusal?.why ?? NOT_ASKED }
  })
  const lists = proofs.flatMap(({ devices }) => (devices === null ? [] : [devices]))
  return {
    app,
    proven: overall(machines),
    machines,
    devices: lists.length === 0 ? null : [...new Set(lists.flat())],
    reveal: job,
    ...(first && { first }),
  }
}

const NOT_ASKED = tr(
  'The old token was not tried, because another gateway may still have it.',
  '未測試舊權杖，因為另一個閘道可能仍在使用。',
)

function overall(machines: readonly Turned[]): boolean | null {
  if (machines.some(({ state }) => state === 'wrong')) return false
  return machines.some(({ state }) => state === 'unproven') ? null : true
}

/** Something was not to be seen: it is looked at again. */
export const lookAgainAfter = ({ proven }: Rotation): number | null =>
  proven === null ? LOOK_MS : null

/** The new token first, on all gateways; the old one is sent only when none of them may still have it. */
export async function lookAgain(context: WorkContext, result: Rotation): Promise<Rotation> {
  const kept = (await context.store.get(BUCKET, context.job)) as KeptTokens | undefined
  if (kept === undefined) return result
  const news: Turned[] = []
  for (const one of result.machines) news.push(await again(one, () => newTaken(context, one, kept)))
  const all = news.every(({ state }) => state !== 'unproven' && state !== 'wrong')
  const machines: Turned[] = []
  for (const [index, one] of result.machines.entries()) {
    const seen = news[index] ?? one
    if (result.first) machines.push(seen)
    else
      machines.push(
        all ? await again(one, () => oldRefused(context, one, kept)) : backOr(one, seen),
      )
  }
  return { ...result, machines, proven: overall(machines) }
}

/** Half a proof is none: until the old token was seen to be refused, the machine stays unproven. */
const backOr = (before: Turned, seen: Turned): Turned =>
  before.state === 'unproven' && seen.state === 'proven' ? { ...before, why: NOT_ASKED } : seen

async function again(one: Turned, look: () => Promise<Refusal>): Promise<Turned> {
  if (one.state !== 'unproven') return one
  try {
    const { proven, why } = await look()
    return { ...one, state: proven ? 'proven' : 'unproven', why }
  } catch (error) {
    if (!(error instanceof OpsError) || error.code !== 'unproven') throw error
    return { ...one, state: 'wrong', why: error.text }
  }
}

async function newTaken(context: WorkContext, { id }: Turned, kept: KeptTokens): Promise<Refusal> {
  const machine = await context.fly.machine(context.app, id)
  const { token } = await lookAtToken(context, machine)
  if (!token.known) return { proven: null, why: token.why }
  return judge(id, token, freshOf(context, kept))
}

const oldRefused = (context: WorkContext, { id }: Turned, kept: KeptTokens): Promise<Refusal> =>
  proveRefused(context, id, oldOf(context, kept, id))
