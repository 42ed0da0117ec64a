import type { Recall, WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import { attempt } from '../mutation/attempt.ts'
import { lookPatiently, passing } from '../mutation/settle.ts'
import { backContext } from '../mutation/update.ts'
import { waitReady } from '../mutation/ready.ts'
import type { Step } from '../steps.ts'
import { type Text, tr } from '../text.ts'
import type { Checked, ConfigChange, ConfigSeen } from './port.ts'
import { changedMeanwhile, notReady, refused, unanswered, unseen } from './write-errors.ts'

/** A file that was written; plain JSON. */
export interface WriteDone {
  readonly sha256: string
  /** What the history calls the new content and the one before it. */
  readonly id: string | null
  readonly from: string | null
  /** Just before the file was put in place; the machine's clock, ms. */
  readonly at: number
  readonly checked: Checked
  /** The file said that already. */
  readonly same?: boolean
}
export interface Write {
  readonly machine: string
  /** Digest of the file that was planned for, `missing` for none. */
  readonly before: string
  /** The gateway was ready before, so the way back is proven only when it is ready again. */
  readonly wasReady: boolean | null
}

const LOOKS = 5
const PAUSE_MS = 2000
export const WRITE = 'write'

/** Writes the file once, whatever happens in between, and can put the old one back. `change` is asked for at the last moment. */
export function writeStep(
  context: WorkContext,
  write: Write,
  change: () => Promise<ConfigChange>,
): Step {
  return {
    id: WRITE,
    label: tr('Check and write the file', '檢查並寫入檔案'),
    do: async () => {
      const first = await tryWrite(context, write, { op: context.job, ...(await change()) })
      if (first !== undefined) return first
      // It was not done: asked for once more, under the same name, so that it can't be done twice.
      const second = await tryWrite(context, write, { op: context.job, ...(await change()) })
      if (second !== undefined) return second
      throw unanswered()
    },
    done: () => lookBack(context, write, context.job),
    undo: (recall) => putBack(backContext(context), write, recall),
  }
}

/** Writes; `undefined` when the answer was lost and the file is as it was. Rejects when that can't be told, or when it was refused. */
async function tryWrite(
  context: WorkContext,
  write: Write,
  change: ConfigChange & { readonly op: string },
): Promise<WriteDone | undefined> {
  const { app, gateway, signal } = context
  const machine = await lookPatiently(context, write.machine)
  const answer = await passing(
    gateway.config.write(app, machine, { ...change, before: write.before }),
  )
  if (!(answer instanceof OpsError)) {
    if (answer.known) return doneOf(answer)
    if (answer.trouble === 'same') return { ...UNWRITTEN, sha256: write.before }
    // The answer came garbled: what was done shows in the file.
    if (answer.trouble !== 'unknown') throw refused(answer)
  }
  signal.throwIfAborted()
  return lookBack(context, write, change.op)
}

const UNWRITTEN = {
  id: null,
  from: null,
  at: 0,
  checked: { by: null, why: 'none' },
  same: true,
} as const

const doneOf = ({ sha256, id, from, at, checked }: WriteDone): WriteDone => ({
  sha256,
  id,
  from,
  at,
  checked,
})

/** What the journal beside the file says of this work; `undefined` when the file is the one from before it. */
async function lookBack(
  context: WorkContext,
  { machine: id, before }: Write,
  op: string,
): Promise<WriteDone | undefined> {
  const { work, sha256 } = await seen(context, id, op)
  if (work !== null && work.after === sha256) return doneOf({ ...work, sha256 })
  if (sha256 === before) return undefined
  throw changedMeanwhile()
}

async function seen(
  context: WorkContext,
  id: string,
  op: string,
): Promise<Pick<ConfigSeen, 'work'> & { readonly sha256: string }> {
  const { app, gateway, clock, signal } = context
  let why: Text = ''
  for (let tries = 0; tries < LOOKS; tries++) {
    if (tries > 0) await clock.sleep(PAUSE_MS, signal)
    const machine = await attempt(lookPatiently(context, id), signal)
    const look = machine.known ? await gateway.config.look(app, machine.value, { op }) : null
    if (look?.known) return { ...look, sha256: look.facts?.sha256 ?? 'missing' }
    why = look === null ? (machine.known ? '' : machine.why) : look.why
  }
  throw unseen(why)
}

/** Puts back what was there before, unless the file is no longer the one that was written. */
async function putBack(context: WorkContext, write: Write, recall: Recall): Promise<void> {
  const { sha256, work } = await seen(context, write.machine, context.job)
  const done = recall(WRITE) as WriteDone | undefined
  const after = work?.after ?? done?.sha256
  if (after === undefined || sha256 !== after) return
  const from = work?.from ?? null
  const back = { op: `${context.job}.back`, from }
  const goal = { ...write, before: after }
  const first = await tryWrite(context, goal, back)
  if (first === undefined && (await tryWrite(context, goal, back)) === undefined) throw unanswered()
  if (write.wasReady !== true) return
  const machine = await lookPatiently(context, write.machine)
  const { ready, report } = await waitReady(context, machine, null)
  if (!ready) throw notReady(report.reason)
}
