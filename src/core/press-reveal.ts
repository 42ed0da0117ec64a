import type { AcceptDeps } from './accept-deps.ts'
import { actorKey } from './access.ts'
import { guarded } from './admit.ts'
import { auditEntry } from './audit.ts'
import type { Admission, Outcome } from './front.ts'
import type { Press } from './invocation.ts'
import { localise } from './localise.ts'
import { type Hidden, REVEAL } from './mutation/reveal.ts'
import { notice, refuse, within } from './press-answers.ts'
import { LATE } from './press-words.ts'
import { decide } from './policy.ts'
import { tooFast } from './slow.ts'
import { refusal } from './refusals.ts'
import { type Reply, reply, text } from './reply.ts'
import { tr } from './text.ts'

/** Shows a sealed value once, to one of those it is for, where nobody else sees it. */
export async function reveal(deps: AcceptDeps, request: Press, id: string): Promise<Admission> {
  const hidden = (await within(deps, deps.store.get(REVEAL, id))) as Hidden | 'late' | undefined
  if (hidden === 'late') return refuse(deps, request, 'store', LATE)
  if (hidden === undefined) return refuse(deps, request, 'expired', SHOWN)
  if (!isFor(hidden, request)) return refuse(deps, request, 'foreign', OTHERS)
  const slower = deps.limits?.reveal(request)
  if (slower) return tooFast(deps, request, slower)
  return {
    kind: 'admitted',
    mode: 'reply',
    audience: 'author',
    run: () => guarded(deps, request, () => show(deps, request, id)),
  }
}

/** The local console is the owner's own. */
const isFor = (hidden: Hidden, { actor }: Press): boolean =>
  hidden.for.includes(actorKey(actor)) || actor.platform === 'console'

async function show(deps: AcceptDeps, request: Press, id: string): Promise<Outcome> {
  const waiting = (await deps.store.get(REVEAL, id)) as Hidden | undefined
  const no = waiting && (await denied(deps, request, waiting))
  if (no) return { kind: 'notice', reply: localise(no, request.locale) }
  const hidden = (await deps.store.take(REVEAL, id)) as Hidden | undefined
  const value = hidden && deps.sealer.open(hidden.sealed)
  if (hidden === undefined || value === undefined) return notice(request, SHOWN)
  deps.audit.record(auditEntry('revealed', request, { verb: hidden.verb, app: hidden.app }))
  const said = reply.warn(tr('For your eyes only', '僅供你查看'), [
    { type: 'secret', label: hidden.label, value },
    text(
      tr(
        'This is shown once. Put it where it belongs and delete this message.',
        '只會顯示這一次。請妥善保存並刪除此訊息。',
      ),
    ),
  ])
  return { kind: 'reply', reply: localise(said, request.locale) }
}

/** Asked or approved is not enough: they have to be allowed it still. */
async function denied(
  { access, registry, clock }: AcceptDeps,
  { actor, place }: Press,
  { verb, app }: Hidden,
): Promise<Reply | undefined> {
  const command = registry.get(verb)?.command
  const role = command === undefined || typeof command.role === 'function' ? 'admin' : command.role
  const question = { actor, place, verb, role, confirm: 'none', app, now: clock.now() } as const
  const decision = decide(await access.fresh(), question)
  return decision.verdict === 'deny' ? refusal(decision, question) : undefined
}

const SHOWN = tr(
  'This was shown already, or its ten minutes are over. Rotate again for a new one.',
  '已經顯示過，或十分鐘已過。需要新的請再輪替一次。',
)
const OTHERS = tr(
  'Only the person who asked, or who approved, may see this.',
  '只有提出或核准的人可以查看。',
)
