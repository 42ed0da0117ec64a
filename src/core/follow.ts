import { assess } from './assess.ts'
import type { Access } from './access.ts'
import type { WorkCommand } from './command.ts'
import type { JobRecord } from './job-record.ts'
import type { JobTurn } from './ports.ts'
import { forgetGiven } from './private.ts'
import type { Registry } from './registry.ts'
import { sayFor, withFooter } from './say-for.ts'
import { type Text, tr } from './text.ts'
import { verdictOf } from './verdict.ts'
import { workContext, type WorkDeps } from './work.ts'

interface FollowDeps extends WorkDeps {
  readonly registry: Registry
  readonly access: Access
}

const AGAIN_MS = 30_000
const TRIES = 10

/** Whether a turn of the timer lane is a second look. */
export const isFollow = (turn: string): boolean => turn.startsWith('F-')

/** Looks again at what a finished job left open, and shows what it saw in place of the job's answer. */
export async function follow(deps: FollowDeps, turn: JobTurn): Promise<void> {
  const [, short = '', n = ''] = turn.id.split('-')
  const job = await deps.jobs.get(`J-${short}`)
  const command = job && deps.registry.get(job.invocation.command)?.command
  if (job?.follow?.n !== Number(n) || command?.where !== 'worker' || !command.follow) return
  const { result, pauseMs } = await look(deps, job, command, turn.signal)
  const { app, id, invocation } = job
  const said = command.render(
    result,
    { ...job.options },
    { app, job: id, asker: invocation.actor.name },
  )
  await sayFor(deps, job, withFooter(said, job, deps.clock.now()), pauseMs === null)
  const after = await deps.jobs.change(id, (now) => {
    const { follow: _, failure: __, ...rest } = now
    return {
      ...rest,
      ...verdictOf(command, said, pauseMs !== null),
      result,
      ...(pauseMs !== null && {
        follow: { ...job.follow, n: Number(n) + 1, due: deps.clock.now() + pauseMs },
      }),
    }
  })
  if (after?.follow) await deps.jobs.lookLater(after)
  else await forgetGiven(deps, job.options)
}

/** A look that fails changes nothing that was said; it is tried again for a while. */
async function look(
  deps: FollowDeps,
  job: JobRecord,
  command: WorkCommand,
  signal: AbortSignal,
): Promise<{ result: unknown; pauseMs: number | null }> {
  const stopped = await stoppedBy(deps, job)
  const context = { ...workContext(deps, job, { signal, lost: signal }), stopped }
  const tries = command.follow?.tries ?? TRIES
  const n = job.follow?.n ?? tries
  try {
    const seen = await command.follow?.look(context, { ...job.options }, job.result)
    const result = JSON.parse(JSON.stringify(seen)) as unknown
    return { result, pauseMs: n < tries ? (command.follow?.after(result) ?? null) : null }
  } catch (error) {
    signal.throwIfAborted()
    deps.log.warn({ err: error, job: job.id }, 'a second look failed')
    return { result: job.result, pauseMs: n < tries ? AGAIN_MS : null }
  }
}

/** What goes on for long is decided about again: a grant, a place's trust or a ceiling may be gone by now. */
async function stoppedBy(
  { registry, apps, access, clock }: FollowDeps,
  { follow: looks, cancelledBy, invocation, options }: JobRecord,
): Promise<Text | undefined> {
  if (cancelledBy !== undefined || looks?.stops !== true) return cancelledBy
  const world = { registry, apps, state: await access.fresh(), now: clock.now() }
  const { ok } = assess(world, { ...invocation, input: options })
  return ok ? undefined : tr('the access rules of this place', '此處的存取規則')
}
