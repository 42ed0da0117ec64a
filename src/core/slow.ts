import type { AcceptDeps } from './accept-deps.ts'
import { actorKey } from './access.ts'
import { auditEntry } from './audit.ts'
import type { Admission, Question, Refused } from './front.ts'
import type { Invocation, Press } from './invocation.ts'
import type { Limits, Slower } from './limits.ts'
import { localise } from './localise.ts'
import { reply } from './reply.ts'
import { duration, say, tr } from './text.ts'

type Deps = Pick<AcceptDeps, 'audit' | 'apps'>
type Decided = Admission | Question

/** What does not wait for anything before it is decided: too many requests are told so once, then nothing more comes of them. */
export function limited(deps: Deps, limits: Limits) {
  /** Whoever is refused again and again fills neither the record nor the chat. */
  const muted = <D extends Deps>(given: D, request: Pick<Invocation, 'actor' | 'place'>): D =>
    limits.spent(request) ? { ...given, audit: withoutRefusals(given.audit) } : given

  const judged = (request: Invocation | Press, decided: Decided): Decided => {
    const slower = decided.kind === 'refused' ? limits.refused(request) : admitted(request)
    return slower === undefined ? decided : tooFast(deps, request, slower, decided)
  }
  const admitted = (request: Invocation | Press): Slower | undefined =>
    limits.admitted(request, appOf(deps.apps, request))

  return {
    early: (request: Invocation | Press): Refused | undefined => {
      const slower = limits.ask(request)
      return slower && tooFast(deps, request, slower)
    },
    muted,
    judged,
  }
}

const withoutRefusals = (audit: Deps['audit']): Deps['audit'] => ({
  record: (entry) => (entry.event === 'refused' ? undefined : audit.record(entry)),
})

/** Only managed apps are counted: names that anyone can type are without end. */
function appOf(apps: readonly string[], request: Invocation | Press): string | null {
  if (!('command' in request) || !request.command.startsWith('openclaw ')) return null
  const given = request.input['app']
  if (given === undefined || given === '') return apps[0] ?? null
  return apps.find((app) => app === given) ?? null
}

/** One plain answer, for the one who asked; after that the same, marked as said. */
export function tooFast(
  { audit }: Pick<Deps, 'audit'>,
  request: Invocation | Press,
  { first, waitMs }: Slower,
  decided?: Decided,
): Refused {
  if (first) audit.record(auditEntry('refused', request, { detail: 'limit' }))
  const wait = duration(Math.max(1000, Math.ceil(waitMs / 1000) * 1000))
  const words = tr(
    `Slow down: again in ${say(wait, 'en')}.`,
    `請放慢速度：${say(wait, 'zh-TW')}後再試。`,
  )
  const burnt = decided?.kind === 'refused' && decided.burnt === true
  return {
    kind: 'refused',
    reply: localise(reply.warn(words), request.locale),
    ...(!first && { silent: true }),
    ...(burnt && { burnt }),
  }
}

/** Whether the actor is an owner, as far as the copy at hand knows. */
export const ownerIn =
  ({ access }: Pick<AcceptDeps, 'access'>) =>
  (actor: Invocation['actor']): boolean =>
    access.snapshot()?.owners.includes(actorKey(actor)) ?? false
