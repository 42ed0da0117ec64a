import type { WorkContext } from '../context.ts'
import { OpsError } from '../errors.ts'
import type { Machine } from '../fly.ts'
import { withoutPrinted } from '../secret-shapes.ts'
import { join, type Text, tr, truncate } from '../text.ts'
import { attempt } from './attempt.ts'
import { comeUp } from './come-up.ts'
import { awaitUp } from './proven-up.ts'
import type { Repair } from './repair-plan.ts'
import { lookPatiently } from './settle.ts'
import type { Before, Up } from './up.ts'

/** What a step saw, for the proof and for later looks. */
export interface Seen {
  readonly up: Up
  readonly was: Before
  /** Fly told of no check of a machine that was given one. */
  readonly unheard?: boolean
}

/** Checks run every 15 s or so; those of a gateway that is ready have this long to pass. */
const CHECKS_MS = 60_000
const PAUSE_MS = 3000

/** Ready first. A check of ours that fails then would keep visitors away, which is worse than none: it takes the change back. Later looks see the rest. */
export async function awaitChecked(
  context: WorkContext,
  repair: Repair,
  was: Before,
): Promise<Seen> {
  const { id, parts, failing: sick } = repair
  if (!parts.includes('checks')) return { up: await bringUp(context, repair, was), was }
  // Checks that are new or ask something else have no past to be compared with.
  const up = await bringUp(context, repair, { ...was, passing: [] })
  const ready = up.ready === true
  const checks = ready ? await untilPassing(context, id, sick) : await checksNow(context, id, sick)
  const after = { ...was, passing: checks.map(({ name }) => name) }
  if (!ready) return { up, was: after }
  const bad = checks.find(({ status }) => status === 'critical')
  if (bad !== undefined) throw checkFails(id, bad)
  const failing = checks.filter(({ status }) => status !== 'passing').map(({ name }) => name)
  return { up: { ...up, failing }, was: after, unheard: checks.length === 0 }
}

/** Of one that was not ready before it is only told. */
const bringUp = (context: WorkContext, { id, wasDown }: Repair, before: Before): Promise<Up> =>
  wasDown ? comeUp(context, id, before) : awaitUp(context, id, { before, failed: notReady(id) })

/** The machine's checks but for those that failed before; none where nobody can look, which takes nothing back. */
async function checksNow({ app, fly, signal }: WorkContext, id: string, sick: readonly string[]) {
  const machine = await attempt(fly.machine(app, id), signal)
  return machine.known ? machine.value.checks.filter(({ name }) => !sick.includes(name)) : []
}

/** The same when they pass or their time is up. */
async function untilPassing(context: WorkContext, id: string, sick: readonly string[]) {
  const { clock, signal } = context
  const giveUp = clock.now() + CHECKS_MS
  for (;;) {
    const machine = await lookPatiently(context, id)
    const checks = machine.checks.filter(({ name }) => !sick.includes(name))
    const pass = checks.length > 0 && checks.every(({ status }) => status === 'passing')
    if (pass || clock.now() >= giveUp) return checks
    await clock.sleep(PAUSE_MS, signal)
  }
}

const notReady =
  (id: string) =>
  (state: string): Text =>
    tr(
      `After the repair the gateway of ${id} did not become ready (machine ${state}).`,
      `修復後 ${id} 的閘道未能就緒（機器 ${state}）。`,
    )

function checkFails(id: string, { name, output }: Machine['checks'][number]): OpsError {
  const said = truncate(withoutPrinted(output).replaceAll(/\s+/g, ' ').trim(), 160)
  return new OpsError(
    'not_ready',
    join(
      ' ',
      tr(
        `The gateway of ${id} is ready, but the check ${name} fails, and Fly would send it nobody.`,
        `${id} 的閘道已就緒，但檢查 ${name} 失敗，Fly 將不會轉送任何連線。`,
      ),
      said,
    ),
    {
      hint: tr(
        'Look at what the check was told, then at /openclaw doctor.',
        '請查看檢查得到的回應，再執行 /openclaw doctor。',
      ),
    },
  )
}
