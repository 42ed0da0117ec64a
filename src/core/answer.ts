import type { AcceptDeps } from './accept-deps.ts'
import { actorKey } from './access.ts'
import { appAbout, holdsCode, weightOf } from './assess.ts'
import { auditEntry } from './audit.ts'
import { factsOf } from './audit/plan-facts.ts'
import { cancelJob } from './cancel.ts'
import { OpsError } from './errors.ts'
import { type ChatCommand, type Role, roleOf } from './command.ts'
import type { Outcome } from './front.ts'
import type { Actor, Invocation } from './invocation.ts'
import { decide, type Question } from './policy.ts'
import { refusal } from './refusals.ts'
import type { Reply } from './reply.ts'
import { shown } from './shown.ts'
import { pageBreakGlass, tellPrivately } from './tell-admins.ts'

interface Given {
  readonly options: Readonly<Record<string, unknown>>
  /** Who confirmed or approved, where that was needed. */
  readonly approver?: Actor
}

/** Runs a command that needs no worker. */
export async function answer(
  deps: AcceptDeps,
  command: ChatCommand,
  invocation: Invocation,
  { options, approver }: Given,
): Promise<Outcome> {
  const { access, jobs, registry, store, clock, apps } = deps
  const { actor, place, at: askedAt } = invocation
  const ask = (role: Role, app: string | null): Question => ({
    actor,
    place,
    verb: invocation.command,
    role,
    confirm: 'none',
    app,
    now: clock.now(),
    ...(holdsCode(invocation.command, options) && { code: true }),
  })
  const role = roleOf(command, options)
  // What was admitted by the copy at hand is decided again by the store, as the worker does for its commands.
  const state = role === 'known' ? access.snapshot() : await access.fresh()
  const { risk = 'read' } = weightOf(command, options)
  const entry = registry.get(invocation.command)
  const app = entry === undefined ? null : appAbout(entry, options, '')
  const decision = decide(state, { ...ask(role, app), risk })
  if (decision.verdict === 'deny') {
    deps.audit.record(auditEntry('refused', invocation, { app, detail: decision.axis }))
    return shown(deps, invocation, refusal(decision, ask(role, app)))
  }
  const may = (needed: Role, app: string | null) =>
    decide(access.snapshot(), ask(needed, app)).verdict !== 'deny'
  const context = {
    actor,
    place,
    apps,
    access,
    registry,
    store,
    clock,
    askedAt,
    may,
    oncall: deps.oncall,
    approvedBy: approver === undefined ? null : actorKey(approver),
    approver,
    tell: (to: readonly string[], said: Reply) =>
      tellPrivately(deps, {
        id: invocation.id,
        to,
        said,
        locale: deps.settings?.of(place).locale ?? invocation.locale,
      }),
    jobs: { ...jobs, cancel: (id: string, by: string) => cancelJob(deps, id, by) },
  }
  if (entry) await pageBreakGlass(deps, invocation, { entry, options, app: apps[0] ?? '' })
  const result = await command.run(context, options).catch((error: unknown) => {
    const detail = error instanceof OpsError ? error.code : 'internal'
    const event = detail === 'forbidden' ? 'refused' : 'finished'
    deps.audit.record(auditEntry(event, invocation, { app, detail }))
    throw error
  })
  const plan = factsOf(command.changed?.(result, options) ?? [])
  deps.audit.record(auditEntry('finished', invocation, { app, detail: 'done', ...plan }))
  const about = { app: apps[0] ?? '', job: null, asker: actor.name }
  const outcome = await shown(deps, invocation, command.render(result, options, about))
  return outcome.kind === 'reply' ? { ...outcome, result } : outcome
}
