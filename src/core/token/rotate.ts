import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { GatewayReport } from '../gateway.ts'
import { rememberSecret } from '../logs/redaction.ts'
import { updateSteps } from '../mutation/update.ts'
import type { Step } from '../steps.ts'
import { tr } from '../text.ts'
import { putOldBack } from './back.ts'
import { tokenFindings } from './findings.ts'
import { refuseHindered } from './hindered.ts'
import { freshOf, freshToken, KEEP, keptTokens, type KeptTokens, oldOf } from './kept.ts'
import { lookAtToken } from './look.ts'
import { insist, type Proof, proveToken } from './prove.ts'
import { proveRefused, type Refusal } from './refused.ts'
import { appliedSince, type Applied, findToken, type SecretMark, setToken } from './secret.ts'

/** One machine of a rotation, as the plan saw it. */
export interface Target {
  readonly id: string
  readonly version: string
  /** It runs; any other one gets the new token when it is started, and nothing can be proven of it. */
  readonly up: boolean
  readonly gateway: boolean
  /** It has given up for want of a token, and is started with its first one. */
  readonly launch?: true
}

/** What a rotation is about; the first token of all has none before it, which nothing can put back or see refused. */
export interface Turn {
  readonly targets: readonly Target[]
  readonly first: boolean
}

interface Before {
  readonly secret: SecretMark | null
  /** By machine: the run of the gateway that has the old token. */
  readonly seen: Readonly<Record<string, GatewayReport>>
}

/** Hears when the way back was taken to its end. */
type OnBack = (what: 'back' | 'untouched') => void

const before = (recall: Recall) => recall('before') as Before
/** Runs a gateway when the rotation is over, so that something can be proven of it. */
export const live = ({ up, gateway, launch }: Target): boolean => (up || launch === true) && gateway
export const proofStep = (id: string): string => `prove.${id}`

/**
 * A rotation. Whatever happens, one token works and the job can find out which: the old one is sealed before anything changes, the new one
 * before Fly hears of it, and the way back is one piece that goes by what it sees.
 */
export const rotationSteps = (
  context: WorkContext,
  { targets, first }: Turn,
  onBack: OnBack,
): readonly Step[] => [
  {
    id: 'before',
    label: first
      ? tr('See that no other token counts', '確認沒有其他權杖生效')
      : tr('See that the present token is the one that counts', '確認目前的權杖是生效的那一個'),
    do: () => lookBefore(context, { targets, first }),
  },
  {
    id: KEEP,
    label: first
      ? tr('Make a token', '產生權杖')
      : tr('Make a new token, keep the old one sealed', '產生新權杖，封存舊權杖'),
    do: (recall) => keepBoth(context, first ? [] : targets, before(recall)),
  },
  first ? withoutUndo(secretStep(context, targets, onBack)) : secretStep(context, targets, onBack),
  ...targets.flatMap((target) => machineSteps(context, target)),
  ...(first ? [] : [refusedStep(context, targets)]),
]

const refusedStep = (context: WorkContext, targets: readonly Target[]): Step => ({
  id: 'refused',
  proof: true,
  label: tr('See that the old token is refused', '確認舊權杖已被拒絕'),
  do: (recall) => allRefused(context, targets, recall),
})

async function lookBefore(context: WorkContext, { targets, first }: Turn): Promise<Before> {
  const secret = findToken(await context.fly.secrets(context.app))
  const reports: Record<string, GatewayReport> = {}
  for (const { id } of targets.filter((target) => target.up && target.gateway)) {
    const machine = await context.fly.machine(context.app, id)
    const seen = await insist(context, () => lookAtToken(context, machine))
    refuseHindered(tokenFindings(seen, { secret, now: context.clock.now() }), [seen], first)
    reports[id] = seen.report
  }
  const mark = secret && { digest: secret.digest, updatedAt: secret.updatedAt }
  return { secret: mark ?? null, seen: reports }
}

async function keepBoth(
  context: WorkContext,
  targets: readonly Target[],
  { seen }: Before,
): Promise<KeptTokens> {
  const { app, fly, gateway, sealer, clock } = context
  const old: Record<string, string> = {}
  for (const { id } of targets.filter(live)) {
    const [machine, report] = [await fly.machine(app, id), seen[id]]
    const token = report && (await gateway.keepToken(app, machine, report))
    if (!token) throw notKept(id)
    // Logs may go on printing it.
    await rememberSecret({ ...context, now: clock.now() }, app, token.reveal())
    old[id] = sealer.seal(token.reveal())
  }
  return { fresh: sealer.seal(freshToken().reveal()), old }
}

function secretStep(context: WorkContext, targets: readonly Target[], onBack: OnBack): Step {
  return {
    id: 'secret',
    label: tr('Set the secret', '設定密鑰'),
    do: (recall) => setToken(context, fresh(context, recall), before(recall).secret),
    done: (recall) => appliedSince(context, before(recall).secret),
    undo: async (recall) =>
      onBack(await putOldBack(context, { targets, recall, before: before(recall).secret })),
  }
}

function fresh(context: WorkContext, recall: Recall) {
  const kept = keptTokens(recall)
  if (kept === undefined) throw notKept('')
  return freshOf(context, kept)
}

/** The way back of a machine is that of the secret: put back alone, it would only start with the new token again. */
function machineSteps(context: WorkContext, target: Target): readonly Step[] {
  const { id, version } = target
  const update = updateSteps(context, {
    id,
    version,
    label: tr(`Update ${id} with it`, `以新權杖更新 ${id}`),
    ...(target.launch === true && { launch: true }),
    mutate: (config) => config,
    minSecretsVersion: (recall) => (recall('secret') as Applied).version ?? undefined,
  }).map((step): Step => withoutUndo(step))
  if (!live(target)) return update
  const prove: Step = {
    id: proofStep(id),
    proof: true,
    label: tr(`See that ${id} is ready and takes the new token`, `確認 ${id} 已就緒並接受新權杖`),
    do: (recall) =>
      proveToken(context, id, {
        value: fresh(context, recall),
        before: before(recall).seen[id]?.bootId ?? null,
        devices: true,
      }),
  }
  return [...update, prove]
}

function withoutUndo({ id, label, do: run, done }: Step): Step {
  return { id, label, do: run, ...(done && { done }) }
}

/** The old token is sent only when every gateway was seen with the new one: until then some process may still live by it. */
async function allRefused(
  context: WorkContext,
  targets: readonly Target[],
  recall: Recall,
): Promise<Readonly<Record<string, Refusal>>> {
  const kept = keptTokens(recall)
  const ids = targets.filter(live).map(({ id }) => id)
  const proven = ids.every((id) => (recall(proofStep(id)) as Proof).proven === true)
  if (kept === undefined || !proven) return {}
  const found: Record<string, Refusal> = {}
  for (const id of ids) found[id] = await proveRefused(context, id, oldOf(context, kept, id))
  return found
}

const notKept = (id: string): OpsError =>
  new OpsError(
    'not_ready',
    tr(
      `The old token of ${id} could not be kept for the way back, so nothing was changed.`,
      `無法保留 ${id} 的舊權杖以供復原，因此未做任何變更。`,
    ),
    { hint: tr('Try again in a minute.', '請一分鐘後再試。') },
  )
