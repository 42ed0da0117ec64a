import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Secret } from '../secret.ts'
import { type Text, tr } from '../text.ts'
import { insist } from './prove.ts'
import { lookAtToken } from './look.ts'

/** Whether the old token was seen to be refused with the code for a wrong one; `null` when that was not to be seen. */
export interface Refusal {
  readonly proven: true | null
  readonly why: Text | null
}

/** Sends a token that no process has any more. Rejects when the gateway takes it. */
export async function proveRefused(
  context: WorkContext,
  id: string,
  dead: Secret,
): Promise<Refusal> {
  const machine = await context.fly.machine(context.app, id)
  const { token } = await insist(context, () => lookAtToken(context, machine, { dead }))
  if (!token.known) return { proven: null, why: token.why }
  if (token.dead === 'accepted') throw stillTaken(id)
  if (token.dead === 'refused') return { proven: true, why: null }
  const answer = token.status ?? 0
  return {
    proven: null,
    why: tr(
      `To the old token ${id} gave no clear answer (${answer === 0 ? 'none' : answer}).`,
      `${id} 對舊權杖沒有明確回應（${answer === 0 ? '無回應' : answer}）。`,
    ),
  }
}

const stillTaken = (id: string): OpsError =>
  new OpsError(
    'unproven',
    tr(`The gateway of ${id} still takes the old token.`, `${id} 的閘道仍接受舊權杖。`),
    {
      hint: tr(
        'Send token check: something beside the secret lets it in.',
        '請執行 token check：除了密鑰之外另有設定放行。',
      ),
    },
  )
