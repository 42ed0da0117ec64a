import { createHash } from 'node:crypto'
import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { waitReady } from '../mutation/ready.ts'
import type { Secret } from '../secret.ts'
import { type Text, tr } from '../text.ts'
import { type KnownToken, lookAtToken, type TokenLook } from './look.ts'

/** `null` is "could not be seen"; what was seen to be otherwise is thrown. */
export interface Proof {
  readonly proven: true | null
  readonly why: Text | null
  readonly bootId: string | null
  readonly devices: readonly string[] | null
}

const TRIES = 3
const PAUSE_MS = 2000

export const digestOf = (value: Secret): string =>
  createHash('sha256').update(value.reveal()).digest('hex')

/** Waits for another run of the gateway than `before`, and proves that it has this token, takes it, and takes no other. */
export async function proveToken(
  context: WorkContext,
  id: string,
  want: { readonly value: Secret; readonly before: string | null; readonly devices?: boolean },
): Promise<Proof> {
  const machine = await context.fly.machine(context.app, id)
  const { ready, newBoot, report } = await waitReady(context, machine, want.before)
  const unseen = (why: Text | null): Proof => ({ proven: null, why, bootId: null, devices: null })
  if (!ready && (report.ready === false || newBoot === false)) throw notReady(id, report.reason)
  if (!ready) return unseen(report.reason)
  const { devices = false } = want
  const { token } = await insist(context, (first) =>
    lookAtToken(context, machine, { devices, ...(first && { seen: report }) }),
  )
  if (!token.known) return unseen(token.why)
  return { ...judge(id, token, want.value), bootId: report.bootId, devices: token.devices }
}

/** Looks again a few times while nothing can be told: one busy moment of Fly's must not leave a rotation unproven. */
export async function insist(
  { clock, signal }: Pick<WorkContext, 'clock' | 'signal'>,
  look: (first: boolean) => Promise<TokenLook>,
): Promise<TokenLook> {
  for (let tries = 1; ; tries++) {
    const seen = await look(tries === 1)
    const { token } = seen
    const clear = token.known && token.current !== 'unknown' && token.other !== 'unknown'
    if (clear || tries === TRIES) return seen
    await clock.sleep(PAUSE_MS, signal)
  }
}

/** Rejects when the process was seen to have or take another token. */
export function judge(id: string, token: KnownToken, value: Secret): Pick<Proof, 'proven' | 'why'> {
  if (token.sha256 !== digestOf(value)) throw otherToken(id)
  if (token.current === 'refused') throw refuses(id)
  if (token.other === 'accepted') throw takesAny(id)
  if (token.current === 'accepted' && token.other === 'refused') return { proven: true, why: null }
  return {
    proven: null,
    why: tr(
      `${id} has the token, but whether it takes it was not to be seen.`,
      `${id} 已有該權杖，但無法確認是否接受。`,
    ),
  }
}

const LOGS = tr('Look at its logs, then send the command again.', '請查看其紀錄，再重新送出指令。')

const notReady = (id: string, reason: Text | null): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `The gateway of ${id} did not become ready with the token within 3 minutes.${reason === null ? '' : ` ${inEnglish(reason)}`}`,
      `${id} 的閘道在 3 分鐘內未以該權杖就緒。${reason === null ? '' : inChinese(reason)}`,
    ),
    { hint: LOGS },
  )

const inEnglish = (text: Text): string => (typeof text === 'string' ? text : text.en)
const inChinese = (text: Text): string => (typeof text === 'string' ? text : text['zh-TW'])

const otherToken = (id: string): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `The gateway of ${id} runs with another token than the one that was set.`,
      `${id} 的閘道使用的權杖與設定的不同。`,
    ),
    { hint: LOGS },
  )

const refuses = (id: string): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `The gateway of ${id} has the token and refuses it: something else decides, see token check.`,
      `${id} 的閘道有該權杖卻拒絕它：另有設定生效，請查看 token check。`,
    ),
    { hint: LOGS },
  )

const takesAny = (id: string): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `The gateway of ${id} takes any token, so it does not check them.`,
      `${id} 的閘道接受任何權杖，代表沒有檢查。`,
    ),
    { hint: LOGS },
  )
