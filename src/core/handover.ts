import type { WorkContext } from './context.ts'
import type { Store, Clock } from './ports.ts'
import { OUTBOX, type OutboxRecord } from './outbox.ts'
import { isOwnMachine } from './own-machine.ts'
import { code, text } from './reply.ts'
import { join, type Text, tr } from './text.ts'

/** That a job is about to end the process that runs it, written down before it does; the next process goes on with it. */
export interface Handover {
  readonly machine: string
  readonly at: number
  /** The run that wrote it. */
  readonly boot: string
}

/** The last words have this long to reach the people: later they would come from the next process. */
const FLUSH_MS = 3000
const LOOK_MS = 100

/** What people can do when the bot does not come back: a sentence and its command. */
export interface IfLost {
  readonly words: Text
  readonly command: string
}

/** To be called right before Fly is asked to end, replace or restart a machine: does nothing unless it is the own one. */
export async function handOver(context: WorkContext, id: string, ifLost?: IfLost): Promise<void> {
  const { app, self } = context
  if (!isOwnMachine(context, app, id)) return
  const { words, command } = ifLost ?? {
    words: tr('I did not come back. See why:', '我沒有恢復。請查看原因：'),
    command: `fly machine status ${id} -a ${app}`,
  }
  const blocks = [
    text(
      tr(
        'This is the machine I run on. Back in a moment: the result comes in this message.',
        '這是我所在的機器。我馬上回來：結果會顯示在此訊息中。',
      ),
    ),
    text(
      join(
        ' ',
        tr('If this message has not changed in 5 minutes:', '若此訊息 5 分鐘後仍未改變：'),
        words,
      ),
    ),
    code(command),
  ]
  const handover = { machine: id, at: context.clock.now(), boot: self?.boot ?? '' }
  await context.handOver?.(handover, blocks)
}

/** Waits until the newest words of a message were taken by its platform, a short while at most. */
export async function untilTold(
  { store, clock }: { readonly store: Pick<Store, 'get'>; readonly clock: Clock },
  key: string,
): Promise<void> {
  const giveUp = clock.now() + FLUSH_MS
  while (clock.now() < giveUp) {
    const record = (await store.get(OUTBOX, key)) as OutboxRecord | undefined
    if (record === undefined || record.delivered >= record.rev) return
    await clock.sleep(LOOK_MS)
  }
}
