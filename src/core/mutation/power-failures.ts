import type { WorkContext } from '../context.ts'
import { type ErrorCode, OpsError } from '../errors.ts'
import type { LeaseHolder } from '../fly.ts'
import { isLost } from '../step-errors.ts'
import { join, tr } from '../text.ts'
import { backContext } from './update.ts'

/** The newest thing that was known of a machine before something was asked of it. */
export interface Baseline {
  readonly at: number
  readonly event: string | null
}

export type Power = 'restart' | 'start' | 'stop'

export interface Request {
  readonly id: string
  readonly action: Power
  readonly before: Baseline
  /** Somebody else's lease that the plan showed: taken away first. */
  readonly lease: LeaseHolder | null
}

/** The events by which one sees that Fly has begun. */
export const BEGINS = {
  restart: /^(?:restart|start)$/,
  start: /^start$/,
  stop: /^(?:stop|exit)$/,
} as const

/** Errors with these codes tell the machine's state themselves. */
export const TELLING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'unproven',
  'not_ready',
  'cancelled',
])

export function notSeen(
  { id, action }: Request,
  { code, text, hint, reference }: OpsError,
): OpsError {
  const asked = tr(
    `Fly had taken the request to ${action} ${id}; what came of it was not seen.`,
    `Fly 已接受${ZH[action]} ${id} 的要求；但未看到結果。`,
  )
  return new OpsError(code, join(' ', text, asked), {
    ...(hint !== undefined && { hint }),
    ...(reference !== undefined && { reference }),
  })
}

/** Once Fly was asked, a cancel can't take it back: then the words say how far it got. */
export async function sayingIfCancelled<T>(
  context: WorkContext,
  request: Request,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const reason: unknown = context.signal.reason
    if (!context.signal.aborted || isLost(reason) || isLost(error)) throw error
    throw await cancelledMidway(context, request, reason)
  }
}

const ZH: Readonly<Record<Power, string>> = { restart: '重新啟動', start: '啟動', stop: '停止' }

async function cancelledMidway(
  context: WorkContext,
  request: Request,
  reason: unknown,
): Promise<OpsError> {
  const { id, action, before } = request
  const { app, fly } = backContext(context)
  const machine = await fly.machine(app, id).catch(() => null)
  const why = reason instanceof OpsError ? reason.text : tr('Cancelled.', '已取消。')
  const heardOf = machine?.events.some(
    ({ type, at }) => at > before.at && BEGINS[action].test(type),
  )
  const how = heardOf
    ? tr(
        `Fly had already been asked to ${action} ${id} and goes on with it.`,
        `Fly 已收到${ZH[action]} ${id} 的要求，會繼續執行。`,
      )
    : tr(
        `Fly shows no sign that it began to ${action} ${id}.`,
        `Fly 沒有開始${ZH[action]} ${id} 的跡象。`,
      )
  const now =
    machine === null
      ? tr('Its state could not be read.', '無法讀取其狀態。')
      : tr(`It is ${machine.state} now.`, `目前狀態為 ${machine.state}。`)
  return new OpsError('cancelled', join(' ', why, how, now), {
    hint: tr('Look at /openclaw status in a minute.', '請一分鐘後查看 /openclaw status。'),
  })
}
