import type { WorkContext } from '../context.ts'
import { type ErrorCode, OpsError } from '../errors.ts'
import { isHalfChanged } from '../step-errors.ts'
import { join, type Text, tr } from '../text.ts'
import { comeUp } from './come-up.ts'
import { type Before, isReady, lookAgain, type Up } from './up.ts'

/** Waits for the gateway; one that was seen not ready takes the change back, one that could not be looked at does not. */
export async function awaitUp(
  context: WorkContext,
  id: string,
  { before, failed }: { readonly before: Before; readonly failed: (state: string) => Text },
): Promise<Up> {
  const up = await comeUp(context, id, before)
  if (up.ready === false) throw notReady(up, failed(up.state))
  return up
}

function notReady({ state, exit, reason }: Up, failed: Text): OpsError {
  const ended =
    exit === null
      ? ''
      : tr(`Its process ended with code ${exit.code}.`, `程序以代碼 ${exit.code} 結束。`)
  return new OpsError(
    'not_ready',
    join(
      ' ',
      failed,
      ended,
      ...(state === 'started' && reason !== null
        ? [tr('What was seen last:', '最後看到的狀態：'), reason]
        : []),
    ),
    { hint: tr('Its logs say why: /openclaw logs.', '原因請看紀錄：/openclaw logs。') },
  )
}

/** These say nothing about how things are, or say it themselves. */
const NO_WORD: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['internal', 'unavailable'])

/** The failure with the state it left: the way back is proven by the time it comes here, or it says otherwise itself. */
export function asItWas(error: unknown, state: Text): unknown {
  if (!(error instanceof OpsError) || NO_WORD.has(error.code) || isHalfChanged(error)) return error
  const { code, text, hint, reference } = error
  return new OpsError(code, text, {
    cause: error,
    hint: join(' ', state, hint ?? ''),
    ...(reference !== undefined && { reference }),
  })
}

/** A result about a machine that was asked to come up. */
export interface Watched {
  readonly machine: string
  /** How it came up; null when it does not run. */
  readonly up: Up | null
  /** Needed for another look. */
  readonly was: Before | null
  readonly looks: number
}

const AGAIN_MS = 30_000
const LOOKS = 10

/** Something is not known yet and will be looked at again. */
export const isOpen = ({ up, looks }: Watched): boolean =>
  up !== null && looks < LOOKS && !isReady(up)

export const upFollow = {
  after: (result: Watched): number | null => (isOpen(result) ? AGAIN_MS : null),
  look: async <R extends Watched>(context: WorkContext, result: R): Promise<R> => ({
    ...result,
    ...(result.was !== null && { up: await lookAgain(context, result.machine, result.was) }),
    looks: result.looks + 1,
  }),
}
