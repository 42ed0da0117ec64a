import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { isUp } from '../mutation/kept.ts'
import { nearest } from '../nearest.ts'
import { fields, type Reply, reply, text } from '../reply.ts'
import { type Text, tr, utc } from '../text.ts'
import { rememberRemoved } from './kept.ts'
import { holders } from './look.ts'
import { KNOWN } from './shapes.ts'
import { changedSince, changeSecret, type Mark, markIn, markOf } from './vault.ts'
import { applyButton, NO_WAY_BACK } from './words.ts'

export interface UnsetData {
  readonly before: Mark
}

/** What taking it out would do, and who would miss it; looked into only for the question. */
export async function planUnset(
  context: WorkContext,
  { name }: { readonly name: string },
): Promise<Plan> {
  const { app, fly, phase } = context
  const [machines, secrets] = await Promise.all([fly.machines(app), fly.secrets(app)])
  const before = markIn(secrets, name)
  if (before === null)
    throw noSuch(
      name,
      app,
      secrets.map((secret) => secret.name),
    )
  const warnings = phase === 'plan' ? await missed(context, machines, name) : []
  return {
    title: tr(`Take the secret ${name} out of ${app}?`, `要移除 ${app} 的密鑰 ${name} 嗎？`),
    blocks: [
      fields(
        [tr('Name', '名稱'), name],
        [tr('Fly’s digest', 'Fly 摘要'), before.digest],
        [tr('Set', '設定時間'), before.updatedAt === null ? undefined : utc(before.updatedAt)],
      ),
      ...[...warnings, KEEP, NO_WAY_BACK].map(text),
    ],
    fingerprint: JSON.stringify([name, before]),
    data: { before } satisfies UnsetData,
  }
}

const KEEP = tr(
  'Running machines keep it until they are updated: press Apply afterwards, which restarts them.',
  '執行中的機器在更新前仍保有它：之後請按「套用」，機器會重新啟動。',
)

/** Who speaks of it or runs by it. What could not be seen is said, too. */
async function missed(
  context: WorkContext,
  machines: readonly Machine[],
  name: string,
): Promise<readonly Text[]> {
  const found = await holders(context, machines, [name], { channels: true })
  const envs = found.flatMap(({ env }) => env ?? [])
  const known = KNOWN[name]
  const runs = found.some(({ report }) =>
    report?.channels?.some((channel) => channel.split(':')[0] === known?.channel),
  )
  const spoken = envs.some((env) => env.known && env.mentioned?.includes(name))
  const blind = envs.length === 0 || envs.some((env) => !env.known || env.mentioned === null)
  const channel = known?.channel ?? ''
  return [
    ...(runs
      ? [
          tr(
            `⚠️ In use: the gateway’s ${channel} channel runs by it, and stops when this is applied.`,
            `⚠️ 使用中：閘道的 ${channel} 頻道靠它運作，套用後會停止。`,
          ),
        ]
      : []),
    ...(spoken
      ? [
          tr(
            '⚠️ In use: the gateway’s config file names it, and may refuse to start without it.',
            '⚠️ 使用中：閘道的設定檔引用了它，少了它可能無法啟動。',
          ),
        ]
      : []),
    ...(known !== undefined && !runs
      ? [
          tr(
            `⚠️ The gateway reads it by itself (${enOf(known.about)}); what needs it fails when this is applied.`,
            `⚠️ 閘道會自行讀取它（${zhOf(known.about)}）；套用後需要它的功能會失敗。`,
          ),
        ]
      : []),
    ...(blind ? [BLIND] : []),
  ]
}
const enOf = (words: Text): string => (typeof words === 'string' ? words : words.en)
const zhOf = (words: Text): string => (typeof words === 'string' ? words : words['zh-TW'])

const BLIND = tr(
  'Whether the gateway’s config file names it could not be seen.',
  '無法確認閘道的設定檔是否引用它。',
)

function noSuch(name: string, app: string, names: readonly string[]): OpsError {
  const guess = nearest(name, names)
  return new OpsError(
    'bad_input',
    tr(`${app} has no secret ${name}.`, `${app} 沒有密鑰 ${name}。`),
    {
      hint:
        guess === undefined
          ? tr(
              '/openclaw secrets list shows what there is.',
              '/openclaw secrets list 會列出現有密鑰。',
            )
          : tr(`Did you mean ${guess}?`, `是指 ${guess} 嗎？`),
    },
  )
}

export interface UnsetResult {
  readonly app: string
  readonly name: string
  readonly machines: readonly string[]
}

/** Takes it out and sees that Fly lists it no more. */
export async function runUnset(
  context: WorkContext,
  { name }: { readonly name: string },
  { before }: UnsetData,
): Promise<UnsetResult> {
  const { app, fly } = context
  await context.steps(tr(`Taking ${name} out of ${app}`, `正在移除 ${app} 的 ${name}`), [
    {
      id: 'unset',
      label: tr(`Take ${name} out at Fly`, `在 Fly 移除 ${name}`),
      do: () => changeSecret(context, { name, value: null, before }),
      done: () => changedSince(context, { name, before }),
    },
    {
      id: 'seen',
      proof: true,
      label: tr('See that Fly lists it no more', '確認 Fly 的清單中已沒有'),
      do: async () => {
        if ((await markOf(context, name)) !== null) throw stillThere(name)
        await rememberRemoved(context, name, context.clock.now())
        return null
      },
    },
  ])
  const machines = await fly.machines(app)
  return { app, name, machines: machines.filter(isUp).map(({ id }) => id) }
}

const stillThere = (name: string): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `Fly was told to take ${name} out and still lists it.`,
      `已要求 Fly 移除 ${name}，但清單中仍有它。`,
    ),
    {
      hint: tr(
        'Look at /openclaw secrets list, then send the command again.',
        '請查看 /openclaw secrets list，再重新送出指令。',
      ),
    },
  )

export function unsetReply({ app, name, machines }: UnsetResult): Reply {
  if (machines.length === 0)
    return reply.ok(tr(`${name} is gone`, `已移除 ${name}`), [
      text(
        tr(
          'No machine runs; none starts with it again.',
          '沒有執行中的機器；之後啟動的也不會有它。',
        ),
      ),
    ])
  return reply.ok(
    tr(`${name} is taken out, and not applied yet`, `已移除 ${name}，尚未套用`),
    [
      text(
        tr(
          `${machines.join(', ')} keeps it until it is updated. Apply restarts it without.`,
          `${machines.join('、')} 在更新前仍保有它。「套用」會重新啟動並去除。`,
        ),
      ),
    ],
    { actions: [applyButton(app)] },
  )
}
