import { OpsError, type ErrorCode } from '../errors.ts'
import { isHalfChanged } from '../step-errors.ts'
import type { Action } from '../reply.ts'
import { join, type Text, tr } from '../text.ts'
import type { DeployChange, Target } from './change.ts'
import { nameFor } from './plan-words.ts'
import type { Taken } from './record.ts'
import { snapshotHint } from './restore-words.ts'
import type { Row } from './result.ts'

/** How far it had come when a machine did not take the image. */
export interface Failed {
  readonly app: string
  readonly change: DeployChange
  readonly target: Target
  /** Machines that had it before, proven. */
  readonly rows: readonly Row[]
  readonly left: readonly string[]
  readonly taken: readonly Taken[]
}

/** These say nothing about how things are, or say it themselves. */
const NO_WORD: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'internal',
  'unavailable',
  'stale_version',
])

const button =
  (label: Text, command: string) =>
  (app: string): Action => ({
    label,
    style: 'neutral',
    intent: { do: 'run', command: `openclaw ${command}`, input: { app } },
  })
const LOGS = button(tr('Logs', '紀錄'), 'logs')
const DOCTOR = button(tr('Doctor', '診斷'), 'doctor')
const STATUS = button(tr('Status', '狀態'), 'status')
const HISTORY = button(tr('Deploys', '部署歷史'), 'deploy history')
const VOLUMES = button(tr('Volumes', '磁碟區'), 'volumes list')

/** No snapshot, so no machine was touched. */
export function withoutSnapshot(app: string, error: unknown): unknown {
  if (!(error instanceof OpsError)) return error
  const { code, text, hint, reference, cause } = error
  return new OpsError(code, text, {
    cause: isHalfChanged(error) ? cause : error,
    next: [VOLUMES, STATUS].map((one) => one(app)),
    ...(hint !== undefined && { hint }),
    ...(reference !== undefined && { reference }),
  })
}

/** The failure with the state of each machine. By the time it comes here the way back is proven, or the error says that it is not. */
export function failedWith(error: unknown, failed: Failed): unknown {
  if (!(error instanceof OpsError)) return error
  const { code, text, hint, reference, cause } = error
  const half = isHalfChanged(error)
  const states = [
    half || NO_WORD.has(code) ? '' : backWords(failed),
    doneWords(failed),
    leftWords(failed),
    half ? snapshotHint(failed.taken) : '',
  ]
  return new OpsError(code, text, {
    hint: join(' ', ...states, hint ?? ''),
    next: [LOGS, DOCTOR, STATUS, HISTORY].map((one) => one(failed.app)),
    // Whether something is half-changed is told by the cause.
    cause: half ? cause : error,
    ...(reference !== undefined && { reference }),
  })
}

function backWords({ target }: Failed): Text {
  const { id, now, started, wasReady } = target
  const name = nameFor(now)
  const well = started && wasReady
  return tr(
    `${id} has its old image, ${name}${well ? ', runs, and its gateway is ready' : ''}.`,
    `${id} 維持舊的映像檔 ${name}${well ? '，執行中且閘道就緒' : ''}。`,
  )
}

function doneWords({ rows, change }: Failed): Text {
  if (rows.length === 0) return ''
  const ids = rows.map(({ id }) => id).join(', ')
  const name = nameFor(change.to)
  return tr(`${ids} has the new image, ${name}.`, `${ids} 已使用新的映像檔 ${name}。`)
}

const leftWords = ({ left }: Failed): Text =>
  left.length === 0 ? '' : tr(`Left alone: ${left.join(', ')}.`, `未變動：${left.join('、')}。`)
