import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { isUp } from '../mutation/kept.ts'
import { fields, text } from '../reply.ts'
import { join, type Text, tr, utc } from '../text.ts'
import { rememberSecret, sha256Of } from './kept.ts'
import { holders } from './look.ts'
import type { SetResult } from './set-words.ts'
import { KNOWN } from './shapes.ts'
import { changedSince, changeSecret, type Mark, markIn, markOf } from './vault.ts'
import { NO_WAY_BACK } from './words.ts'

export interface SetOptions {
  readonly name: string
  /** A reference to the value, never the value. */
  readonly value: string
}
export interface SetData {
  readonly before: Mark | null
}

/** What setting it would do; in the running processes the value is compared by digest, for the question only. */
export async function planSet(context: WorkContext, { name, value }: SetOptions): Promise<Plan> {
  const { app, fly, phase } = context
  const [machines, secrets] = await Promise.all([fly.machines(app), fly.secrets(app)])
  const secret = await context.given(value)
  const before = markIn(secrets, name)
  const runs = phase === 'plan' ? await runningHas(context, machines, { name, secret }) : null
  const length = secret.reveal().length
  return {
    title:
      before === null
        ? tr(`Set the secret ${name} of ${app}?`, `要設定 ${app} 的密鑰 ${name} 嗎？`)
        : tr(`Replace the secret ${name} of ${app}?`, `要取代 ${app} 的密鑰 ${name} 嗎？`),
    blocks: [
      fields(
        [tr('Name', '名稱'), join(' · ', name, KNOWN[name]?.about ?? '')],
        [
          tr('Value', '值'),
          join(
            ' → ',
            was(before),
            tr(`${length} characters, given privately`, `${length} 個字元，已私下提供`),
          ),
        ],
        [tr('In the running gateway', '執行中的閘道'), compared(runs)],
      ),
      ...notes(name, machines, before).map(text),
    ],
    fingerprint: JSON.stringify([name, value, before]),
    data: { before } satisfies SetData,
  }
}

const was = (before: Mark | null): Text =>
  before === null
    ? tr('not set', '未設定')
    : tr(
        `digest ${before.digest}, set ${before.updatedAt === null ? 'at an unknown time' : utc(before.updatedAt)}`,
        `摘要 ${before.digest}，設定於${before.updatedAt === null ? '不明時間' : ` ${utc(before.updatedAt)}`}`,
      )

/** Whether the running gateways have just this value; null when that could not be seen of one, or none runs. */
async function runningHas(
  context: WorkContext,
  machines: readonly Machine[],
  { name, secret }: { readonly name: string; readonly secret: Parameters<typeof sha256Of>[0] },
): Promise<boolean | null> {
  const envs = (await holders(context, machines, [name])).flatMap(({ env }) => env ?? [])
  const values = envs.map((env) => (env.known ? env.values[name] === sha256Of(secret) : null))
  if (values.includes(false)) return false
  return values.length === 0 || values.includes(null) ? null : true
}

const COMPARED: Readonly<Record<'true' | 'false', Text>> = {
  true: tr('has this very value', '已有相同的值'),
  false: tr('has another value or none', '是另一個值或沒有'),
}
const compared = (runs: boolean | null): Text =>
  runs === null ? tr('could not be compared', '無法比對') : COMPARED[`${runs}`]

function notes(name: string, machines: readonly Machine[], before: Mark | null): readonly Text[] {
  const up = machines.filter(isUp).map(({ id }) => id)
  const upper = name.toUpperCase()
  return [
    up.length === 0
      ? tr(
          'No machine runs: the next start or update of a machine brings it.',
          '沒有執行中的機器：下一次啟動或更新機器時會取得。',
        )
      : tr(
          `It is only staged: ${up.join(', ')} keeps what it has until you press Apply, which restarts it (20–120 s away). Nothing restarts now.`,
          `只會先暫存：${up.join('、')} 會沿用現有的值，直到按下「套用」才重新啟動（中斷約 20–120 秒）。現在不會重新啟動。`,
        ),
    ...(upper !== name && KNOWN[upper] !== undefined
      ? [
          tr(
            `⚠️ Small and capital letters differ: the gateway reads ${upper}, not ${name}.`,
            `⚠️ 大小寫不同：閘道讀取的是 ${upper}，不是 ${name}。`,
          ),
        ]
      : []),
    ...(before === null ? [] : [NO_WAY_BACK]),
  ]
}

/** Sets it, sees it in Fly's list, and remembers what a process has to have for it to count as applied. */
export async function runSet(
  context: WorkContext,
  { name, value }: SetOptions,
  { before }: SetData,
): Promise<SetResult> {
  const { app, fly } = context
  const secret = await context.given(value)
  const recall = await context.steps(
    tr(`Setting ${name} of ${app}`, `正在設定 ${app} 的 ${name}`),
    [
      {
        id: 'set',
        label: tr(`Set ${name} at Fly`, `在 Fly 設定 ${name}`),
        do: () => changeSecret(context, { name, value: secret.reveal(), before }),
        done: () => changedSince(context, { name, before }),
      },
      {
        id: 'seen',
        proof: true,
        label: tr('See it in Fly’s list', '在 Fly 的清單中確認'),
        do: async () => {
          const mark = await markOf(context, name)
          if (mark === null) throw notThere(name)
          await rememberSecret(context, name, { value: secret, digest: mark.digest })
          return mark
        },
      },
    ],
  )
  const mark = recall('seen') as Mark
  const machines = await fly.machines(app)
  return {
    app,
    name,
    digest: mark.digest,
    changed: mark.digest !== before?.digest,
    machines: machines.filter(isUp).map(({ id }) => id),
  }
}

const notThere = (name: string): OpsError =>
  new OpsError(
    'unproven',
    tr(`Fly took ${name} and does not list it.`, `Fly 接受了 ${name}，但清單中沒有。`),
    {
      hint: tr(
        'Look at /openclaw secrets list in a minute.',
        '請一分鐘後查看 /openclaw secrets list。',
      ),
    },
  )
