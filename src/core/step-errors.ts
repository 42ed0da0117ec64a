import type { Freeze } from './access.ts'
import { OpsError } from './errors.ts'
import type { StepMark } from './job-record.ts'
import { join, say, type Text, tr } from './text.ts'

/** Another worker has the job now, or this process is going down: leave everything as it is for the next run. */
export class LostJob extends Error {
  override readonly name = 'LostJob'
}
/** This process ends because of the job itself: the job goes back to the queue at once, for whoever comes next. */
export class HandedOver extends LostJob {}
export const isLost = (error: unknown): boolean => error instanceof LostJob

export const cancelledBy = (who: string): OpsError =>
  new OpsError('cancelled', tr(`Cancelled by ${who}.`, `已由 ${who} 取消。`))

/** The step before the one that was not begun is over; what can be taken back is taken back. */
export const stoppedByFreeze = ({ name, reason }: Freeze, job: string): OpsError =>
  new OpsError(
    'frozen',
    reason === null
      ? tr(`Stopped at a step: ${name} froze everything.`, `已在步驟之間停止：${name} 凍結了一切。`)
      : tr(
          `Stopped at a step: ${name} froze everything (${reason}).`,
          `已在步驟之間停止：${name} 凍結了一切（${reason}）。`,
        ),
    {
      hint: tr(
        `What had a way back was taken back; /ops job ${job} shows what each step did. After /ops unfreeze, look at /openclaw status and send the command again.`,
        `能復原的都已復原；/ops job ${job} 會顯示每個步驟的結果。/ops unfreeze 之後，請查看 /openclaw status 再重新送出指令。`,
      ),
    },
  )

/** What went wrong, as far as it may be shown: the words of an unexpected error stay in the log. */
export const sentence = (error: unknown): Text =>
  error instanceof OpsError
    ? error.text
    : tr('Something went wrong inside me.', '我的內部發生錯誤。')

/** For the run that finds that an earlier one was cut off while it took the change back, and has brought that to its end. */
export function cutOffOnTheWayBack(marks: Readonly<Record<string, StepMark>>): OpsError {
  const why = Object.values(marks).find((mark) => mark.why !== undefined)?.why
  return new OpsError(
    'unproven',
    join(
      ' ',
      why ?? '',
      tr(
        'I was restarted while taking the change back; that is finished now.',
        '我在復原途中重新啟動；復原現在已完成。',
      ),
    ),
    {
      hint: tr(
        'Check with /openclaw status, then send the command again.',
        '請用 /openclaw status 確認，再重新送出指令。',
      ),
    },
  )
}

/** Says truthfully that something is left half-changed: what failed first, and at which step the way back failed. */
export const halfChanged = (step: Text, first: unknown, second: unknown): OpsError =>
  new OpsError(
    'unproven',
    join(
      ' ',
      sentence(first),
      tr(`The way back failed at “${say(step, 'en')}”:`, `復原在「${say(step, 'zh-TW')}」失敗：`),
      sentence(second),
    ),
    {
      hint: tr(
        'Things may be half-changed. Look at /openclaw status before anything else.',
        '目前可能只變更了一半。請先查看 /openclaw status。',
      ),
      cause: new AggregateError([first, second], 'a step failed, and so did its way back'),
    },
  )

/** For steps of a command that this release no longer has. */
export const unknownSteps = (command: string): OpsError =>
  new OpsError(
    'unproven',
    tr(
      `/${command} was cut off half-way, and this release has no such command to finish it.`,
      `/${command} 中途被打斷，而此版本沒有這個指令可以完成它。`,
    ),
    {
      hint: tr(
        'Look at /openclaw status for the state it is in.',
        '請用 /openclaw status 查看目前狀態。',
      ),
    },
  )

/** Whether something was left half-changed, as `halfChanged` says. */
export const isHalfChanged = (error: OpsError): boolean => error.cause instanceof AggregateError
