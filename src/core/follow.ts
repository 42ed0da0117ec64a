import { assess } from './assess.ts'
import type { Access, AccessState, TrustedPlace } from './access.ts'
import type { WorkCommand } from './command.ts'
import { withoutGoneRoles } from './decide-again.ts'
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
  const begun = await deps.jobs.get(`J-${short}`)
  const command = begun && deps.registry.get(begun.invocation.command)?.command
  if (begun?.follow?.n !== Number(n) || command?.where !== 'worker' || !command.follow) return
  const { job, stopped } = await decided(deps, begun)
  const { signal } = turn
  const { result, pauseMs } = await look(deps, { job, command }, { signal, stopped })
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
      invocation,
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
  { job, command }: { readonly job: JobRecord; readonly command: WorkCommand },
  { signal, stopped }: { readonly signal: AbortSignal; readonly stopped: Text | undefined },
): Promise<{ result: unknown; pauseMs: number | null }> {
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

/** What goes on for long is decided about again, where its place is by now: a grant, a place's trust or a ceiling may be gone. */
async function decided(
  { registry, apps, access, clock }: FollowDeps,
  job: JobRecord,
): Promise<{ readonly job: JobRecord; readonly stopped: Text | undefined }> {
  if (job.follow?.stops !== true) return { job, stopped: job.cancelledBy }
  const state = withoutGoneRoles(await access.fresh())
  const world = { registry, apps, state, now: clock.now() }
  const isOk = ({ invocation, options }: JobRecord) =>
    assess(world, { ...invocation, input: options }).ok
  const there = moved(state, job)
  // While rules go along from the one to the other, they may be in either.
  const allowed = [there, job].find(isOk)
  const stopped = allowed ? undefined : tr('the access rules of this place', '此處的存取規則')
  return { job: allowed ?? there, stopped: job.cancelledBy ?? stopped }
}

/** Its group may have got another id since: what was asked there goes on there, and what stands under it counts there. */
function moved({ trusted }: AccessState, job: JobRecord): JobRecord {
  const { place, address } = job.invocation
  const isHere = ({ platform, movedFrom }: TrustedPlace) =>
    platform === place.platform && movedFrom === place.space
  const space = trusted.find(isHere)?.space
  if (space === undefined) return job
  const there = address.chat === place.space ? { ...address, chat: space } : address
  return {
    ...job,
    invocation: { ...job.invocation, place: { ...place, space }, address: there },
  }
}
