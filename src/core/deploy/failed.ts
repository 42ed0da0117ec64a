import { OpsError, type ErrorCode } from '../errors.ts'
import { isHalfChanged } from '../step-errors.ts'
import { join, type Text, tr } from '../text.ts'
import type { DeployChange, Target } from './change.ts'
import { nameFor } from './plan-words.ts'
import type { Taken } from './record.ts'
import { snapshotHint } from './restore-words.ts'
import type { Row } from './result.ts'

/** How far it had come when a machine did not take the image. */
export interface Failed {
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
