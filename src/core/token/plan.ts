import type { Plan } from '../command.ts'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { isUp, reachable, settledNow } from '../mutation/kept.ts'
import { isOwnMachine, ownWarning } from '../own-machine.ts'
import { type Block, fields, text } from '../reply.ts'
import { count, join, type Text, tr } from '../text.ts'
import { hinders, tokenFindings } from './findings.ts'
import { FIRST_WARNING, toLaunch } from './first.ts'
import { refuseHindered } from './hindered.ts'
import { gatewaysOf, lookAtToken, type TokenLook } from './look.ts'
import { live, type Target } from './rotate.ts'
import { findToken } from './secret.ts'

/** How long a gateway was seen to be away while its machine boots, at most (FLY.md §9). */
const DOWN_SECONDS = '20–120'

/** What a rotation would do. Rejects when it would be pointless; the gateways are looked into only for the question. */
export async function rotationPlan(context: WorkContext): Promise<Plan> {
  const { app, fly, phase } = context
  const [machines, secrets] = await Promise.all([fly.machines(app), fly.secrets(app)])
  // The own machine comes last: whatever is before it is done when this process goes away.
  const secret = findToken(secrets)
  const first = secret === undefined
  const targets = ownLast(context, targetsOf(machines, first))
  const looks = phase === 'plan' ? await lookAtAll(context, machines, targets) : []
  const findings = looks.flatMap((seen) =>
    tokenFindings(seen, { secret, now: context.clock.now() }),
  )
  refuseHindered(findings, looks, first)
  return {
    title: first
      ? tr(`Give the gateway of ${app} its first token?`, `要為 ${app} 的閘道設定第一個權杖嗎？`)
      : tr(`Rotate the gateway token of ${app}?`, `要輪替 ${app} 的閘道權杖嗎？`),
    blocks: [
      ...findings.filter((one) => !hinders(one)).map((one) => text(one.text)),
      what(targets, first),
      ...ownWarning(
        context,
        targets.map(({ id }) => id),
      ).map(text),
      ...(first ? [FIRST_WARNING] : WARNINGS).map(text),
      ...devicesOf(looks, first),
    ],
    fingerprint: JSON.stringify([targets, secret?.digest, secret?.updatedAt]),
    data: { targets, ...(first && { first }) },
  }
}

/** Nobody can list the devices of a gateway that does not run for want of its first token. */
const devicesOf = (looks: readonly TokenLook[], first: boolean): readonly Block[] =>
  first && looks.length === 0
    ? []
    : [text(deviceWords(looks.flatMap(({ token }) => (token.known ? [token.devices] : []))))]

const ownLast = (context: WorkContext, targets: readonly Target[]): readonly Target[] =>
  targets.toSorted(
    (a, b) =>
      Number(isOwnMachine(context, context.app, a.id)) -
      Number(isOwnMachine(context, context.app, b.id)),
  )

function targetsOf(machines: readonly Machine[], first: boolean): readonly Target[] {
  const found = gatewaysOf(machines)
  const gateways = new Set(found.map(({ id }) => id))
  const launch = first ? toLaunch(found) : undefined
  const targets = machines.map((machine) => ({
    id: machine.id,
    version: settledNow(reachable(machine)).version,
    up: isUp(machine),
    gateway: gateways.has(machine.id),
    ...(machine.id === launch && { launch: true as const }),
  }))
  if (targets.some(live)) return targets
  throw new OpsError(
    'not_ready',
    tr(
      'No gateway runs, so it could not be seen that a new token works.',
      '沒有執行中的閘道，無法確認新權杖有效。',
    ),
    { hint: tr('Start the machine, then rotate.', '請先啟動機器，再輪替。') },
  )
}

const lookAtAll = (
  context: WorkContext,
  machines: readonly Machine[],
  targets: readonly Target[],
): Promise<readonly TokenLook[]> => {
  const live = new Set(targets.filter(({ up, gateway }) => up && gateway).map(({ id }) => id))
  return Promise.all(
    machines
      .filter(({ id }) => live.has(id))
      .map((machine) => lookAtToken(context, machine, { devices: true })),
  )
}

function what(targets: readonly Target[], first: boolean): Block {
  const up = targets.filter((target) => target.up)
  const launched = targets.filter((target) => target.launch)
  const idle = targets.filter((target) => !target.up && !target.launch)
  const ids = (some: readonly Target[]): string | undefined =>
    some.length === 0 ? undefined : some.map(({ id }) => id).join(', ')
  return fields(
    [
      tr('Token', '權杖'),
      first
        ? tr('none → 64 random characters', '無 → 64 個隨機字元')
        : tr('the present one → 64 new random characters', '目前的權杖 → 64 個新的隨機字元'),
    ],
    [tr('Restarts, one after another', '依序重新啟動'), ids(up)],
    [tr('Starts', '啟動'), ids(launched)],
    [tr('Stopped: gets it when started', '已停止：啟動時取得'), ids(idle)],
    [
      up.length === 0 ? tr('Takes', '所需時間') : tr('Away', '中斷時間'),
      join(
        '',
        tr(`about ${DOWN_SECONDS} s each`, `每部約 ${DOWN_SECONDS} 秒`),
        up.length > 1 ? join('', ' (', count(up.length, 'machine', 'machines', '部機器'), ')') : '',
      ),
    ],
  )
}

const WARNINGS: readonly Text[] = [
  tr(
    'Browsers, command lines and nodes that use the shared token are locked out until they are given the new one. Running work is interrupted.',
    '使用共用權杖的瀏覽器、指令列與節點，在取得新權杖前都無法連線。進行中的工作會中斷。',
  ),
  tr(
    'If the new token is not seen to work, the old one is put back.',
    '若無法確認新權杖有效，會還原舊權杖。',
  ),
]

/** Who gets in without the shared token, before and after a rotation (OPENCLAW.md §6). */
export function deviceWords(found: ReadonlyArray<readonly string[] | null>): Text {
  const known = found.filter((one) => one !== null)
  const names = known.flat()
  if (known.length === 0)
    return tr(
      'Paired devices keep their access; they could not be listed.',
      '已配對的裝置會保有存取權；目前無法列出。',
    )
  if (names.length === 0) return tr('No device is paired.', '沒有已配對的裝置。')
  return join(
    '',
    count(names.length, 'paired device keeps', 'paired devices keep', '部已配對的裝置會保有'),
    tr(` access: ${names.join(', ')}`, `存取權：${names.join('、')}`),
  )
}
