import { HINTS } from '../complete-things.ts'
import type { WorkContext } from '../context.ts'
import { type Block, type Reply, reply, table, text } from '../reply.ts'
import { type Text, tr, utc } from '../text.ts'
import { removedOf } from './kept.ts'
import { type Having, heldBy, holders, overall, removedFrom } from './look.ts'
import { KNOWN } from './shapes.ts'
import { applyButton } from './words.ts'

/** Field names are public; a value is nowhere in it. */
export interface SecretList {
  readonly app: string
  readonly secrets: ReadonlyArray<{
    readonly name: string
    readonly digest: string
    readonly setAt: string | null
    readonly machines: ReadonlyArray<{ readonly id: string; readonly having: Having }>
    /** As in status: true when a machine lacks it, null when that is not known. */
    readonly staged: boolean | null
  }>
  readonly machines: readonly string[]
  /** Taken out, and a machine's process has it still. */
  readonly leftOver: readonly string[]
}

export async function listSecrets(context: WorkContext): Promise<SecretList> {
  const { app, fly, store } = context
  const [machines, secrets] = await Promise.all([fly.machines(app), fly.secrets(app)])
  const names = secrets.map(({ name }) => name)
  await store.put(HINTS, `name.${app}`, names)
  const gone = Object.keys(await removedOf(context))
  const found = await holders(context, machines, [...new Set([...names, ...gone])])
  const held = await heldBy(context, secrets, found)
  const removed = await removedFrom(context, names, found)
  return {
    app,
    machines: machines.map(({ id }) => id),
    secrets: held.map((one) => ({
      name: one.secret.name,
      digest: one.secret.digest,
      setAt: one.secret.updatedAt === null ? null : utc(one.secret.updatedAt),
      machines: one.machines,
      staged: STAGED[overall(one)],
    })),
    leftOver: removed.filter((one) => overall(one) === 'staged').map(({ name }) => name),
  }
}

const STAGED: Readonly<Record<Having, boolean | null>> = {
  applied: false,
  staged: true,
  unknown: null,
}
const WORDS: Readonly<Record<Having, Text>> = {
  applied: tr('applied', '已套用'),
  staged: tr('staged', '待套用'),
  unknown: tr('unknown', '不明'),
}

export function listReply(list: SecretList): Reply {
  const { app, secrets, machines, leftOver } = list
  if (secrets.length === 0 && leftOver.length === 0)
    return reply.info(tr(`${app} has no secrets`, `${app} 沒有任何密鑰`), [
      text(
        tr(
          '/openclaw secrets set name=ANTHROPIC_API_KEY sets the first one.',
          '/openclaw secrets set name=ANTHROPIC_API_KEY 可設定第一個。',
        ),
      ),
    ])
  const open = leftOver.length > 0 || secrets.some(({ staged }) => staged !== false)
  const said = open ? reply.warn : reply.ok
  return said(tr(`Secrets of ${app}`, `${app} 的密鑰`), [rows(list), ...notes(list)], {
    ...(open && machines.length > 0 && { actions: [applyButton(app)] }),
  })
}

/** One column of states where there is one machine; with more, each machine has its own. */
const rows = ({ secrets, machines }: SecretList): Block =>
  table(
    [
      tr('Name', '名稱'),
      tr('Fly’s digest', 'Fly 摘要'),
      tr('Set', '設定時間'),
      ...(machines.length === 1 ? [tr('State', '狀態')] : machines),
    ],
    secrets.map(({ name, digest, setAt, machines: has }) => [
      name,
      digest,
      setAt ?? tr('unknown', '不明'),
      ...has.map(({ having }) => WORDS[having]),
    ]),
  )

function notes({ secrets, machines, leftOver }: SecretList): readonly Block[] {
  const has = (one: Having) =>
    secrets.some((secret) => secret.machines.some((m) => m.having === one))
  const uses = secrets.flatMap(({ name }) => (KNOWN[name] === undefined ? [] : [name]))
  const words: readonly Text[] = [
    ...(machines.length === 0 ? [NO_MACHINE] : []),
    ...(leftOver.length === 0
      ? []
      : [
          tr(
            `Taken out, but a machine still has it: ${leftOver.join(', ')}. Apply ends that.`,
            `已移除但機器仍保有：${leftOver.join('、')}。「套用」即可去除。`,
          ),
        ]),
    ...(has('staged') ? [STAGED_WORDS] : []),
    ...(has('unknown') ? [UNKNOWN_WORDS] : []),
    ...(uses.length === 0 ? [NO_PROVIDER] : []),
  ]
  return words.map(text)
}

const NO_MACHINE = tr(
  'The app has no machine: the next one made gets them.',
  '此應用程式沒有機器：下一部建立的機器會取得這些密鑰。',
)
const STAGED_WORDS = tr(
  'Staged: Fly has it, the machine’s process has not. Apply gives it to it, with a restart.',
  '待套用：Fly 已有，但機器的程序還沒有。「套用」會重新啟動機器並交給它。',
)
const UNKNOWN_WORDS = tr(
  'Unknown: the machine was started since it was set and not updated, or its newest events do not reach back that far. Apply makes it certain.',
  '不明：設定後機器曾啟動但未更新，或事件紀錄不夠久遠。「套用」可確保已取得。',
)
const NO_PROVIDER = tr(
  'No provider’s key is among them, so the gateway can ask no model unless its config file holds one.',
  '其中沒有模型供應商的金鑰；除非設定檔中有，否則閘道無法使用模型。',
)
