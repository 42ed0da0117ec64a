import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { type Reply, reply, table, text } from '../reply.ts'
import { join, type Text, tr } from '../text.ts'
import type { Applied, ApplyResult } from './apply.ts'
import { seeApplied } from './prove.ts'
import { applyButton } from './words.ts'

const LOOK_MS = 60_000

/** Something was not to be seen: it is looked at again. */
export const lookAgainAfter = ({ machines }: ApplyResult): number | null =>
  machines.some(({ state }) => state === 'unproven') ? LOOK_MS : null

export async function lookAgain(context: WorkContext, result: ApplyResult): Promise<ApplyResult> {
  const machines: Applied[] = []
  for (const one of result.machines)
    machines.push(one.state === 'unproven' ? await again(context, one) : one)
  return { ...result, machines }
}

async function again(context: WorkContext, one: Applied): Promise<Applied> {
  const { app, fly, gateway } = context
  try {
    const report = await gateway.probe(app, await fly.machine(app, one.id))
    if (report.ready !== true) return { ...one, why: report.reason }
    const { proven, why, unseen } = await seeApplied(context, one.id, report)
    return { ...one, state: proven ? 'proven' : 'unproven', why, unseen }
  } catch (error) {
    if (!(error instanceof OpsError) || error.code !== 'unproven') throw error
    return { ...one, state: 'wrong', why: error.text }
  }
}

export function applyReply({ app, machines }: ApplyResult): Reply {
  if (machines.length === 0)
    return reply.ok(tr(`All secrets of ${app} are applied`, `${app} 的密鑰皆已套用`), [
      text(tr('Nothing was changed, and nothing restarted.', '未做任何變更，也沒有重新啟動。')),
    ])
  const rows = table(
    [tr('Machine', '機器'), tr('Secrets', '密鑰')],
    machines.map(({ id, state, why }) => [id, join(' ', STATES[state], why ?? '')]),
  )
  const unseen = [...new Set(machines.flatMap((one) => one.unseen))]
  const notes = unseen.length === 0 ? [] : [text(setElsewhere(unseen))]
  const has = (state: Applied['state']) => machines.some((one) => one.state === state)
  if (has('wrong'))
    return reply.error(tr(`Secrets of ${app} are not as set`, `${app} 的密鑰與設定不符`), [rows], {
      actions: [applyButton(app)],
    })
  if (has('unproven'))
    return reply.warn(
      tr(`Applied at ${app}; not everything was seen yet`, `已套用 ${app}，但尚未全部確認`),
      [rows, text(tr('I look again in a minute.', '一分鐘後會再確認。')), ...notes],
    )
  return reply.ok(tr(`The secrets of ${app} are applied`, `已套用 ${app} 的密鑰`), [rows, ...notes])
}

const STATES: Readonly<Record<Applied['state'], Text>> = {
  proven: tr('ready anew, and its process has them', '已重新就緒，程序已取得'),
  unproven: tr('updated; not seen yet.', '已更新；尚未確認。'),
  wrong: tr('updated; seen otherwise.', '已更新；但與預期不同。'),
  updated: tr('updated', '已更新'),
  stopped: tr('updated; has them when it is started', '已更新；啟動時取得'),
}

const setElsewhere = (names: readonly string[]): Text =>
  tr(
    `Set elsewhere, so that the process has them was seen, but their values could not be compared: ${names.join(', ')}.`,
    `由其他工具設定，已確認程序擁有，但無法比對其值：${names.join('、')}。`,
  )
