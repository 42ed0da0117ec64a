import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { EnvironmentReport, GatewayReport } from '../gateway.ts'
import { waitReady } from '../mutation/ready.ts'
import { join, type Text, tr } from '../text.ts'
import { expectedOf, removedOf } from './kept.ts'

/** `null` is "could not be seen"; what was seen to be otherwise is thrown. */
export interface Proof {
  readonly proven: true | null
  readonly why: Text | null
  readonly unseen: readonly string[]
}

const TRIES = 3
const PAUSE_MS = 2000

/** Waits for another run of the gateway than `before`, and compares what its process has with what was set, by digest. */
export async function proveApplied(
  context: WorkContext,
  id: string,
  before: string | null,
): Promise<Proof> {
  const machine = await context.fly.machine(context.app, id)
  const { ready, newBoot, report } = await waitReady(context, machine, before)
  if (!ready && (report.ready === false || newBoot === false)) throw notReady(id, report.reason)
  if (!ready) return { proven: null, why: report.reason, unseen: [] }
  return seeApplied(context, id, report)
}

/** What the process that was found ready has: rejects when it lacks something, has another value, or has what was taken out. */
export async function seeApplied(
  context: WorkContext,
  id: string,
  report: GatewayReport,
): Promise<Proof> {
  const secrets = await context.fly.secrets(context.app)
  const names = secrets.map(({ name }) => name)
  const removed = Object.keys(await removedOf(context)).filter((name) => !names.includes(name))
  const env = await insist(context, id, { report, names: [...names, ...removed] })
  if (!env.known) return { proven: null, why: env.why, unseen: [] }
  const wrong: string[] = removed.filter((name) => env.values[name] != null)
  const unseen: string[] = []
  for (const secret of secrets) {
    const expected = await expectedOf(context, secret)
    const has = env.values[secret.name]
    if (has == null || (expected !== undefined && has !== expected)) wrong.push(secret.name)
    else if (expected === undefined) unseen.push(secret.name)
  }
  if (wrong.length > 0) throw otherwise(id, wrong)
  return { proven: true, why: null, unseen }
}

/** One busy moment of Fly's must not leave it unproven. */
async function insist(
  { app, fly, gateway, clock, signal }: WorkContext,
  id: string,
  { report, names }: { readonly report: GatewayReport; readonly names: readonly string[] },
): Promise<EnvironmentReport> {
  for (let tries = 1; ; tries++) {
    const machine = await fly.machine(app, id)
    const env = await gateway.environment(app, machine, { seen: report, names })
    if (env.known || tries === TRIES) return env
    await clock.sleep(PAUSE_MS, signal)
  }
}

const notReady = (id: string, reason: Text | null): OpsError =>
  new OpsError(
    'unproven',
    join(
      ' ',
      tr(
        `${id} was updated with the secrets, and its gateway did not become ready within 3 minutes.`,
        `${id} 已以這些密鑰更新，但閘道在 3 分鐘內未就緒。`,
      ),
      reason ?? '',
    ),
    {
      hint: tr(
        'Look at its logs; set the secret right with secrets set, then apply again. The machines behind it were left alone.',
        '請查看其紀錄；用 secrets set 更正密鑰後再套用。其後的機器未變動。',
      ),
    },
  )

const otherwise = (id: string, names: readonly string[]): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `The gateway of ${id} was started anew, but its process does not have what Fly holds: ${names.join(', ')}.`,
      `${id} 的閘道已重新啟動，但其程序與 Fly 保存的不符：${names.join('、')}。`,
    ),
    {
      hint: tr(
        'The machine’s own env may set the same name, which goes first; look at its config, then apply again.',
        '機器自身的 env 可能設定了同名變數並優先生效；請查看其設定後再套用。',
      ),
    },
  )
